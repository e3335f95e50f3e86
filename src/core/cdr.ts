// The call detail record as call control fills it. Times are epoch milliseconds; the API makes
// ISO 8601 of them. One row per call, from its first event on; `endedAt: null` = still open.
import type { Cause } from "./cause.ts";

/** Calls are numbered upwards for ever, across restarts; the runtime gives the first one. */
export type CallId = number;

export type Direction = "inbound" | "outbound" | "internal";
/** What became of a call.
 *  - `answered`: a phone of ours or the far end answered. The greeting alone is no answer: who
 *    hangs up in it is `abandoned`, with `answerBasis: "greeting"` and `answeredAt: null`.
 *  - `noAnswer`: phones rang to the end of B15, or the exchange gave up ringing.
 *  - `busy`: nobody asked for was free, to the end; or busy tone from the exchange.
 *  - `failed`: wrong number, no circuit, no dial tone, a fault.
 *  - `abandoned`: the caller left before any of these, in whichever direction.
 *  - `interrupted`: the row is open; what is left of a call cut by a crash. */
export type Disposition = "answered" | "noAnswer" | "busy" | "failed" | "abandoned" | "interrupted";
/** How the box knows that a trunk's far end answered. `station`: a phone of ours went off-hook;
 *  `greeting`: the box itself answered. */
export type AnswerBasis = "station" | "greeting" | "reversal" | "ringbackVoice" | "assumed";
/** What told the box that the call was over. `box`: nobody had to, as with a wrong number or no
 *  free line. */
export type ReleasedBy =
  | "caller"
  | "called"
  | "busyTone"
  | "congestionTone"
  | "dialTone"
  | "reversal"
  | "openInterval"
  | "silence"
  | "batteryLost"
  | "timer"
  | "box"
  | "command"
  | "fault";

export interface Cdr {
  readonly id: CallId;
  readonly startedAt: number;
  /** When a person answered; null as long as only the greeting has. */
  readonly answeredAt: number | null;
  readonly endedAt: number | null;
  readonly direction: Direction;
  readonly callerNumber: string;
  readonly callerName: string;
  readonly calledNumber: string;
  /** Trunk id, e.g. `line1`; null for internal calls. */
  readonly trunk: string | null;
  /** The extension that took part: the caller of an outgoing call, the one that answered (or was
   *  last rung) of an incoming or internal one. */
  readonly extension: string | null;
  readonly group: string | null;
  readonly disposition: Disposition;
  readonly cause: Cause;
  readonly answerBasis: AnswerBasis | null;
  readonly releasedBy: ReleasedBy | null;
  /** Phones rang so long; on outgoing calls, from cut-through to the answer. */
  readonly ringSeconds: number;
  readonly talkSeconds: number;
  readonly recordingId: string | null;
}
