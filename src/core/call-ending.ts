// How calls end: who is told, in which order, and what the record says. See docs/closing.md.
import { callEvent, closeRecord, type End, type Facts, stopRinging } from "./call-facts.ts";
import type { Arrival, CallState } from "./call-state.ts";
import { type Cause, causeTones } from "./cause.ts";
import type { ReleasedBy } from "./cdr.ts";
import { type Go, go } from "./fsm.ts";
import type { PortName } from "./line.ts";
import { type Context, isTrunkPort, type MachineEffect, toStation, toTrunk } from "./message.ts";

export type Next = Go<CallState, MachineEffect>;

/** A call that reached nobody, by the cause that says why; `by` "box": its number or the lack of a
 *  line said so. */
export const failure = (cause: Cause, by: ReleasedBy): End => ({
  disposition: cause === 17 ? "busy" : cause === 19 ? "noAnswer" : "failed",
  cause,
  by,
});

/** The caller left before anybody answered (contract: `abandoned`), whatever the direction; it
 *  counts as `busy` where every phone asked for was busy to the end. */
export const abandoned = (f: Facts, by: ReleasedBy): End =>
  f.metBusy ? { disposition: "busy", cause: 17, by } : { disposition: "abandoned", cause: 16, by };

export const answeredEnd = (cause: Cause, by: ReleasedBy): End => ({
  disposition: "answered",
  cause,
  by,
});

/** Answered calls are `answered` however they end; the others are what `otherwise` says. */
export const endOf = (f: Facts, otherwise: End): End =>
  f.answeredAt === null ? otherwise : answeredEnd(otherwise.cause, otherwise.by);

/** Lets a party go: a phone hears why, a trunk is released. */
export const dismiss = (f: Facts, port: PortName, cause: Cause): MachineEffect =>
  isTrunkPort(port)
    ? toTrunk(port, { kind: "release", call: f.id })
    : toStation(port, { kind: "fail", call: f.id, tone: causeTones[cause] });

export const withdraw = (f: Facts, ports: readonly PortName[]): readonly MachineEffect[] =>
  ports.map((port) => toStation(port, { kind: "withdraw", call: f.id }));

/** Nothing is left of the call. `cleared`: ports whose connections end with it. */
export function finishCall(
  facts: Facts,
  c: Context,
  end: End,
  cleared: readonly PortName[],
  ...before: readonly MachineEffect[]
): Next {
  const f = stopRinging(facts, c.now);
  return go<CallState, MachineEffect>(
    { kind: "ended", facts: f },
    ...before,
    ...closeRecord(f, c, end),
    ...cleared.map((port) => callEvent(f, "connectionCleared", port, end.cause)),
    callEvent(f, "callCleared", null, end.cause),
  );
}

/** The call is over; `port`, a phone, hears a tone until it hangs up. */
export function failCall(
  facts: Facts,
  c: Context,
  end: End,
  port: PortName,
  cleared: readonly PortName[],
  ...before: readonly MachineEffect[]
): Next {
  const f = stopRinging(facts, c.now);
  return go<CallState, MachineEffect>(
    { kind: "failed", facts: f, port },
    ...before,
    dismiss(f, port, end.cause),
    ...closeRecord(f, c, end),
    ...cleared.map((p) => callEvent(f, "connectionCleared", p, end.cause)),
    callEvent(f, "failed", port, end.cause),
  );
}

/** Ends a call that rings phones: they stop first, then the caller is dealt with. */
export function endDelivered(
  s: Extract<CallState, { readonly kind: "delivered" }>,
  c: Context,
  end: End,
  callerGone: boolean,
): Next {
  const quiet = withdraw(s.facts, s.ringing);
  const { port } = s.from;
  if (callerGone) return finishCall(s.facts, c, end, [...s.ringing, port], ...quiet);
  return s.from.kind === "station"
    ? failCall(s.facts, c, end, port, s.ringing, ...quiet)
    : finishCall(
        s.facts,
        c,
        end,
        [...s.ringing, port],
        ...quiet,
        dismiss(s.facts, port, end.cause),
      );
}

export const isGreeted = (from: Arrival): from is Extract<Arrival, { kind: "greeted" }> =>
  from.kind === "greeted";

/** One of two parties has gone (`leaver`); the other hears busy tone or is released. */
export function endEstablished(
  s: Extract<CallState, { readonly kind: "established" | "outgoing" | "opened" | "seizing" }>,
  c: Context,
  end: End,
  leaver: PortName,
  stayer: PortName,
): Next {
  return isTrunkPort(stayer)
    ? finishCall(s.facts, c, end, [leaver, stayer], dismiss(s.facts, stayer, end.cause))
    : failCall(s.facts, c, end, stayer, [leaver]);
}
