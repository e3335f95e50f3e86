// A telephone on an FXS port: a hook, a keypad, a bell and an ear.
import type { CallerIdToSend, Digit, PortName } from "../../src/core/line.ts";
import type { FarEnd, Port, SimulatedCard } from "./card.ts";

export class Telephone implements FarEnd {
  readonly port: Port;
  rings = false;
  /** Shown on the telephone's display; null when nothing was sent. */
  callerId: CallerIdToSend | null = null;
  /** Told whenever the bell starts or stops. */
  onBell: (ringing: boolean) => void = () => {};
  readonly #card: SimulatedCard;

  constructor(card: SimulatedCard, name: PortName) {
    this.#card = card;
    this.port = card.port(name);
    this.port.farEnd = this;
  }

  sends = "silence";

  get isOffHook(): boolean {
    return this.port.offHook;
  }

  lift(): void {
    if (!this.isOffHook) this.#card.setHook(this.port, true);
  }

  hangUp(): void {
    this.sends = "silence";
    if (this.isOffHook) this.#card.setHook(this.port, false);
  }

  says(): void {
    if (!this.isOffHook || this.sends === "voice") return;
    this.sends = "voice";
    this.#card.emit(this.port.name, { kind: "voice" });
  }

  fallsSilent(): void {
    if (this.sends === "silence") return;
    this.sends = "silence";
    this.#card.emit(this.port.name, { kind: "silence" });
  }

  flash(ms: number): void {
    if (this.isOffHook) this.#card.emit(this.port.name, { kind: "hookFlash", ms });
  }

  press(digit: Digit, by: "dtmf" | "pulse" = "dtmf"): void {
    if (this.isOffHook) this.#card.hearDigit(this.port, digit, by);
  }

  /** In a word or two what is in the ear now. */
  get hears(): string {
    return this.isOffHook ? heardOn(this.port, this.#card) : "nothing";
  }

  ringing(on: boolean, callerId: CallerIdToSend | null): void {
    this.rings = on;
    this.callerId = callerId;
    this.onBell(on);
  }

  loop(): void {}
  digit(): void {}
}

/** What the far end of a port hears: our tone, our clips, what the others in the bridge send. */
export function heardOn(port: Port, card: SimulatedCard): string {
  if (port.tone !== null) return port.tone;
  if (port.play !== null) return `clip ${port.play.clips.join(" ")}`;
  const others = card.othersInBridge(port).map((o) => `${o.farEnd.sends} of ${o.name}`);
  return others.length > 0 ? others.join(" and ") : "silence";
}
