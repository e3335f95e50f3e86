// The virtual card: a thin face of the native engine. Translates, timestamps, hands on.
//
//   perform() ──record──▶ engine        far end: write, hook… ──▶ engine
//   onEvents() ◀─records─ engine ─doorbell─▶ drain ─▶ far ends' listeners
import type { ClipName, LineCommand, LineEvent, PortName } from "../../core/line.ts";
import type { Clock } from "../../ports/clock.ts";
import type {
  FarEndSignal,
  FarEndState,
  LineSettings,
  PortState,
  RecordingTrouble,
  VirtualCard,
  VirtualFarEnd,
  VirtualFarEndListener,
} from "../../ports/line-card.ts";
import { type BenchFarEnd, writeBench } from "./bench.ts";
import { errno, layout, loadNative, type Native, openNative } from "./native.ts";
import {
  portId,
  portNumberMax,
  readEvent,
  readPortState,
  stateBits,
  writeCommand,
  writeSettings,
} from "./records.ts";
import { type EngineStats, readStats } from "./stats.ts";

export interface VirtualCardOptions {
  readonly clock: Clock;
  /** File of a recording; its folder exists. */
  readonly recordingPath: (recording: string) => string;
  /** Ask for SCHED_FIFO; `stats().warning` says when it was not given. Default: yes. */
  readonly realTime?: boolean;
  /** The native module; default: where the build puts it. */
  readonly modulePath?: string;
}

/** Records fetched at a time; more are fetched in the next round of the same wake-up. */
const eventsAtOnce = 64;
const framesAtOnce = 64;
/** Clips the engine can hold: LF_MAX_CLIPS. */
const clipsMax = 1024;
/** Commands kept while the engine's ring is full (it is emptied every 10 ms). */
const waitingMax = 10_000;
const retryMs = 5;
/** How often a port that is to go is looked at while a call still needs it. */
const leavingCheckMs = 500;
const farSignals = { hook: 1, flash: 2, ring: 3, polarity: 4, battery: 5, detach: 6 } as const;

/** @throws CardError (code) when the engine cannot be loaded or started */
export function openVirtualCard(options: VirtualCardOptions): NativeVirtualCard {
  return new NativeVirtualCard(loadNative(options.modulePath), options);
}

export class NativeVirtualCard implements VirtualCard {
  readonly #native: Native;
  readonly #options: VirtualCardOptions;
  readonly #events = new Uint8Array(layout.event * eventsAtOnce);
  readonly #frames = new Uint8Array(layout.frame * framesAtOnce);
  readonly #stats = new Uint8Array(layout.stats);
  readonly #farEnds = new Map<number, VirtualFarEndListener>();
  readonly #clips = new Map<ClipName, number>();
  #waiting: Uint8Array[] = [];
  #overflows = new Map<PortName, number>();
  #retry: ReturnType<typeof setTimeout> | null = null;
  #leaving: ReturnType<typeof setTimeout> | null = null;
  #listener: ((events: readonly LineEvent[]) => void) | null = null;
  #onTrouble: (trouble: RecordingTrouble) => void = () => {};
  #epochOffsetMs = 0;
  #open = true;

  constructor(native: Native, options: VirtualCardOptions) {
    this.#native = native;
    this.#options = options;
    openNative(native, options.realTime ?? true, () => this.#doorbell());
    this.#epochOffsetMs = this.#compareClocks();
  }

  /** The ports that exist from now on. Those that were there keep their calls, and one that is to
   *  go stays until its loop is open; then its far end is told.
   *  @throws RangeError for names the engine cannot have */
  setPorts(ports: readonly PortName[]): void {
    if (this.#leaving !== null) clearTimeout(this.#leaving);
    const wanted = new Set(ports);
    const busy = this.readBack().filter(({ port, hook }) => hook === "off" && !wanted.has(port));
    const ids = [...ports, ...busy.map(({ port }) => port)].map(portId);
    const answer = this.#native.ports(Uint16Array.from(ids));
    if (answer < 0) throw new RangeError(`ports refused: errno ${-answer}`);
    for (const [id, listener] of this.#farEnds) {
      if (ids.includes(id)) continue;
      this.#farEnds.delete(id);
      listener.gone?.();
    }
    this.#leaving =
      busy.length === 0 ? null : setTimeout(() => this.setPorts(ports), leavingCheckMs);
  }

  perform(command: LineCommand): void {
    if (!this.#open) return;
    const record = writeCommand(command, {
      clipId: (name) => this.#clips.get(name) ?? null,
      recordingPath: this.#options.recordingPath,
    });
    if (this.#waiting.length === 0 && this.#native.perform(record) !== errno.tryAgain) return;
    if (this.#waiting.length < waitingMax) this.#waiting.push(record);
    else this.#overflows.set(command.port, (this.#overflows.get(command.port) ?? 0) + 1);
    this.#retryLater();
  }

  onEvents(listener: (events: readonly LineEvent[]) => void): void {
    this.#listener = listener;
    this.#doorbell();
  }

  onRecordingTrouble(listener: (trouble: RecordingTrouble) => void): void {
    this.#onTrouble = listener;
  }

  readBack(): readonly PortState[] {
    const bytes = new Uint8Array(layout.portState * 2 * portNumberMax);
    const count = this.#native.read(1, bytes);
    return Array.from({ length: count }, (_, at) => readPortState(bytes, at));
  }

  configure(settings: LineSettings): void {
    const answer = this.#native.configure(writeSettings(settings));
    if (answer < 0) throw new RangeError(`line settings refused: errno ${-answer}`);
  }

  /** Puts a clip into the engine, or replaces it for plays that start from now on.
   *  @param pcm  mono int16 at 8000 Hz
   *  @returns false when there is no room for it */
  loadClip(name: ClipName, pcm: Int16Array): boolean {
    const id = this.#clips.get(name) ?? this.#clips.size;
    if (id >= clipsMax || this.#native.loadClip(id, pcm) < 0) return false;
    this.#clips.set(name, id);
    return true;
  }

  stats(): EngineStats {
    this.#native.read(0, this.#stats);
    return readStats(this.#stats);
  }

  attach(
    port: PortName,
    listener: VirtualFarEndListener,
  ): { readonly farEnd: VirtualFarEnd; readonly state: FarEndState } | "noSuchPort" | "taken" {
    const id = portId(port);
    const state = this.#open ? this.#native.attach(id) : errno.noSuchPort;
    if (state === errno.noSuchPort) return "noSuchPort";
    if (state < 0) return "taken"; // or out of memory or orders: it cannot be had now
    this.#farEnds.set(id, listener);
    return {
      farEnd: this.#farEnd(id, listener),
      state: {
        line: port,
        hook: (state & stateBits.offHook) !== 0 ? "off" : "on",
        ring: (state & stateBits.ring) !== 0,
        polarity: (state & stateBits.reversed) !== 0 ? "reversed" : "normal",
        battery: (state & stateBits.battery) !== 0,
      },
    };
  }

  /** A far end inside the engine, for measurements. @returns false when the port cannot be had */
  attachBench(port: PortName, farEnd: BenchFarEnd): boolean {
    return this.#native.attach(portId(port), writeBench(farEnd)) >= 0;
  }

  detachBench(port: PortName): void {
    this.#native.farSignal(portId(port), farSignals.detach, 0);
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    if (this.#retry !== null) clearTimeout(this.#retry);
    if (this.#leaving !== null) clearTimeout(this.#leaving);
    this.#farEnds.clear();
    this.#native.close();
  }

  #farEnd(id: number, listener: VirtualFarEndListener): VirtualFarEnd {
    const attached = () => this.#open && this.#farEnds.get(id) === listener;
    const signal = (what: number, value: number) => {
      if (attached()) this.#native.farSignal(id, what, value);
    };
    return {
      write: (pcm) => {
        if (attached()) this.#native.farWrite(id, pcm);
      },
      hook: (state) => signal(farSignals.hook, state === "off" ? 1 : 0),
      flash: (ms) => signal(farSignals.flash, Math.round(ms)),
      ring: (on) => signal(farSignals.ring, on ? 1 : 0),
      polarity: (state) => signal(farSignals.polarity, state === "reversed" ? 1 : 0),
      battery: (on) => signal(farSignals.battery, on ? 1 : 0),
      detach: () => {
        if (!attached()) return;
        this.#farEnds.delete(id);
        this.#detach(id);
      },
    };
  }

  /** Tried again until the engine has taken it: a port must not stay off-hook for ever. */
  #detach(id: number): void {
    if (!this.#open) return;
    if (this.#native.farSignal(id, farSignals.detach, 0) === errno.tryAgain) {
      setTimeout(() => this.#detach(id), retryMs);
    }
  }

  #doorbell(): void {
    if (!this.#open) return;
    this.#drain();
    this.#fetch();
  }

  #drain(): void {
    if (this.#listener === null) return; // they wait in the ring until somebody listens
    const events: LineEvent[] = [];
    for (let count = eventsAtOnce; count === eventsAtOnce; ) {
      count = this.#native.drain(this.#events);
      for (let at = 0; at < count; at += 1) {
        const event = readEvent(this.#events, at, (us) => us / 1000 + this.#epochOffsetMs);
        if ("kind" in event) events.push(event);
        else this.#onTrouble(event);
      }
    }
    for (const [port, lost] of this.#overflows) {
      events.push({ at: this.#options.clock.now(), port, kind: "overflow", lost });
    }
    this.#overflows.clear();
    if (events.length > 0) this.#listener(events);
  }

  #fetch(): void {
    for (let count = framesAtOnce; this.#open && count === framesAtOnce; ) {
      count = this.#native.farRead(this.#frames);
      for (let at = 0; at < count; at += 1) this.#deliver(at * layout.frame);
    }
  }

  #deliver(start: number): void {
    const view = new DataView(this.#frames.buffer, start, layout.frame);
    const listener = this.#farEnds.get(view.getUint16(0, true));
    const kind = view.getUint16(2, true);
    if (kind === 0) listener?.audio(this.#frames.subarray(start + 8, start + layout.frame));
    else listener?.signal(readFarSignal(kind, view.getUint32(4, true)));
  }

  #retryLater(): void {
    this.#retry ??= setTimeout(() => {
      this.#retry = null;
      const taken = this.#waiting.findIndex((one) => this.#native.perform(one) === errno.tryAgain);
      this.#waiting = taken < 0 ? [] : this.#waiting.slice(taken);
      if (this.#waiting.length > 0) this.#retryLater();
    }, retryMs);
  }

  /** The engine's clock against ours: the narrowest of a few tries tells it to some µs. */
  #compareClocks(): number {
    const { clock } = this.#options;
    const tries = Array.from({ length: 8 }, () => {
      const before = clock.now();
      this.#native.read(0, this.#stats);
      const after = clock.now();
      return { width: after - before, offset: before - readStats(this.#stats).nowUs / 1000 };
    });
    return tries.reduce((best, one) => (one.width < best.width ? one : best)).offset;
  }
}

function readFarSignal(kind: number, value: number): FarEndSignal {
  if (kind === farSignals.hook) return { hook: value === 1 ? "off" : "on" };
  if (kind === farSignals.ring) return { ring: value === 1 };
  if (kind === farSignals.polarity) return { polarity: value === 1 ? "reversed" : "normal" };
  return { battery: value === 1 };
}
