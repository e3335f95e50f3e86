// What the machines of call control say to each other, and what a cell of a table may cause.
//
//   telephone ──▶ station ──news──▶ call ◀──news── trunk ◀── exchange
//                    ▲◀──orders──────┴──────orders──▶▲
//
// Nobody calls anybody: news and orders are effects and go to the tail of the turn's queue.
import type { Cause } from "./cause.ts";
import type { AnswerBasis, Cdr, ReleasedBy } from "./cdr.ts";
import type { AlarmCode, CallEventName, CallId } from "./effect.ts";
import type {
  CallerId,
  CallerIdToSend,
  ClipName,
  Digit,
  LineCommand,
  PlayId,
  PortName,
  ToneName,
} from "./line.ts";
import type { OfficeIndex } from "./office-index.ts";
import type { TimerName } from "./timers.ts";

/** A call to one of its telephones. Orders of a call that the station has left are dropped. */
export type StationOrder =
  | { readonly kind: "ring"; readonly call: CallId; readonly callerId: CallerIdToSend | null }
  | { readonly kind: "withdraw"; readonly call: CallId }
  | { readonly kind: "dialTone"; readonly call: CallId }
  /** The number is complete; wait in silence. */
  | { readonly kind: "proceed"; readonly call: CallId }
  | { readonly kind: "ringback"; readonly call: CallId }
  /** Join the call's bridge (its number is the call's) and record there if told to. */
  | { readonly kind: "connect"; readonly call: CallId; readonly recording: string | null }
  /** The call is over for this phone: it hears the tone until it hangs up; stops its ringing. */
  | { readonly kind: "fail"; readonly call: CallId; readonly tone: ToneName };

/** A call to its trunk. */
export type TrunkOrder =
  /** Outgoing: seize, wait for dial tone, dial. */
  | { readonly kind: "seize"; readonly call: CallId; readonly digits: string }
  /** Direct line: seize and join at once. */
  | { readonly kind: "open"; readonly call: CallId }
  /** Direct line: the user dialled this; `send` when the exchange has not heard it (pulses). */
  | {
      readonly kind: "dialled";
      readonly call: CallId;
      readonly digit: Digit;
      readonly send: boolean;
    }
  | { readonly kind: "answer"; readonly call: CallId }
  | { readonly kind: "connect"; readonly call: CallId; readonly recording: string | null }
  | {
      readonly kind: "play";
      readonly call: CallId;
      readonly play: PlayId;
      readonly clips: readonly ClipName[];
    }
  | { readonly kind: "stopPlay"; readonly call: CallId }
  | { readonly kind: "ringback"; readonly call: CallId }
  /** Hang up; an unanswered line is ignored until its ringing ends. */
  | { readonly kind: "release"; readonly call: CallId };

/** A station or trunk to its call; `phoneIdle` and `abort` come from the switchboard. News for a
 *  call that has ended is dropped. */
export type CallNews =
  | {
      readonly kind: "digit";
      readonly port: PortName;
      readonly digit: Digit;
      readonly by: "dtmf" | "pulse";
    }
  | { readonly kind: "hungUp"; readonly port: PortName }
  | { readonly kind: "answered"; readonly port: PortName }
  /** A phone that heard a tone after its call's end has hung up or was locked out. */
  | { readonly kind: "left"; readonly port: PortName }
  | { readonly kind: "offered"; readonly callerId: CallerId | null }
  | { readonly kind: "identified"; readonly callerId: CallerId }
  /** The caller gave up before anybody answered. */
  | { readonly kind: "gone" }
  | { readonly kind: "noDialTone"; readonly port: PortName }
  | { readonly kind: "glare"; readonly port: PortName }
  | { readonly kind: "cutThrough" }
  | { readonly kind: "farAnswered"; readonly basis: AnswerBasis; readonly at: number }
  /** The trunk heard or saw the far end go and has released itself. */
  | {
      readonly kind: "lost";
      readonly port: PortName;
      readonly cause: Cause;
      readonly by: ReleasedBy;
    }
  | { readonly kind: "playDone"; readonly play: PlayId }
  | { readonly kind: "voice"; readonly port: PortName }
  | { readonly kind: "silence"; readonly port: PortName }
  | { readonly kind: "phoneIdle"; readonly port: PortName }
  | { readonly kind: "abort"; readonly cause: Cause; readonly by: ReleasedBy }
  | Expired;

/** One of the present state's own timers; the switchboard has dropped late ones. */
export type Expired = { readonly kind: "expired"; readonly timer: TimerName };

/** Where a new call comes from. */
export type Origin =
  | { readonly kind: "station"; readonly port: PortName }
  | { readonly kind: "makeCall"; readonly port: PortName; readonly number: string }
  | { readonly kind: "ringing"; readonly port: PortName }
  /** Glare: our seizure answered it. */
  | { readonly kind: "answered"; readonly port: PortName };

export type MachineEffect =
  | { readonly kind: "line"; readonly command: LineCommand }
  | { readonly kind: "start" | "stop"; readonly timer: TimerName }
  | { readonly kind: "station"; readonly port: PortName; readonly order: StationOrder }
  | { readonly kind: "trunk"; readonly port: PortName; readonly order: TrunkOrder }
  | { readonly kind: "news"; readonly call: CallId; readonly news: CallNews }
  | { readonly kind: "open"; readonly call: CallId; readonly origin: Origin }
  | {
      readonly kind: "alarm";
      readonly code: AlarmCode;
      readonly port: PortName | null;
      readonly on: boolean;
    }
  | { readonly kind: "cdr"; readonly cdr: Cdr }
  | {
      readonly kind: "callEvent";
      readonly call: CallId;
      readonly event: CallEventName;
      readonly port: PortName | null;
      readonly cause: Cause | null;
    };

/** What a cell may read besides state and event. */
export interface Context {
  /** Time of the input being handled, epoch ms. */
  readonly now: number;
  /** The port whose machine is stepping; meaningless to a call. */
  readonly self: PortName;
  /** Number that an `open` effect of this cell must carry. */
  readonly nextCall: CallId;
  readonly office: OfficeIndex;
  /** On-hook, in no call, and no order to ring under way. */
  stationIdle(port: PortName): boolean;
  trunkIdle(port: PortName): boolean;
  /** The call arriving on this phone's direct trunk, not offered yet, that lifting it answers. */
  claimable(port: PortName): CallId | null;
  /** Somebody was heard to speak on this port and has not fallen silent. */
  speaks(port: PortName): boolean;
}

export const line = (command: LineCommand): MachineEffect => ({ kind: "line", command });
export const start = (timer: TimerName): MachineEffect => ({ kind: "start", timer });
export const stop = (timer: TimerName): MachineEffect => ({ kind: "stop", timer });
export const tell = (call: CallId, news: CallNews): MachineEffect => ({
  kind: "news",
  call,
  news,
});
export const toStation = (port: PortName, order: StationOrder): MachineEffect => ({
  kind: "station",
  port,
  order,
});
export const toTrunk = (port: PortName, order: TrunkOrder): MachineEffect => ({
  kind: "trunk",
  port,
  order,
});
export const isTrunkPort = (port: PortName): boolean => port.startsWith("fxo/");
