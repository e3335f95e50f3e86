// The states of a trunk, and what it takes notice of.
import type { CallId } from "./effect.ts";
import type { CallerId, LineSignal } from "./line.ts";
import type { Expired, TrunkOrder } from "./message.ts";

export type TrunkState =
  /** On-hook, quiet: the only state in which a call may seize it. */
  | { readonly kind: "idle" }
  /** Caller ID or a reversal came before any ring. Out: `ringStart`, or the timer. */
  | { readonly kind: "primed"; readonly callerId: CallerId | null }
  /** Rings; caller ID is awaited. Out: it came, the second ring, the timer, or no more ringing. */
  | { readonly kind: "ringing"; readonly call: CallId }
  /** Rings and the call has been routed. Out: `answer`, `release`, no more ringing. */
  | { readonly kind: "offered"; readonly call: CallId }
  /** Rings on though its call is over. Out: no more ringing. */
  | { readonly kind: "ignored" }
  /** We closed the loop and wait for dial tone. A ring now is glare. */
  | { readonly kind: "seizing"; readonly call: CallId; readonly digits: string }
  /** Digits are being sent. */
  | { readonly kind: "dialling"; readonly call: CallId }
  /** A direct line before the first digit: the user hears the exchange. */
  | { readonly kind: "opened"; readonly call: CallId }
  /** Dialled and cut through; listens for the answer. */
  | {
      readonly kind: "progressing";
      readonly call: CallId;
      /** `none` not heard yet, `on` now, `over` ended at `since`. */
      readonly ringback: "none" | "on" | "over";
      readonly since: number;
      /** When speech began, if it goes on. */
      readonly voiceSince: number | null;
      readonly joined: boolean;
    }
  /** Answered, either way round. */
  | {
      readonly kind: "connected";
      readonly call: CallId;
      readonly since: number;
      /** The next reversal means the far end has gone. */
      readonly reversalEnds: boolean;
      readonly media: "none" | "play" | "tone" | "bridge";
    }
  /** Released; the exchange needs a moment. Not seized, but a ring is a new call. */
  | { readonly kind: "guard" }
  /** No battery: out of rotation, alarm. */
  | { readonly kind: "unplugged" };

/** Signals of a line card that mean something on a trunk. */
export type TrunkSignal = Exclude<
  LineSignal,
  { readonly kind: "offHook" | "onHook" | "hookFlash" | "overflow" | "unknown" }
>;
export type TrunkEvent = TrunkSignal | TrunkOrder | Expired;
