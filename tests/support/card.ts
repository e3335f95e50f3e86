// A line card made of plain data: the physics behind line commands and line events. Each port has a
// far end (tests/support/telephone.ts, exchange.ts) that feels the loop and hears the audio.
//
//   box ──LineCommand──▶ card ──▶ far end        far end ──▶ card ──LineEvent──▶ `deliver`
import type {
  CallerIdToSend,
  ClipName,
  Digit,
  LineCommand,
  LineEvent,
  LineSignal,
  PlayId,
  PortName,
  ToneName,
} from "../../src/core/line.ts";
import type { PortState } from "../../src/ports/line-card.ts";
import type { VirtualClock } from "./clock.ts";

/** What hangs on a port. All are called while a command is performed. */
export interface FarEnd {
  /** Ringing voltage on (with the caller's number, or null) or off. */
  ringing(on: boolean, callerId: CallerIdToSend | null): void;
  /** The box closed (`true`) or opened a trunk's loop. */
  loop(closed: boolean): void;
  /** A DTMF digit in the audio towards the far end. */
  digit(digit: string): void;
  /** What the far end sends into the line, in a word: `voice`, `dial`, `silence`… */
  readonly sends: string;
}

export interface Port {
  readonly name: PortName;
  readonly isStation: boolean;
  farEnd: FarEnd;
  /** The telephone's hook, or our own loop on a trunk. */
  offHook: boolean;
  offHookSince: number;
  battery: boolean;
  ringing: boolean;
  tone: ToneName | null;
  play: { readonly id: PlayId; readonly clips: readonly ClipName[]; cancel: () => void } | null;
  dialling: (() => void) | null;
  bridge: number | null;
  recording: string | null;
}

const noFarEnd: FarEnd = { ringing() {}, loop() {}, digit() {}, sends: "silence" };

/** DTMF as the box sends it, and the pause that `,` stands for. */
const digitMs = 200;
const commaMs = 1_000;
export const clipMs = 3_000;

export class SimulatedCard {
  readonly ports: readonly Port[];
  readonly #byName: ReadonlyMap<PortName, Port>;
  readonly #clock: VirtualClock;
  readonly #deliver: (event: LineEvent) => void;

  constructor(names: readonly PortName[], clock: VirtualClock, deliver: (e: LineEvent) => void) {
    this.#clock = clock;
    this.#deliver = deliver;
    this.ports = names.map(newPort);
    this.#byName = new Map(this.ports.map((port) => [port.name, port]));
  }

  port(name: PortName): Port {
    const port = this.#byName.get(name);
    if (port === undefined) throw new Error(`the card has no port ${name}`);
    return port;
  }

  /** Something happened on the line now. */
  emit(port: PortName, signal: LineSignal): void {
    this.#deliver({ at: this.#clock.now(), port, ...signal });
  }

  setHook(port: Port, offHook: boolean): void {
    port.offHook = offHook;
    port.offHookSince = this.#clock.now();
    this.emit(port.name, { kind: offHook ? "offHook" : "onHook" });
  }

  /** The far end presses a key: our detector hears it, and so does whoever shares the bridge. */
  hearDigit(port: Port, digit: Digit, by: "dtmf" | "pulse" = "dtmf"): void {
    this.emit(port.name, { kind: "digit", digit, by });
    if (by === "dtmf") for (const other of this.othersInBridge(port)) other.farEnd.digit(digit);
  }

  othersInBridge(port: Port): Port[] {
    if (port.bridge === null) return [];
    return this.ports.filter((p) => p !== port && p.bridge === port.bridge);
  }

  readBack(): PortState[] {
    return this.ports.map((port) => ({
      port: port.name,
      hook: port.offHook ? "off" : "on",
      ring: port.ringing,
      battery: port.battery,
    }));
  }

  /** The process behind the card is gone: rings, tones, players, bridges and loops go with it. */
  reset(): void {
    for (const port of this.ports) {
      port.play?.cancel();
      port.play = null;
      this.#stopDialling(port);
      port.tone = null;
      port.bridge = null;
      port.recording = null;
      this.#setRing(port, false, null);
      if (!port.isStation) this.#setLoop(port, false);
    }
  }

  perform(command: LineCommand): void {
    const port = this.port(command.port);
    switch (command.kind) {
      case "ring":
        this.#setRing(port, true, command.callerId);
        return;
      case "ringOff":
        this.#setRing(port, false, null);
        return;
      case "seize":
        this.#setLoop(port, true);
        return;
      case "release":
        this.#setLoop(port, false);
        return;
      case "tone":
        port.tone = command.tone;
        return;
      case "toneOff":
        port.tone = null;
        return;
      case "dial":
        this.#dial(port, command.digits);
        return;
      case "play":
        this.#play(port, command.play, command.clips, command.loop);
        return;
      case "stopPlay":
        this.#endPlay(port);
        return;
      case "join":
        port.bridge = command.bridge;
        return;
      case "leave":
        port.bridge = null;
        return;
      case "record":
        port.recording = command.recording;
        return;
      case "stopRecord":
        port.recording = null;
        return;
      default:
        command satisfies never;
    }
  }

  #setRing(port: Port, on: boolean, callerId: CallerIdToSend | null): void {
    if (port.ringing === on) return;
    port.ringing = on;
    port.farEnd.ringing(on, callerId);
  }

  #setLoop(port: Port, closed: boolean): void {
    if (port.offHook === closed) return;
    port.offHook = closed;
    port.offHookSince = this.#clock.now();
    if (!closed) this.#stopDialling(port);
    port.farEnd.loop(closed);
  }

  /** Digits one after the other, then `dialDone`; a loop that opens cuts them off silently. */
  #dial(port: Port, digits: string): void {
    this.#stopDialling(port);
    let left = digits;
    const next = (): void => {
      const digit = left[0];
      left = left.slice(1);
      if (digit === undefined) {
        port.dialling = null;
        this.emit(port.name, { kind: "dialDone" });
        return;
      }
      if (digit !== ",") port.farEnd.digit(digit);
      port.dialling = this.#clock.after(digit === "," ? commaMs : digitMs, next);
    };
    next();
  }

  #stopDialling(port: Port): void {
    port.dialling?.();
    port.dialling = null;
  }

  #play(port: Port, id: PlayId, clips: readonly ClipName[], loop: boolean): void {
    this.#endPlay(port);
    const length = clips.length * clipMs;
    const stop = loop ? () => {} : this.#clock.after(length, () => this.#endPlay(port));
    port.play = { id, clips, cancel: stop };
  }

  #endPlay(port: Port): void {
    const play = port.play;
    if (play === null) return;
    play.cancel();
    port.play = null;
    this.emit(port.name, { kind: "playDone", play: play.id });
  }
}

function newPort(name: PortName): Port {
  return {
    name,
    isStation: name.startsWith("fxs/"),
    farEnd: noFarEnd,
    offHook: false,
    offHookSince: 0,
    battery: true,
    ringing: false,
    tone: null,
    play: null,
    dialling: null,
    bridge: null,
    recording: null,
  };
}
