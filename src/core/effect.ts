// What goes into call control and what comes out of it. All of it is data, so that a call can be
// stored, shown as a ladder and replayed.

import type { Cause } from "./cause.ts";
import type { CallId, Cdr } from "./cdr.ts";
import type { LineCommand, LineEvent, PortName } from "./line.ts";
import type { Office } from "./office.ts";

export type { CallId };

/** Names one running timer: the machine it belongs to and its name in core/timers.ts. */
export interface TimerKey {
  readonly machine: `station:${PortName}` | `trunk:${PortName}` | `call:${number}`;
  readonly name: string;
}

export type Input =
  | { readonly kind: "line"; readonly event: LineEvent }
  | {
      readonly kind: "expired";
      readonly at: number;
      readonly timer: TimerKey;
      readonly generation: number;
    }
  | { readonly kind: "command"; readonly at: number; readonly command: CallCommand }
  /** A new configuration. Calls under way keep going. */
  | { readonly kind: "office"; readonly at: number; readonly office: Office };

/** CSTA services on live calls, from page, API or console. They share the queue with the hooks. */
export type CallCommand =
  | { readonly service: "clearConnection"; readonly call: CallId }
  | { readonly service: "makeCall"; readonly extension: string; readonly number: string };

export type CommandAnswer =
  | { readonly accepted: true; readonly call: CallId }
  | {
      readonly accepted: false;
      readonly reason: "noSuchCall" | "noSuchExtension" | "extensionBusy";
    };

/** CSTA (ECMA-269) events of a call. On a trunk `delivered` is the cut-through: as near as copper
 *  comes to networkReached. */
export type CallEventName =
  | "serviceInitiated"
  | "originated"
  | "delivered"
  | "established"
  | "diverted"
  | "failed"
  | "connectionCleared"
  | "callCleared";

export type Effect =
  | { readonly kind: "line"; readonly command: LineCommand }
  /** Never for a timer that runs: it is stopped first. */
  | {
      readonly kind: "startTimer";
      readonly timer: TimerKey;
      readonly generation: number;
      readonly ms: number;
    }
  | { readonly kind: "stopTimer"; readonly timer: TimerKey }
  /** Insert or update the row of a call; `endedAt !== null` closes it for good. */
  | { readonly kind: "cdr"; readonly cdr: Cdr }
  | {
      readonly kind: "callEvent";
      readonly call: CallId;
      readonly event: CallEventName;
      readonly port: PortName | null;
      readonly cause: Cause | null;
    }
  | { readonly kind: "answerCommand"; readonly answer: CommandAnswer }
  /** A condition a person should look at; `on: false` withdraws it. */
  | {
      readonly kind: "alarm";
      readonly code: AlarmCode;
      readonly port: PortName | null;
      readonly on: boolean;
    }
  /** A cell of a table that must never be reached was reached. The call concerned is released. */
  | {
      readonly kind: "fault";
      readonly machine: string;
      readonly state: string;
      readonly event: string;
    };

export type AlarmCode = "trunkUnplugged" | "stationOffHook";

/** One input with everything it led to: the unit of the journal, of the trace and of replay. */
export interface Turn {
  readonly input: Input;
  /** In the order in which they are to be performed: first what lines and timers do, then what is
   *  told of it (call events, CDRs, answers to commands). */
  readonly effects: readonly Effect[];
  /** Calls that this turn touched, in order of first touch; empty for mere line noise. */
  readonly calls: readonly CallId[];
  /** What the machines said to each other and which states they went through, for the ladder. */
  readonly steps: readonly Step[];
}

/** One transition of one machine within a turn. */
export interface Step {
  readonly machine: string;
  readonly call: CallId | null;
  readonly event: string;
  readonly from: string;
  readonly to: string;
}
