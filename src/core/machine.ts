// What the three kinds of machine have in common: names, the call they are in, words for events.
import type { CallState } from "./call-state.ts";
import type { CallId, TimerKey } from "./effect.ts";
import type { PortName } from "./line.ts";
import { type CallNews, isTrunkPort } from "./message.ts";
import type { StationEvent, StationState } from "./station.ts";
import type { TrunkEvent, TrunkState } from "./trunk-state.ts";

export type MachineName = TimerKey["machine"];
export type AnyState = StationState | TrunkState | CallState;
export type AnyEvent = StationEvent | TrunkEvent | CallNews;

/** The machine of a port. */
export const legOf = (port: PortName): MachineName =>
  isTrunkPort(port) ? `trunk:${port}` : `station:${port}`;

/** `station:fxs/1` in its two parts. */
export function splitName(name: MachineName): readonly [kind: string, rest: string] {
  const colon = name.indexOf(":");
  return [name.slice(0, colon), name.slice(colon + 1)];
}

/** The call a machine is in, or is. */
export function callOf(state: AnyState | undefined): CallId | null {
  if (state === undefined) return null;
  if ("facts" in state) return state.facts.id;
  return "call" in state ? state.call : null;
}

/** An event as ladders print it. */
export function describe(event: AnyEvent): string {
  switch (event.kind) {
    case "digit":
      return `digit ${event.digit}`;
    case "expired":
      return `expired ${event.timer}`;
    case "tone":
    case "toneStopped":
      return `${event.kind} ${event.tone}`;
    case "fail":
      return `fail ${event.tone}`;
    default:
      return event.kind;
  }
}
