// The states of a call and what each of them must know.
import type { Facts } from "./call-facts.ts";
import type { PlayId, PortName } from "./line.ts";

/** How a call reached the phones it rings. */
export type Arrival =
  /** From a station of ours, which hears ringback. */
  | { readonly kind: "station"; readonly port: PortName }
  /** From a trunk that is still ringing: its exchange plays the ringback. */
  | { readonly kind: "ringing"; readonly port: PortName }
  /** From a trunk that the box has answered; `rounds` greetings so far. */
  | { readonly kind: "greeted"; readonly port: PortName; readonly rounds: number };

export type CallState =
  /** A phone is off-hook; no digit yet. Out: first digit, on-hook, first-digit timer. */
  | { readonly kind: "initiated"; readonly facts: Facts; readonly caller: PortName }
  /** Digits come in. Out: the number is complete or wrong, on-hook, inter-digit timer. */
  | {
      readonly kind: "collecting";
      readonly facts: Facts;
      readonly caller: PortName;
      readonly digits: string;
    }
  /** makeCall: the caller's own phone rings first. Out: it answers, nobody does. */
  | {
      readonly kind: "summoning";
      readonly facts: Facts;
      readonly caller: PortName;
      readonly number: string;
    }
  /** A trunk is being seized and dialled. Out: cut-through, next trunk, on-hook. */
  | {
      readonly kind: "seizing";
      readonly facts: Facts;
      readonly caller: PortName;
      readonly trunk: PortName;
      readonly number: string;
      readonly tried: readonly PortName[];
    }
  /** A direct line is open, nothing dialled. Out: first digit, or it lasts: a record is opened. */
  | {
      readonly kind: "opened";
      readonly facts: Facts;
      readonly caller: PortName;
      readonly trunk: PortName;
    }
  /** The caller hears the exchange; not answered yet. Out: answer, the trunk is lost, on-hook. */
  | {
      readonly kind: "outgoing";
      readonly facts: Facts;
      readonly caller: PortName;
      readonly trunk: PortName;
      /** The user dials on the line itself: digits belong to the called number. */
      readonly direct: boolean;
    }
  /** An incoming ring whose caller ID is awaited. Out: `offered`, the caller gives up. */
  | { readonly kind: "arriving"; readonly facts: Facts; readonly trunk: PortName }
  /** Every phone meant for it is busy; the exchange goes on ringing. Out: a phone is idle. */
  | {
      readonly kind: "waiting";
      readonly facts: Facts;
      readonly trunk: PortName;
      readonly wanted: readonly PortName[];
    }
  /** The greeting plays, or its last word is said and a digit is awaited. */
  | {
      readonly kind: "greeting";
      readonly facts: Facts;
      readonly trunk: PortName;
      readonly play: PlayId;
      readonly rounds: number;
    }
  /** The greeting's caller dials. Out: as `collecting`. */
  | {
      readonly kind: "choosing";
      readonly facts: Facts;
      readonly trunk: PortName;
      readonly digits: string;
      readonly rounds: number;
    }
  /** Phones ring. Out: one answers, the caller gives up, the ring timer. */
  | {
      readonly kind: "delivered";
      readonly facts: Facts;
      readonly from: Arrival;
      readonly ringing: readonly PortName[];
    }
  /** Two parties talk; `a` is the caller. */
  | {
      readonly kind: "established";
      readonly facts: Facts;
      readonly a: PortName;
      readonly b: PortName;
      /** Which parties are known to speak now; a trunk call silent on both is released. */
      readonly speaking: readonly PortName[];
    }
  /** The record is closed; one phone still hears a tone. Out: it hangs up or is locked out. */
  | { readonly kind: "failed"; readonly facts: Facts; readonly port: PortName }
  /** Nothing is left; the switchboard forgets it. */
  | { readonly kind: "ended"; readonly facts: Facts };

export type CallKind = CallState["kind"];

/** Ports that are in the call now, the caller's first. */
export function portsOf(s: CallState): readonly PortName[] {
  switch (s.kind) {
    case "initiated":
    case "collecting":
    case "summoning":
      return [s.caller];
    case "seizing":
    case "opened":
    case "outgoing":
      return [s.caller, s.trunk];
    case "arriving":
    case "waiting":
    case "greeting":
    case "choosing":
      return [s.trunk];
    case "delivered":
      return [s.from.port, ...s.ringing];
    case "established":
      return [s.a, s.b];
    case "failed":
      return [s.port];
    case "ended":
      return [];
  }
}
