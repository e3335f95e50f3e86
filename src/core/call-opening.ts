// How a call begins: at a phone, by a command, on a ringing line, or answered by our own seizure.
import { failCall, failure, type Next } from "./call-ending.ts";
import { callEvent, type Facts, newFacts, recordFacts, startRinging } from "./call-facts.ts";
import { routeIncoming } from "./call-placing.ts";
import type { CallState } from "./call-state.ts";
import type { CallId } from "./effect.ts";
import { go } from "./fsm.ts";
import type { PortName } from "./line.ts";
import { type Context, type MachineEffect, type Origin, toStation, toTrunk } from "./message.ts";

const next = go<CallState, MachineEffect>;

/** The first state of a new call. */
export function openCall(origin: Origin, id: CallId, c: Context): Next {
  switch (origin.kind) {
    case "station":
      return openAtPhone(origin.port, id, c);
    case "makeCall":
      return summon(origin.port, origin.number, id, c);
    case "ringing": {
      const [facts, cdr] = recordFacts(incomingFacts(origin.port, id, c), c);
      return next({ kind: "arriving", facts, trunk: origin.port }, cdr);
    }
    case "answered": {
      const [facts, cdr] = recordFacts(incomingFacts(origin.port, id, c), c);
      const routed = routeIncoming(facts, origin.port, true, c);
      return next(routed.state, cdr, ...routed.effects);
    }
  }
}

function callerFacts(port: PortName, id: CallId, c: Context): Facts {
  const extension = c.office.extensionAt.get(port);
  return newFacts(c, id, "internal", {
    callerNumber: extension?.number ?? "",
    callerName: extension?.name ?? "",
    trunk: null,
    extension: extension?.number ?? null,
  });
}

const incomingFacts = (trunk: PortName, id: CallId, c: Context): Facts =>
  newFacts(c, id, "inbound", {
    callerNumber: "",
    callerName: "",
    trunk: c.office.trunkAt.get(trunk)?.id ?? null,
    extension: null,
  });

function openAtPhone(caller: PortName, id: CallId, c: Context): Next {
  const facts = callerFacts(caller, id, c);
  const trunk = c.office.directTrunk.get(caller);
  if (trunk === undefined) {
    return next(
      { kind: "initiated", facts, caller },
      toStation(caller, { kind: "dialTone", call: id }),
      callEvent(facts, "serviceInitiated", caller),
    );
  }
  const direct: Facts = { ...facts, direction: "outbound", trunk: trunk.id };
  const initiated = callEvent(direct, "serviceInitiated", caller);
  if (!c.trunkIdle(trunk.port))
    return failCall(direct, c, failure(34, "box"), caller, [], initiated);
  return next(
    { kind: "opened", facts: direct, caller, trunk: trunk.port },
    toTrunk(trunk.port, { kind: "open", call: id }),
    toStation(caller, { kind: "connect", call: id, recording: null }),
    initiated,
  );
}

function summon(caller: PortName, number: string, id: CallId, c: Context): Next {
  const own = { ...callerFacts(caller, id, c), calledNumber: number };
  const [facts, cdr] = recordFacts(startRinging(own, c.now), c);
  return next(
    { kind: "summoning", facts, caller, number },
    // The phone that rings shows whom it is about to call.
    toStation(caller, { kind: "ring", call: id, callerId: { number, name: "" } }),
    cdr,
    callEvent(facts, "serviceInitiated", caller),
    callEvent(facts, "delivered", caller),
  );
}
