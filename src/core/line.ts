// What passes between the core and the line cards: line events in, line commands out.
// Plain data. A driver turns these into copper and back; nothing here knows how.

/** A card port as the office numbers it: `fxs/3` has a telephone, `fxo/1` an exchange line. */
export type PortName = `fxs/${number}` | `fxo/${number}`;

/** One key of a telephone keypad; A–D exist on trunks (caller ID, test sets). */
export type Digit =
  | "0"
  | "1"
  | "2"
  | "3"
  | "4"
  | "5"
  | "6"
  | "7"
  | "8"
  | "9"
  | "*"
  | "#"
  | "A"
  | "B"
  | "C"
  | "D";

/** Tones the box plays, named as in the trade; pitch and cadence are the country's. */
export type ToneName =
  | "dial"
  | "stutter"
  | "ringback"
  | "busy"
  | "congestion"
  | "unobtainable"
  | "sit"
  | "callWaiting"
  | "howler"
  | "confirmation"
  | "record";

/** Tones the box recognises on a trunk's own receive path. */
export type HeardTone =
  | "dial"
  | "ringback"
  | "busy"
  | "congestion"
  | "sit"
  | "howler"
  | "faxCalling"
  | "faxAnswer";

/** How a caller's number came along the wire. */
export type CallerIdForm = "bell202" | "v23" | "dtmf";

/** Caller's identity as received. `number` is empty when withheld or out of area. */
export interface CallerId {
  readonly number: string;
  readonly name: string;
  readonly presentation: "allowed" | "private" | "unavailable";
  readonly form: CallerIdForm;
}

/** A voice or tone file known to the media store, e.g. `greeting`, `digit-8`, `beep`. */
export type ClipName = string;

/** Number of a player job, chosen by the core, so that its end can be told from another's. */
export type PlayId = number;

/** Something that happened on a line, timestamped at the card.
 *  `at`: epoch milliseconds (fractional), monotonic within one run of the box. */
export type LineEvent = { readonly at: number; readonly port: PortName } & LineSignal;

export type LineSignal =
  // FXS: the telephone. Debounced; a flash is decided by the driver from the hook timing.
  | { readonly kind: "offHook" }
  | { readonly kind: "onHook" }
  | { readonly kind: "hookFlash"; readonly ms: number }
  | { readonly kind: "digit"; readonly digit: Digit; readonly by: "dtmf" | "pulse" }
  // FXO: the exchange. One ringStart/ringStop per burst of the cadence.
  | { readonly kind: "ringStart" }
  | { readonly kind: "ringStop" }
  | { readonly kind: "callerId"; readonly callerId: CallerId }
  | { readonly kind: "callerIdFailed"; readonly form: CallerIdForm }
  | { readonly kind: "polarityReversal"; readonly polarity: "normal" | "reversed" }
  | { readonly kind: "openInterval"; readonly ms: number }
  | { readonly kind: "batteryLost" }
  | { readonly kind: "batteryReturned" }
  // Heard on a trunk while it is off-hook. A cadenced tone is reported once, when certain,
  // and again as toneStopped when it is over.
  | { readonly kind: "tone"; readonly tone: HeardTone }
  | { readonly kind: "toneStopped"; readonly tone: HeardTone }
  | { readonly kind: "voice" }
  | { readonly kind: "silence" }
  // Media jobs on the port.
  | { readonly kind: "playDone"; readonly play: PlayId }
  | { readonly kind: "dialDone" }
  | { readonly kind: "overflow"; readonly lost: number }
  | { readonly kind: "unknown"; readonly raw: number };

/** Something the core wants of a line. Performed in list order, after the state is stored. */
export type LineCommand =
  /** Ring a telephone with the country's cadence; caller ID is sent between rings when given. */
  | { readonly kind: "ring"; readonly port: PortName; readonly callerId: CallerIdToSend | null }
  | { readonly kind: "ringOff"; readonly port: PortName }
  /** Close / open the loop of a trunk. */
  | { readonly kind: "seize"; readonly port: PortName }
  | { readonly kind: "release"; readonly port: PortName }
  /** Start a tone on a port (replaces the one playing); it runs until toneOff. */
  | { readonly kind: "tone"; readonly port: PortName; readonly tone: ToneName }
  | { readonly kind: "toneOff"; readonly port: PortName }
  /** Send digits as DTMF; ends with `dialDone`. `,` is a 1 s pause. */
  | { readonly kind: "dial"; readonly port: PortName; readonly digits: string }
  /** Play clips one after the other without a gap; ends with `playDone`, also when stopped. */
  | {
      readonly kind: "play";
      readonly port: PortName;
      readonly play: PlayId;
      readonly clips: readonly ClipName[];
      readonly loop: boolean;
    }
  | { readonly kind: "stopPlay"; readonly port: PortName }
  /** Put a port into a conference bridge (two ports in a bridge are a plain call). */
  | {
      readonly kind: "join";
      readonly port: PortName;
      readonly bridge: number;
      readonly gainDb: number;
    }
  | { readonly kind: "leave"; readonly port: PortName }
  /** Record: left channel = what `port` says, right = what its bridge and players send it. */
  | { readonly kind: "record"; readonly port: PortName; readonly recording: string }
  | { readonly kind: "stopRecord"; readonly port: PortName };

export interface CallerIdToSend {
  readonly number: string;
  readonly name: string;
}
