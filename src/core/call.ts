// A call: from a phone's off-hook or an exchange's first ring to its record. It decides where the
// call goes and tells stations and trunks; what it does there is in call-placing and call-ending.
import {
  abandoned,
  answeredEnd,
  dismiss,
  endDelivered,
  endEstablished,
  endOf,
  failCall,
  failure,
  finishCall,
  isGreeted,
  type Next,
  withdraw,
} from "./call-ending.ts";
import {
  callEvent,
  type End,
  type Facts,
  identify,
  recordFacts,
  startRecording,
  startRinging,
  stopRinging,
} from "./call-facts.ts";
import {
  chooseInside,
  deliver,
  establish,
  extensionAt,
  finishDigits,
  greet,
  greetAgain,
  place,
  routeIncoming,
  seizeNext,
  silenceTimer,
  takeDigits,
  talking,
} from "./call-placing.ts";
import type { CallState } from "./call-state.ts";
import { go, type Table } from "./fsm.ts";
import type { PortName } from "./line.ts";
import {
  type CallNews,
  type Context,
  isTrunkPort,
  line,
  type MachineEffect,
  start,
  stop,
  toStation,
  toTrunk,
} from "./message.ts";
import { finish, MAX_DIGITS } from "./route.ts";

type In<K extends CallState["kind"]> = Extract<CallState, { readonly kind: K }>;
type News<K extends CallNews["kind"]> = Extract<CallNews, { readonly kind: K }>;

const next = go<CallState, MachineEffect>;

function summoned(s: In<"summoning">, _e: CallNews, c: Context): Next {
  const facts = stopRinging(s.facts, c.now);
  const analysis = finish(c.office, s.number, "station");
  if (analysis.kind === "complete") return place(facts, s.caller, analysis.target, c);
  // On a phone with a direct line, numbers need no access prefix.
  return c.office.directTrunk.has(s.caller) && analysis.cause === 1
    ? seizeNext(facts, s.caller, s.number, [], 34, c)
    : failCall(facts, c, failure(analysis.cause, "box"), s.caller, []);
}

const abortEnd = (f: Facts, e: News<"abort">): End =>
  endOf(f, e.cause === 16 ? abandoned(f, e.by) : failure(e.cause, e.by));

/** The caller has left before anything was answered. */
const giveUp = (s: CallState, c: Context, port: PortName): Next =>
  finishCall(s.facts, c, abandoned(s.facts, "caller"), [port]);

function startLineRecording(facts: Facts, c: Context, port: PortName) {
  const f = startRecording(facts, c, port);
  const [recorded, cdr] = recordFacts(f, c);
  const began = f.recordingId !== null && facts.recordingId === null;
  const effects: readonly MachineEffect[] = began
    ? [line({ kind: "record", port, recording: f.recordingId }), cdr]
    : [cdr];
  return [recorded, effects] as const;
}

/** First digit on a direct line. */
function dialDirect(s: In<"opened">, e: News<"digit">, c: Context): Next {
  const dialled = { ...startRinging(s.facts, c.now), calledNumber: e.digit };
  const [facts, effects] = startLineRecording(dialled, c, s.caller);
  return next(
    { kind: "outgoing", facts, caller: s.caller, trunk: s.trunk, direct: true },
    toTrunk(s.trunk, order(s, e)),
    ...effects,
    callEvent(facts, "originated", s.caller),
  );
}

const order = (s: CallState, e: News<"digit">) =>
  ({ kind: "dialled", call: s.facts.id, digit: e.digit, send: e.by === "pulse" }) as const;

/** A digit in an outgoing call: it passes in the audio, except that pulses must be sent. */
function digitOutward(s: In<"outgoing">, e: News<"digit">, c: Context): Next {
  if (!s.direct) return next(s, ...pulsed(s, s.trunk, e));
  const calledNumber = (s.facts.calledNumber + e.digit).slice(0, MAX_DIGITS);
  // What is heard before the last digit is not yet the far end's ringback.
  const ringingSince = c.now;
  const facts = { ...s.facts, calledNumber, ringingSince };
  return next({ ...s, facts }, toTrunk(s.trunk, order(s, e)));
}

const pulsed = (s: CallState, trunk: PortName, e: News<"digit">): readonly MachineEffect[] =>
  e.by === "pulse" && isTrunkPort(trunk) ? [toTrunk(trunk, order(s, e))] : [];

function cutThrough(s: In<"seizing">, _e: CallNews, c: Context): Next {
  const facts = startRecording(startRinging(s.facts, c.now), c, s.caller);
  const [f, cdr] = recordFacts(facts, c);
  return next(
    { kind: "outgoing", facts: f, caller: s.caller, trunk: s.trunk, direct: false },
    toTrunk(s.trunk, { kind: "connect", call: f.id, recording: null }),
    toStation(s.caller, { kind: "connect", call: f.id, recording: f.recordingId }),
    cdr,
    // As near as copper comes to CSTA's networkReached and delivered.
    callEvent(f, "delivered", s.trunk),
  );
}

function farAnswered(s: In<"outgoing">, e: News<"farAnswered">, c: Context): Next {
  const facts: Facts = {
    ...stopRinging(s.facts, e.at),
    answeredAt: e.at,
    answerBasis: e.basis,
  };
  const [f, cdr] = recordFacts(facts, c);
  return next(
    talking(f, s.caller, s.trunk, c),
    ...silenceTimer(s.caller, s.trunk, c),
    cdr,
    callEvent(f, "established", s.trunk),
  );
}

/** A direct line was lifted into a caller about to ring: they talk already. */
function meetCaller(s: In<"opened">, _e: CallNews, c: Context): Next {
  const extension = extensionAt(c, s.caller);
  const incoming: Facts = {
    ...s.facts,
    direction: "inbound",
    callerNumber: "",
    callerName: "",
    calledNumber: extension ?? "",
    extension,
    answeredAt: c.now,
    answerBasis: "station",
  };
  const [facts, effects] = startLineRecording(incoming, c, s.trunk);
  return next(
    talking(facts, s.trunk, s.caller, c),
    ...silenceTimer(s.trunk, s.caller, c),
    ...effects,
    callEvent(facts, "established", s.caller),
  );
}

function nextTrunk(s: In<"seizing">, c: Context, cause: 27 | 34): Next {
  return seizeNext(s.facts, s.caller, s.number, [...s.tried, s.trunk], cause, c);
}

/** A phone wanted by a caller on a ringing trunk is free now. */
function phoneFree(s: In<"waiting">, _e: CallNews, c: Context): Next {
  const free = s.wanted.filter((p) => c.stationIdle(p));
  return free.length === 0
    ? next(s)
    : deliver(s.facts, { kind: "ringing", port: s.trunk }, free, c);
}

function answerDelivered(s: In<"delivered">, e: News<"answered">, c: Context): Next {
  const others = s.ringing.filter((p) => p !== e.port);
  return establish(s.facts, s.from.port, e.port, others, s.from.kind === "ringing", c);
}

function ringTimeout(s: In<"delivered">, _e: CallNews, c: Context): Next {
  if (!isGreeted(s.from)) return endDelivered(s, c, failure(19, "timer"), false);
  const { port, rounds } = s.from;
  const again = greet(
    stopRinging(s.facts, c.now),
    port,
    rounds,
    ["noAnswer", "greeting"],
    false,
    c,
  );
  return next(again.state, ...withdraw(s.facts, s.ringing), ...again.effects);
}

/** Who speaks; a trunk call in which nobody does for long is released (`silence`). */
function listen(s: In<"established">, e: News<"voice" | "silence">, c: Context): Next {
  const others = s.speaking.filter((p) => p !== e.port);
  if (e.kind === "voice") return next({ ...s, speaking: [...others, e.port] }, stop("silence"));
  const nowSilent = others.length === 0 && s.speaking.length > 0;
  return next({ ...s, speaking: others }, ...(nowSilent ? silenceTimer(s.a, s.b, c) : []));
}

function hangUp(s: In<"established">, e: News<"hungUp">, c: Context): Next {
  const byCaller = e.port === s.a;
  const end = answeredEnd(16, byCaller ? "caller" : "called");
  return endEstablished(s, c, end, e.port, byCaller ? s.b : s.a);
}

function dropBoth(s: In<"established">, c: Context, end: End): Next {
  if (isTrunkPort(s.a)) return failCall(s.facts, c, end, s.b, [s.a], dismiss(s.facts, s.a, 16));
  if (isTrunkPort(s.b)) return failCall(s.facts, c, end, s.a, [s.b], dismiss(s.facts, s.b, 16));
  // Both are phones: both hear busy tone; the call ends with its record.
  const clear = [dismiss(s.facts, s.a, end.cause), dismiss(s.facts, s.b, end.cause)];
  return finishCall(s.facts, c, end, [s.a, s.b], ...clear);
}

function identified(s: In<"delivered">, e: News<"identified">, c: Context): Next {
  const [facts, cdr] = recordFacts(identify(s.facts, e.callerId), c);
  return next({ ...s, facts }, cdr);
}

/** The outgoing call's caller hung up before the answer; the line is released. */
const giveUpLine = (s: In<"seizing" | "opened" | "outgoing">, _e: CallNews, c: Context): Next =>
  endEstablished(s, c, abandoned(s.facts, "caller"), s.caller, s.trunk);

const loseLine = (s: In<"seizing" | "opened" | "outgoing">, e: News<"lost">, c: Context): Next =>
  endEstablished(s, c, failure(e.cause, e.by), s.trunk, s.caller);

const abortLine = (s: In<"seizing" | "opened" | "outgoing">, e: News<"abort">, c: Context): Next =>
  failCall(s.facts, c, abortEnd(s.facts, e), s.caller, [s.trunk], dismiss(s.facts, s.trunk, 16));

const abortAtPhone = (s: In<"initiated" | "collecting">, e: News<"abort">, c: Context): Next =>
  failCall(s.facts, c, abortEnd(s.facts, e), s.caller, []);

const abortTrunk = (
  s: In<"arriving" | "waiting" | "greeting" | "choosing">,
  e: News<"abort">,
  c: Context,
): Next =>
  finishCall(s.facts, c, abortEnd(s.facts, e), [s.trunk], dismiss(s.facts, s.trunk, e.cause));

const callerGone = (s: In<"arriving" | "waiting">, _e: CallNews, c: Context): Next =>
  giveUp(s, c, s.trunk);

const greetedGone = (s: In<"greeting" | "choosing">, e: News<"lost">, c: Context): Next =>
  finishCall(s.facts, c, abandoned(s.facts, e.by), [s.trunk]);

/** A phone wired to the ringing trunk was lifted before it rang itself. */
const claimed = (s: In<"arriving">, e: News<"answered">, c: Context): Next => {
  const calledNumber = extensionAt(c, e.port) ?? "";
  return establish({ ...s.facts, calledNumber }, s.trunk, e.port, [], true, c);
};

// Only the states that deal with a trunk, or with a phone at this point, hear of it.
const noTrunk = {
  offered: "fault",
  identified: "fault",
  gone: "fault",
  noDialTone: "fault",
  glare: "fault",
  cutThrough: "fault",
  farAnswered: "fault",
  lost: "fault",
  playDone: "fault",
} as const;
const noPhone = { digit: "fault", hungUp: "fault", answered: "fault", left: "fault" } as const;
// True everywhere and mostly of no interest.
const noise = { voice: "stay", silence: "stay", phoneIdle: "stay" } as const;

export const call: Table<CallState, CallNews, MachineEffect, Context> = {
  initiated: {
    exits: ["collecting", "seizing", "delivered", "failed", "ended"],
    timers: ["firstDigit"],
    on: {
      ...noTrunk,
      ...noPhone,
      ...noise,
      digit: (s, e, c) => takeDigits(s.facts, s.caller, e.digit, false, c),
      hungUp: (s, e, c) => giveUp(s, c, e.port),
      expired: (s, _e, c) => failCall(s.facts, c, failure(102, "timer"), s.caller, []),
      abort: abortAtPhone,
    },
  },
  collecting: {
    exits: ["seizing", "delivered", "failed", "ended"],
    timers: ["interDigit"],
    on: {
      ...noTrunk,
      ...noPhone,
      ...noise,
      digit: (s, e, c) => takeDigits(s.facts, s.caller, s.digits + e.digit, true, c),
      hungUp: (s, e, c) => giveUp(s, c, e.port),
      expired: (s, _e, c) => finishDigits(s.facts, s.caller, s.digits, c),
      abort: abortAtPhone,
    },
  },
  summoning: {
    exits: ["seizing", "delivered", "failed", "ended"],
    timers: ["ring"],
    on: {
      ...noTrunk,
      ...noPhone,
      ...noise,
      answered: summoned,
      expired: (s, _e, c) =>
        finishCall(s.facts, c, failure(19, "timer"), [s.caller], ...withdraw(s.facts, [s.caller])),
      abort: (s, e, c) =>
        finishCall(s.facts, c, abortEnd(s.facts, e), [s.caller], ...withdraw(s.facts, [s.caller])),
    },
  },
  seizing: {
    exits: ["outgoing", "failed", "ended"],
    on: {
      ...noTrunk,
      ...noPhone,
      ...noise,
      hungUp: giveUpLine,
      noDialTone: (s, _e, c) => nextTrunk(s, c, 27),
      glare: (s, _e, c) => nextTrunk(s, c, 34),
      cutThrough,
      lost: (s, e, c) => (e.by === "batteryLost" ? nextTrunk(s, c, 27) : loseLine(s, e, c)),
      expired: "fault",
      abort: abortLine,
    },
  },
  opened: {
    exits: ["outgoing", "established", "failed", "ended"],
    timers: ["directTalk"],
    on: {
      ...noTrunk,
      ...noPhone,
      ...noise,
      digit: dialDirect,
      hungUp: giveUpLine,
      glare: meetCaller,
      lost: loseLine,
      expired: (s, _e, c) => {
        const [facts, effects] = startLineRecording(s.facts, c, s.caller);
        return next({ ...s, facts }, ...effects);
      },
      abort: abortLine,
    },
  },
  outgoing: {
    exits: ["established", "failed", "ended"],
    on: {
      ...noTrunk,
      ...noPhone,
      ...noise,
      digit: digitOutward,
      hungUp: giveUpLine,
      farAnswered,
      lost: loseLine,
      expired: "fault",
      abort: abortLine,
    },
  },
  arriving: {
    exits: ["delivered", "waiting", "greeting", "established", "ended"],
    on: {
      ...noTrunk,
      ...noPhone,
      ...noise,
      answered: claimed,
      offered: (s, e, c) => routeIncoming(identify(s.facts, e.callerId), s.trunk, false, c),
      gone: callerGone,
      expired: "fault",
      abort: abortTrunk,
    },
  },
  waiting: {
    exits: ["delivered", "ended"],
    timers: ["ring"],
    on: {
      ...noTrunk,
      ...noPhone,
      ...noise,
      phoneIdle: phoneFree,
      identified: (s, e) => next({ ...s, facts: identify(s.facts, e.callerId) }),
      gone: callerGone,
      expired: (s, _e, c) =>
        finishCall(s.facts, c, failure(17, "timer"), [s.trunk], dismiss(s.facts, s.trunk, 17)),
      abort: abortTrunk,
    },
  },
  greeting: {
    exits: ["choosing", "delivered", "ended"],
    on: {
      ...noTrunk,
      ...noPhone,
      ...noise,
      digit: (s, e, c) => {
        const chosen = chooseInside(s.facts, s.trunk, e.digit, s.rounds, false, c);
        const hush = toTrunk(s.trunk, { kind: "stopPlay", call: s.facts.id });
        return next(chosen.state, hush, ...chosen.effects);
      },
      playDone: (s, e) =>
        e.play === s.play ? next(s, stop("greetingPlay"), start("greetingWait")) : next(s),
      lost: greetedGone,
      expired: (s, _e, c) => greetAgain(s.facts, s.trunk, s.rounds, c),
      abort: abortTrunk,
    },
  },
  choosing: {
    exits: ["greeting", "delivered", "ended"],
    on: {
      ...noTrunk,
      ...noPhone,
      ...noise,
      digit: (s, e, c) => chooseInside(s.facts, s.trunk, s.digits + e.digit, s.rounds, false, c),
      playDone: "stay",
      lost: greetedGone,
      expired: (s, _e, c) => chooseInside(s.facts, s.trunk, s.digits, s.rounds, true, c),
      abort: abortTrunk,
    },
  },
  delivered: {
    exits: ["established", "greeting", "failed", "ended"],
    timers: ["ring"],
    on: {
      ...noTrunk,
      ...noPhone,
      ...noise,
      answered: answerDelivered,
      hungUp: (s, _e, c) => endDelivered(s, c, abandoned(s.facts, "caller"), true),
      gone: (s, _e, c) => endDelivered(s, c, abandoned(s.facts, "caller"), true),
      lost: (s, e, c) => endDelivered(s, c, abandoned(s.facts, e.by), true),
      identified,
      // A greeting's caller presses on while a phone rings.
      digit: "stay",
      playDone: "stay",
      expired: ringTimeout,
      abort: (s, e, c) => endDelivered(s, c, abortEnd(s.facts, e), false),
    },
  },
  established: {
    exits: ["failed", "ended"],
    on: {
      ...noTrunk,
      ...noPhone,
      ...noise,
      hungUp: hangUp,
      digit: (s, e) => next(s, ...(e.port === s.a ? pulsed(s, s.b, e) : pulsed(s, s.a, e))),
      voice: listen,
      silence: listen,
      playDone: "stay",
      lost: (s, e, c) =>
        endEstablished(s, c, answeredEnd(e.cause, e.by), e.port, e.port === s.a ? s.b : s.a),
      expired: (s, _e, c) => dropBoth(s, c, answeredEnd(16, "silence")),
      abort: (s, e, c) => dropBoth(s, c, abortEnd(s.facts, e)),
    },
  },
  failed: {
    exits: ["ended"],
    on: {
      ...noTrunk,
      ...noPhone,
      ...noise,
      left: (s) => over(s.facts, s.port),
      expired: "fault",
      // The record is closed already; the phone goes on hearing its tone.
      abort: (s) => over(s.facts, s.port),
    },
  },
  ended: {
    exits: [],
    on: { ...noTrunk, ...noPhone, ...noise, expired: "fault", abort: "stay" },
  },
};

function over(facts: Facts, port: PortName): Next {
  return next(
    { kind: "ended", facts },
    callEvent(facts, "connectionCleared", port, 16),
    callEvent(facts, "callCleared", null, 16),
  );
}
