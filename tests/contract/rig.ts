// What the line-card contract runs on: a card with far ends that a test holds in its hand.
import type { LineEvent, LineSignal, PortName } from "../../src/core/line.ts";
import type {
  FarEndSignal,
  LineSettings,
  VirtualCard,
  VirtualFarEnd,
} from "../../src/ports/line-card.ts";
import { concat, toneLevel } from "../support/signal.ts";

/** China's tones, ringing short enough for a test, room for caller ID in its pause. */
export const settings: LineSettings = {
  plan: {
    country: "cn",
    tones: {
      dial: tone([{ toneHz: [450], levelDbm0: -10, ms: 0 }], 0),
      busy: tone(
        [
          { toneHz: [450], levelDbm0: -10, ms: 350 },
          { toneHz: [], levelDbm0: 0, ms: 350 },
        ],
        0,
      ),
    },
    ringCadenceMs: [500, 1500],
    callerIdForm: "bell202",
  },
  flashMinMs: 90,
  flashMaxMs: 600,
  echoCancel: false,
};

function tone(
  segments: readonly { toneHz: readonly number[]; levelDbm0: number; ms: number }[],
  repeatFrom: number,
) {
  return { segments: segments.map((s) => ({ ...s, modulationHz: 0 })), repeatFrom };
}

/** Far ends speak so much ahead: a machine busy with other tests leaves no gaps in what they say. */
const leadMs = 100;

export const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

export interface Rig {
  readonly card: VirtualCard & { setPorts(ports: readonly PortName[]): void };
  loadClip(name: string, pcm: Int16Array): void;
  recordingPath(recording: string): string;
  close(): void;
}

/** Everything the card reports, kept by port. */
export class EventLog {
  readonly all: LineEvent[] = [];
  constructor(card: VirtualCard) {
    card.onEvents((events) => this.all.push(...events));
  }
  of(port: PortName): LineEvent[] {
    return this.all.filter((event) => event.port === port);
  }
  /** Without voice and silence, which come with any audio. */
  kinds(port: PortName): string[] {
    const kinds = this.of(port).map(({ kind }) => kind);
    return kinds.filter((kind) => kind !== "voice" && kind !== "silence");
  }
  /** Waits for the nth event of a kind (from 1). @throws when it does not come */
  async get<K extends LineSignal["kind"]>(
    port: PortName,
    kind: K,
    nth = 1,
    withinMs = 3000,
  ): Promise<Extract<LineEvent, { kind: K }>> {
    for (let waited = 0; waited <= withinMs; waited += 5) {
      const found = this.of(port).filter((event) => event.kind === kind)[nth - 1];
      if (found !== undefined) return found as Extract<LineEvent, { kind: K }>;
      await pause(5);
    }
    throw new Error(`${port}: no ${kind} number ${nth}; got ${this.kinds(port).join(" ")}`);
  }
}

/** A telephone or an exchange, attached straight to the card. Keeps what it hears. */
export class TestFarEnd {
  readonly signals: { readonly at: number; readonly signal: FarEndSignal }[] = [];
  readonly state;
  gone = false;
  #frames: Int16Array[] = [];
  #timer: ReturnType<typeof setInterval> | null = null;
  readonly #farEnd: VirtualFarEnd;

  constructor(
    card: VirtualCard,
    readonly port: PortName,
  ) {
    const attached = card.attach(port, {
      audio: (pcm) => {
        this.#frames.push(new Int16Array(pcm.slice().buffer));
      },
      signal: (signal) => this.signals.push({ at: performance.now(), signal }),
      gone: () => {
        this.gone = true;
      },
    });
    if (typeof attached === "string") throw new Error(`${port}: ${attached}`);
    this.#farEnd = attached.farEnd;
    this.state = attached.state;
  }

  get line(): VirtualFarEnd {
    return this.#farEnd;
  }
  /** The far ends of a test are let go of at its end, whatever came of it. */
  [Symbol.dispose](): void {
    this.hush();
    this.#farEnd.detach();
  }
  /** Says it once, 20 ms at a time, in real time. Resolves when said. */
  async say(pcm: Int16Array): Promise<void> {
    const start = performance.now() - leadMs;
    for (let at = 0; at < pcm.length; at += 160) {
      this.#write(pcm.subarray(at, at + 160));
      await pause(Math.max(0, start + (at + 160) / 8 - performance.now()));
    }
  }
  /** Says it over and over until hush(). */
  keepSaying(pcm: Int16Array): void {
    let said = 0;
    const start = performance.now() - leadMs;
    this.hush();
    this.#timer = setInterval(() => {
      for (; said * 20 < performance.now() - start; said += 1) {
        const at = (said * 160) % pcm.length;
        this.#write(pcm.subarray(at, at + 160));
      }
    }, 10);
  }
  hush(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }
  #write(pcm: Int16Array): void {
    this.#farEnd.write(new Uint8Array(pcm.buffer, pcm.byteOffset, pcm.byteLength));
  }
  /** Audio heard since the last `forget`. */
  heard(): Int16Array {
    return concat(...this.#frames);
  }
  frames(): number {
    return this.#frames.length;
  }
  forget(): void {
    this.#frames = [];
  }
  /** Hears the line for so long and hands over what came in it. */
  async listen(ms: number): Promise<Int16Array> {
    this.forget();
    await pause(ms);
    return this.heard();
  }
  told<K extends string>(key: K): { at: number; value: unknown }[] {
    return this.signals
      .filter(({ signal }) => key in signal)
      .map(({ at, signal }) => ({ at, value: (signal as Record<string, unknown>)[key] }));
  }
  async waitFor(key: string, value: unknown, withinMs = 3000): Promise<number> {
    for (let waited = 0; waited <= withinMs; waited += 2) {
      const found = this.told(key).find((one) => one.value === value);
      if (found !== undefined) return found.at;
      await pause(2);
    }
    throw new Error(`${this.port}: ${key} did not become ${String(value)}`);
  }
}

/** Level of a pitch as it is most of the time, dBm0: the median over 50 ms pieces. */
export function usualLevel(pcm: Int16Array, toneHz: number): number {
  const pieces = Array.from({ length: Math.floor(pcm.length / 400) }, (_, at) =>
    toneLevel(pcm.subarray(at * 400, at * 400 + 400), toneHz),
  );
  return pieces.sort((a, b) => a - b)[Math.floor(pieces.length / 2)] ?? -100;
}
