// Where a call goes next: rings phones, seizes a trunk, greets a caller, joins two parties.
import { dismiss, failCall, failure, finishCall, type Next, withdraw } from "./call-ending.ts";
import {
  callEvent,
  callerIdOf,
  type Facts,
  recordFacts,
  startRecording,
  startRinging,
  stopRinging,
} from "./call-facts.ts";
import type { Arrival, CallState } from "./call-state.ts";
import { go } from "./fsm.ts";
import type { PortName } from "./line.ts";
import {
  type Context,
  isTrunkPort,
  type MachineEffect,
  start,
  stop,
  toStation,
  toTrunk,
} from "./message.ts";
import type { InsideTarget } from "./office-index.ts";
import { analyse, chooseTrunk, finish, type Target } from "./route.ts";

/** Greetings played to one caller however often they dial wrongly: nobody holds a line for ever. */
export const MAX_GREETINGS = 9;

const portsOf = (target: InsideTarget): readonly PortName[] =>
  target.kind === "group" ? target.ports : [target.extension.port];

export const extensionAt = (c: Context, port: PortName): string | null =>
  c.office.extensionAt.get(port)?.number ?? null;

/** A digit from a phone, the first or a later one: enough to go somewhere, or wait for more. */
export function takeDigits(
  facts: Facts,
  caller: PortName,
  digits: string,
  again: boolean,
  c: Context,
): Next {
  const dialled = { ...facts, calledNumber: digits };
  const analysis = analyse(c.office, digits, "station");
  if (analysis.kind === "complete") return place(dialled, caller, analysis.target, c);
  const [f, cdr] = recordFacts(dialled, c);
  if (analysis.kind === "invalid")
    return failCall(f, c, failure(analysis.cause, "box"), caller, []);
  return go<CallState, MachineEffect>(
    { kind: "collecting", facts: f, caller, digits },
    ...(again ? [start("interDigit")] : [cdr]),
  );
}

/** No more digits will come. */
export function finishDigits(facts: Facts, caller: PortName, digits: string, c: Context): Next {
  const analysis = finish(c.office, digits, "station");
  return analysis.kind === "complete"
    ? place(facts, caller, analysis.target, c)
    : failCall(facts, c, failure(analysis.cause, "timer"), caller, []);
}

/** A phone's number is known: ring inside, or go outside. */
export function place(facts: Facts, caller: PortName, target: Target, c: Context): Next {
  if (target.kind === "outside") return seizeNext(facts, caller, target.number, [], 34, c);
  const group = target.kind === "group" ? target.group.number : null;
  const wanted = portsOf(target).filter((p) => p !== caller && c.stationIdle(p));
  const [f] = recordFacts({ ...facts, group }, c);
  if (wanted.length === 0) return failCall(f, c, failure(17, "called"), caller, []);
  return deliver(f, { kind: "station", port: caller }, wanted, c);
}

/** Seizes the next trunk for an outgoing call; `cause`: what it means if there is none. */
export function seizeNext(
  facts: Facts,
  caller: PortName,
  number: string,
  tried: readonly PortName[],
  cause: 27 | 34,
  c: Context,
): Next {
  const trunk = chooseTrunk(c.office, caller, (p) => c.trunkIdle(p), tried);
  const calling = {
    ...facts,
    direction: "outbound" as const,
    calledNumber: number,
    extension: extensionAt(c, caller),
    trunk: trunk?.id ?? facts.trunk,
  };
  const [f, cdr] = recordFacts(calling, c);
  if (trunk === null)
    return failCall(f, c, failure(cause, cause === 27 ? "timer" : "box"), caller, []);
  return go<CallState, MachineEffect>(
    { kind: "seizing", facts: f, caller, trunk: trunk.port, number, tried },
    toStation(caller, { kind: "proceed", call: f.id }),
    toTrunk(trunk.port, { kind: "seize", call: f.id, digits: trunk.linePrefix + number }),
    cdr,
    ...(tried.length === 0 ? [callEvent(f, "originated", caller)] : []),
  );
}

/** Rings these idle phones; the caller hears ringback from us unless the exchange plays it. */
export function deliver(
  facts: Facts,
  from: Arrival,
  ringing: readonly PortName[],
  c: Context,
): Next {
  const first = ringing[0];
  const extension = first === undefined ? facts.extension : extensionAt(c, first);
  const rung = startRinging({ ...facts, metBusy: false, extension }, c.now);
  const [f, cdr] = recordFacts(rung, c);
  const callerId = callerIdOf(f);
  return go<CallState, MachineEffect>(
    { kind: "delivered", facts: f, from, ringing },
    ...ringing.map((port) => toStation(port, { kind: "ring", call: f.id, callerId })),
    ...ringbackFor(f, from),
    cdr,
    ...(from.kind === "station" ? [callEvent(f, "originated", from.port)] : []),
    ...ringing.map((port) => callEvent(f, "delivered", port)),
  );
}

function ringbackFor(f: Facts, from: Arrival): readonly MachineEffect[] {
  if (from.kind === "station") return [toStation(from.port, { kind: "ringback", call: f.id })];
  return from.kind === "greeted" ? [toTrunk(from.port, { kind: "ringback", call: f.id })] : [];
}

/** An incoming call is known as well as it will be: phones, or the greeting. */
export function routeIncoming(facts: Facts, trunk: PortName, answered: boolean, c: Context): Next {
  const target = incomingTarget(trunk, c);
  if (target === null) return greet(facts, trunk, 0, ["greeting"], !answered, c);
  const group = target.kind === "group" ? target.group.number : null;
  const called = target.kind === "group" ? target.group.number : target.extension.number;
  const f = { ...facts, group, calledNumber: called };
  const wanted = portsOf(target);
  const free = wanted.filter((p) => c.stationIdle(p));
  if (answered) {
    const from: Arrival = { kind: "greeted", port: trunk, rounds: 0 };
    return free.length > 0
      ? deliver(f, from, free, c)
      : greet({ ...f, metBusy: true }, trunk, 0, ["busy", "greeting"], false, c);
  }
  if (free.length > 0) return deliver(f, { kind: "ringing", port: trunk }, free, c);
  const [waiting, cdr] = recordFacts({ ...f, metBusy: true }, c);
  return go<CallState, MachineEffect>({ kind: "waiting", facts: waiting, trunk, wanted }, cdr);
}

function incomingTarget(trunk: PortName, c: Context): InsideTarget | null {
  const extension = c.office.directExtension.get(trunk);
  if (extension !== undefined) return { kind: "extension", extension };
  const group = c.office.trunkAt.get(trunk)?.group ?? null;
  const target = group === null ? undefined : c.office.numbers.get(group);
  return target?.kind === "group" ? target : null;
}

/** Plays clips to a trunk's caller and takes digits; answers the line first where needed. */
export function greet(
  facts: Facts,
  trunk: PortName,
  rounds: number,
  clips: readonly string[],
  answer: boolean,
  c: Context,
): Next {
  if (rounds >= MAX_GREETINGS) {
    const end = failure(facts.metBusy ? 17 : 19, "timer");
    return finishCall(facts, c, end, [trunk], dismiss(facts, trunk, end.cause));
  }
  // Unique on the port for long after: a late end of an earlier play is told from this one's.
  const play = facts.id * (MAX_GREETINGS + 1) + rounds;
  const [f, cdr] = recordFacts({ ...facts, answerBasis: "greeting" }, c);
  return go<CallState, MachineEffect>(
    { kind: "greeting", facts: f, trunk, play, rounds: rounds + 1 },
    ...(answer ? [toTrunk(trunk, { kind: "answer", call: f.id })] : []),
    stop("greetingWait"),
    start("greetingPlay"),
    toTrunk(trunk, { kind: "play", call: f.id, play, clips }),
    ...(facts.answerBasis === null ? [cdr] : []),
  );
}

/** Nobody dialled after a greeting: say it again, and in the end try the operator. */
export function greetAgain(facts: Facts, trunk: PortName, rounds: number, c: Context): Next {
  const { settings, extensions } = c.office;
  if (rounds < settings.greetingRounds) return greet(facts, trunk, rounds, ["greeting"], false, c);
  const operator = extensions.get(settings.operatorExtension ?? "");
  if (operator !== undefined && c.stationIdle(operator.port)) {
    const called = { ...facts, calledNumber: operator.number };
    // MAX_GREETINGS rounds: if the operator does not answer either, the caller is released.
    const from: Arrival = { kind: "greeted", port: trunk, rounds: MAX_GREETINGS };
    return deliver(called, from, [operator.port], c);
  }
  const end = failure(19, "timer");
  return finishCall(facts, c, end, [trunk], dismiss(facts, trunk, end.cause));
}

/** A greeting's caller has dialled; `last`: no more digits will come. */
export function chooseInside(
  facts: Facts,
  trunk: PortName,
  digits: string,
  rounds: number,
  last: boolean,
  c: Context,
): Next {
  const analysis = last
    ? finish(c.office, digits, "greeting")
    : analyse(c.office, digits, "greeting");
  if (analysis.kind === "more") {
    return go<CallState, MachineEffect>(
      { kind: "choosing", facts, trunk, digits, rounds },
      start("interDigit"),
    );
  }
  if (analysis.kind === "invalid" || analysis.target.kind === "outside") {
    return greet(facts, trunk, rounds, ["invalid", "greeting"], false, c);
  }
  const { target } = analysis;
  const group = target.kind === "group" ? target.group.number : null;
  const called = target.kind === "group" ? target.group.number : target.extension.number;
  const f = { ...facts, group, calledNumber: called };
  const free = portsOf(target).filter((p) => c.stationIdle(p));
  return free.length > 0
    ? deliver(f, { kind: "greeted", port: trunk, rounds }, free, c)
    : greet({ ...f, metBusy: true }, trunk, rounds, ["busy", "greeting"], false, c);
}

/** A phone of ours answered: stop the others, join the two, record, and only then say so. */
export function establish(
  facts: Facts,
  a: PortName,
  b: PortName,
  others: readonly PortName[],
  answerTrunk: boolean,
  c: Context,
): Next {
  const answered: Facts = {
    ...stopRinging(facts, c.now),
    answeredAt: c.now,
    answerBasis: "station",
    extension: extensionAt(c, b) ?? facts.extension,
  };
  const [f, cdr] = recordFacts(startRecording(answered, c, a), c);
  const call = f.id;
  const connect = { kind: "connect", call, recording: f.recordingId } as const;
  return go<CallState, MachineEffect>(
    talking(f, a, b, c),
    ...withdraw(f, others),
    ...(answerTrunk ? [toTrunk(a, { kind: "answer", call })] : []),
    isTrunkPort(a) ? toTrunk(a, connect) : toStation(a, connect),
    toStation(b, { kind: "connect", call, recording: null }),
    ...silenceTimer(a, b, c),
    cdr,
    ...others.map((port) => callEvent(f, "connectionCleared", port)),
    callEvent(f, "established", b),
  );
}

/** Two parties joined; one of them may have been speaking before. */
export const talking = (
  facts: Facts,
  a: PortName,
  b: PortName,
  c: Context,
): Extract<CallState, { readonly kind: "established" }> => ({
  kind: "established",
  facts,
  a,
  b,
  speaking: [a, b].filter((port) => c.speaks(port)),
});

/** Runs while a call with a trunk in it is silent on both sides; see `listen` in call.ts. */
export const silenceTimer = (a: PortName, b: PortName, c: Context): readonly MachineEffect[] =>
  (isTrunkPort(a) || isTrunkPort(b)) && !c.speaks(a) && !c.speaks(b) ? [start("silence")] : [];
