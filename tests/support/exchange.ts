// The telephone exchange behind an FXO port: it rings with cadence and caller ID, gives dial tone
// to a seized line, takes digits, gives progress tones, answers, talks, and clears in its own way.
//
//   idle ──rings──▶ alerting ──our loop──▶ talking ──hangs up──▶ cleared ──our release──▶ idle
//     └───our loop──▶ dialTone ──digits──▶ collecting ──▶ progress ──answers──▶ talking
import type { CallerId, Digit, HeardTone, PortName } from "../../src/core/line.ts";
import type { FarEnd, Port, SimulatedCard } from "./card.ts";
import type { VirtualClock } from "./clock.ts";

/** What becomes of a number dialled to the outside. */
export type Subscriber =
  | { readonly kind: "answers"; readonly ringMs: number }
  /** Answers without a ringback tone having been heard. */
  | { readonly kind: "answersSilently"; readonly afterMs: number }
  | { readonly kind: "rings" }
  | { readonly kind: "nothing" }
  | { readonly kind: "tone"; readonly tone: HeardTone };

/** How this exchange shows that the other side has gone. */
export type ClearSign =
  | "busyTone"
  | "congestionTone"
  | "dialTone"
  | "reversal"
  | "openInterval"
  | "silence";

export interface ExchangeManners {
  /** Dial tone this long after seizure; null = never (a dead or busy exchange). */
  dialToneMs: number | null;
  /** Reverses polarity when the called party answers and back when it clears. */
  reverses: boolean;
  clears: ClearSign;
  callerIdWhen: "beforeRing" | "afterFirstRing" | "never";
  /** The identity arrives damaged. */
  callerIdFails: boolean;
  /** The subscriber behind a complete number. */
  subscriber: (digits: string) => Subscriber;
  /** Digits after which the exchange waits for no more. */
  lastDigitWaitMs: number;
}

export const plainManners: ExchangeManners = {
  dialToneMs: 300,
  reverses: false,
  clears: "busyTone",
  callerIdWhen: "afterFirstRing",
  callerIdFails: false,
  subscriber: () => ({ kind: "answers", ringMs: 6_000 }),
  lastDigitWaitMs: 1_000,
};

/** Time for which the box must hear a tone before it is certain; three cycles for cadences. */
const certainMs: Readonly<Record<HeardTone, number>> = {
  dial: 500,
  ringback: 1_200,
  busy: 2_100,
  congestion: 4_200,
  sit: 1_000,
  howler: 500,
  faxCalling: 600,
  faxAnswer: 600,
};
/** A cadence that breaks off is missed only when its next burst is due. */
const missedMs = (tone: HeardTone): number => (tone === "ringback" ? 4_200 : 400);
const voiceCertainMs = 60;
const silenceCertainMs = 300;
const ringOnMs = 1_000;
const ringOffMs = 4_000;
/** A ring burst that meets our closing loop is over as soon as ring trip is. */
const clashMs = 150;

type Phase =
  | "idle"
  | "alerting"
  | "dialTone"
  | "collecting"
  | "progress"
  | "talking"
  | "cleared"
  | "unplugged";

export class Exchange implements FarEnd {
  readonly port: Port;
  readonly manners: ExchangeManners = { ...plainManners };
  phase: Phase = "idle";
  /** Digits received since the line was seized. */
  received = "";
  sends = "silence";
  reversed = false;
  onPhase: (phase: Phase) => void = () => {};
  onDigit: (digit: string) => void = () => {};
  readonly #card: SimulatedCard;
  readonly #clock: VirtualClock;
  #next: () => void = () => {};
  #sound: () => void = () => {};
  #reported: HeardTone | "voice" | "silence" | null = null;
  #caller: CallerId | null = null;
  #burst = false;
  #bursts = false;

  constructor(card: SimulatedCard, clock: VirtualClock, name: PortName) {
    this.#card = card;
    this.#clock = clock;
    this.port = card.port(name);
    this.port.farEnd = this;
  }

  /** Somebody outside calls this line. @returns false when the line is not free. */
  rings(caller: CallerId | null): boolean {
    if (this.phase !== "idle") return false;
    this.#caller = caller;
    this.#go("alerting");
    if (this.manners.callerIdWhen === "beforeRing") this.#sendCallerId();
    this.#later(this.manners.callerIdWhen === "beforeRing" ? 500 : 0, () => this.#ringOn(true));
    return true;
  }

  /** Glare: the exchange has given the line to a caller but no ring has reached us yet. Seized
   *  before `ms` have passed, it either is still silent or has just begun to ring (`bursts`). */
  ringsSoon(caller: CallerId | null, ms: number, bursts = false): boolean {
    if (this.phase !== "idle") return false;
    this.#caller = caller;
    this.#go("alerting");
    this.#bursts = bursts;
    this.#later(ms, () => this.#ringOn(true));
    return true;
  }

  /** The party outside puts the handset down, in whatever phase the call is. */
  hangsUp(by: ClearSign = this.manners.clears): void {
    if (this.phase === "alerting") {
      this.#ringStops();
      this.#go("idle");
      return;
    }
    if (this.phase !== "talking") return;
    this.#go("cleared");
    this.#clear(by);
  }

  /** Called party answers (what `subscriber` would do by itself). */
  answers(): void {
    if (this.phase !== "progress") return;
    this.#go("talking");
    this.#quiet();
    if (this.manners.reverses) this.#reverse(true);
  }

  says(): void {
    if (this.phase === "talking") this.#sound_("voice");
  }

  fallsSilent(): void {
    if (this.phase === "talking") this.#quiet();
  }

  /** Presses a key outside: the box hears the tone. */
  presses(digit: Digit): void {
    if (this.phase === "talking" && this.port.offHook) this.#card.hearDigit(this.port, digit);
  }

  /** Sends a tone into a line that is seized: a fax machine, ringback as music on hold, or the
   *  exchange itself that has lost patience. */
  plays(tone: HeardTone): void {
    if (this.phase === "talking" || this.phase === "progress") this.#sound_(tone);
  }

  /** Polarity turns over for no reason of the call's, as relays do when they bounce. */
  flips(): void {
    this.#reverse(!this.reversed);
  }

  unplugs(): void {
    if (this.phase === "unplugged") return;
    this.#ringStops();
    this.#go("unplugged");
    this.#quiet();
    this.port.battery = false;
    this.#card.emit(this.port.name, { kind: "batteryLost" });
  }

  plugsIn(): void {
    if (this.phase !== "unplugged") return;
    this.port.battery = true;
    this.#go("idle");
    this.#card.emit(this.port.name, { kind: "batteryReturned" });
    if (this.port.offHook) this.loop(true);
  }

  ringing(): void {}

  loop(closed: boolean): void {
    if (this.phase === "unplugged") return;
    if (closed) {
      this.#seized();
      return;
    }
    this.#sound();
    this.#reported = null;
    this.sends = "silence";
    this.#go("idle");
    if (this.reversed) this.#reverse(false);
  }

  digit(digit: string): void {
    if (!this.port.offHook) return;
    this.onDigit(digit);
    if (this.phase !== "dialTone" && this.phase !== "collecting") return;
    this.received += digit;
    this.#go("collecting");
    this.#quiet();
    this.#later(this.manners.lastDigitWaitMs, () => this.#route());
  }

  #seized(): void {
    this.received = "";
    this.#reported = null;
    if (this.phase === "alerting") {
      if (this.#bursts && !this.#burst) this.#clash();
      this.#ringStops();
      this.#go("talking");
      this.#quiet();
      return;
    }
    this.#go("dialTone");
    this.#quiet();
    const { dialToneMs } = this.manners;
    if (dialToneMs !== null) this.#later(dialToneMs, () => this.#sound_("dial"));
  }

  #route(): void {
    this.#go("progress");
    const subscriber = this.manners.subscriber(this.received);
    switch (subscriber.kind) {
      case "tone":
        this.#sound_(subscriber.tone);
        return;
      case "rings":
        this.#sound_("ringback");
        return;
      case "nothing":
        return;
      case "answersSilently":
        this.#later(subscriber.afterMs, () => this.#answersAndSpeaks());
        return;
      case "answers":
        this.#sound_("ringback");
        this.#later(subscriber.ringMs, () => this.#answersAndSpeaks());
        return;
      default:
        subscriber satisfies never;
    }
  }

  #answersAndSpeaks(): void {
    this.answers();
    this.says();
  }

  #clear(by: ClearSign): void {
    this.#quiet();
    switch (by) {
      case "busyTone":
        this.#sound_("busy");
        return;
      case "congestionTone":
        this.#sound_("congestion");
        return;
      case "dialTone":
        this.#sound_("dial");
        return;
      case "reversal":
        this.#reverse(!this.reversed);
        return;
      case "openInterval":
        this.#card.emit(this.port.name, { kind: "openInterval", ms: 400 });
        return;
      case "silence":
        return;
      default:
        by satisfies never;
    }
  }

  #reverse(on: boolean): void {
    this.reversed = on;
    const polarity = on ? "reversed" : "normal";
    this.#card.emit(this.port.name, { kind: "polarityReversal", polarity });
  }

  #ringOn(first: boolean): void {
    this.#burst = true;
    this.#card.emit(this.port.name, { kind: "ringStart" });
    this.#later(ringOnMs, () => {
      this.#ringStops();
      if (first && this.manners.callerIdWhen === "afterFirstRing") {
        this.#later(500, () => {
          // Asked for first: the box may answer as soon as it knows who calls.
          this.#later(ringOffMs - 500, () => this.#ringOn(false));
          this.#sendCallerId();
        });
      } else this.#later(ringOffMs, () => this.#ringOn(false));
    });
  }

  /** The first ring and our loop meet: the card still sees a burst. */
  #clash(): void {
    this.#card.emit(this.port.name, { kind: "ringStart" });
    this.#clock.after(clashMs, () => this.#card.emit(this.port.name, { kind: "ringStop" }));
  }

  #ringStops(): void {
    if (!this.#burst) return;
    this.#burst = false;
    this.#card.emit(this.port.name, { kind: "ringStop" });
  }

  #sendCallerId(): void {
    const caller = this.#caller;
    if (caller === null) return;
    const failed = this.manners.callerIdFails;
    this.#card.emit(
      this.port.name,
      failed
        ? { kind: "callerIdFailed", form: caller.form }
        : { kind: "callerId", callerId: caller },
    );
  }

  /** Sends a sound; the box is told when it can be certain of it. */
  #sound_(sound: HeardTone | "voice"): void {
    this.#endSound();
    this.sends = sound;
    const wait = sound === "voice" ? voiceCertainMs : certainMs[sound];
    this.#sound = this.#clock.after(wait, () => this.#report(sound));
  }

  #quiet(): void {
    this.#endSound();
    this.sends = "silence";
    this.#sound = this.#clock.after(silenceCertainMs, () => this.#report("silence"));
  }

  #report(sound: HeardTone | "voice" | "silence"): void {
    if (!this.port.offHook || this.#reported === sound) return;
    this.#reported = sound;
    const isTone = sound !== "voice" && sound !== "silence";
    this.#card.emit(this.port.name, isTone ? { kind: "tone", tone: sound } : { kind: sound });
  }

  #endSound(): void {
    this.#sound();
    const tone = this.#reported;
    if (tone === null || tone === "voice" || tone === "silence") return;
    this.#reported = null;
    this.#clock.after(missedMs(tone), () => {
      if (this.port.offHook) this.#card.emit(this.port.name, { kind: "toneStopped", tone });
    });
  }

  #go(phase: Phase): void {
    this.#next();
    this.#next = () => {};
    this.#bursts = false;
    this.phase = phase;
    this.onPhase(phase);
  }

  #later(ms: number, callback: () => void): void {
    this.#next();
    this.#next = this.#clock.after(ms, callback);
  }
}
