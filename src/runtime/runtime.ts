// The shell around call control: one inbound queue. Takes an input, lets the core decide, stores
// what it decided, performs the effects in their order, publishes what changed. Decides nothing.
//
//   card ──events──▶ ┌───────┐  turn()   ┌──────┐
//   timers ────────▶ │ queue │ ────────▶ │ core │
//   commands ──────▶ └───────┘ ◀──────── └──────┘
//                        │ effects: card · timers · call log · listeners
import type { Cdr } from "../core/cdr.ts";
import type { CallCommand, CommandAnswer, Effect, Input } from "../core/effect.ts";
import type { LineEvent, PortName } from "../core/line.ts";
import type { Office } from "../core/office.ts";
import type { AlarmSnapshot, Snapshot } from "../core/snapshot.ts";
import { snapshotOf, turn, type World } from "../core/switchboard.ts";
import type { Clock } from "../ports/clock.ts";
import type { LineCard } from "../ports/line-card.ts";
import type { Log } from "../ports/log.ts";
import type { CallLog, JournalEntry } from "../ports/store.ts";
import type { CallEvent, RuntimeApi } from "./api.ts";
import { Timers } from "./timers.ts";

/** A replay starts at the last checkpoint before the call: so many turns are read at most. */
const checkpointEveryTurns = 500;
/** Pages are told of changes at most this often; a person sees no difference. */
const publishEveryMs = 25;

export interface RuntimeParts {
  readonly card: LineCard;
  readonly clock: Clock;
  readonly callLog: CallLog;
  readonly log: Log;
  readonly world: World;
  /** A bug of ours in shared state: the process must not go on with it. */
  readonly onBug: (error: unknown) => void;
}

export class Runtime implements RuntimeApi {
  #world: World;
  readonly #queue: Input[] = [];
  #draining = false;
  #turnsSinceCheckpoint = checkpointEveryTurns;
  #entries: JournalEntry[] = [];
  #cdrs: Cdr[] = [];
  readonly #timers: Timers;
  readonly #alarms = new Map<string, AlarmSnapshot>();
  readonly #snapshotListeners = new Set<(snapshot: Snapshot) => void>();
  readonly #eventListeners = new Set<(event: CallEvent) => void>();
  readonly #answers = new Map<Input, (answer: CommandAnswer) => void>();
  #snapshot: Snapshot | null = null;
  #version = 0;
  #publishing = false;
  #accepting = true;

  constructor(private readonly parts: RuntimeParts) {
    this.#world = parts.world;
    this.#timers = new Timers(parts.clock, (input) => this.#enqueue([input]));
  }

  /** Reads every port back, so that a phone off-hook or a line ringing at start is served. */
  start(): void {
    const { card, callLog, clock } = this.parts;
    callLog.onTrouble((trouble) => {
      if (trouble === "recovered") {
        this.raiseAlarm("diskFull", false);
        this.raiseAlarm("storeBehind", false);
      } else this.raiseAlarm(trouble === "diskFull" ? "diskFull" : "storeBehind", true);
    });
    const at = clock.now();
    const events: LineEvent[] = [];
    for (const { port, hook, ring, battery } of card.readBack()) {
      if (!battery) events.push({ at, port, kind: "batteryLost" });
      if (port.startsWith("fxs/") && hook === "off") events.push({ at, port, kind: "offHook" });
      if (port.startsWith("fxo/") && ring) events.push({ at, port, kind: "ringStart" });
    }
    card.onEvents((later) => this.#enqueueEvents(later));
    this.#enqueueEvents(events);
  }

  snapshot(): Snapshot {
    this.#snapshot ??= this.#takeSnapshot();
    return this.#snapshot;
  }

  onSnapshot(listener: (snapshot: Snapshot) => void): () => void {
    this.#snapshotListeners.add(listener);
    return () => this.#snapshotListeners.delete(listener);
  }

  onCallEvent(listener: (event: CallEvent) => void): () => void {
    this.#eventListeners.add(listener);
    return () => this.#eventListeners.delete(listener);
  }

  command(command: CallCommand): Promise<CommandAnswer> {
    return new Promise((resolve) => {
      const input: Input = { kind: "command", at: this.parts.clock.now(), command };
      this.#answers.set(input, resolve);
      this.#enqueue([input]);
    });
  }

  /** A new configuration; calls under way keep going. */
  changeOffice(office: Office): void {
    this.#turnsSinceCheckpoint = checkpointEveryTurns;
    this.#enqueue([{ kind: "office", at: this.parts.clock.now(), office }]);
  }

  raiseAlarm(code: AlarmSnapshot["code"], on: boolean, port: PortName | null = null): void {
    const key = `${code} ${port ?? ""}`;
    if (on === this.#alarms.has(key)) return;
    if (on) this.#alarms.set(key, { code, port, since: this.parts.clock.now() });
    else this.#alarms.delete(key);
    this.parts.log.write(on ? "warn" : "info", on ? "alarm" : "alarm over", { code, port });
    this.#markChanged();
  }

  /** Clears every call, waits until it is on disk. Afterwards nothing is performed any more. */
  async stop(): Promise<void> {
    for (const call of this.snapshot().calls) {
      const command: CallCommand = { service: "clearConnection", call: call.id };
      this.#enqueue([{ kind: "command", at: this.parts.clock.now(), command }]);
    }
    this.#accepting = false;
    this.#timers.stopAll();
    await this.parts.callLog.flush();
  }

  #enqueueEvents(events: readonly LineEvent[]): void {
    const lost = events.some((event) => event.kind === "overflow");
    const known = lost ? [...events, ...this.#readHooks()] : events;
    this.#enqueue(known.map((event): Input => ({ kind: "line", event })));
  }

  /** Events got lost: what every port's hook and battery are now. News to call control only where
   *  it differs from what it believes. */
  #readHooks(): readonly LineEvent[] {
    const at = this.parts.clock.now();
    return this.parts.card.readBack().map(({ port, hook, battery }) => {
      const isStation = port.startsWith("fxs/");
      if (isStation) return { at, port, kind: hook === "off" ? "offHook" : "onHook" };
      return { at, port, kind: battery ? "batteryReturned" : "batteryLost" };
    });
  }

  #enqueue(inputs: readonly Input[]): void {
    if (!this.#accepting || inputs.length === 0) return;
    this.#queue.push(...inputs);
    if (this.#draining) return;
    this.#draining = true;
    try {
      for (let input = this.#queue.shift(); input !== undefined; input = this.#queue.shift()) {
        this.#handle(input);
      }
    } catch (error) {
      this.parts.onBug(error);
    } finally {
      this.#draining = false;
    }
    if (this.#entries.length > 0 || this.#cdrs.length > 0) {
      this.parts.callLog.append(this.#entries, this.#cdrs);
      this.#entries = [];
      this.#cdrs = [];
    }
    this.#markChanged();
  }

  #handle(input: Input): void {
    const at = input.kind === "line" ? input.event.at : input.at;
    if (this.#turnsSinceCheckpoint >= checkpointEveryTurns) {
      this.#turnsSinceCheckpoint = 0;
      const world: unknown = structuredClone(this.#world);
      this.#entries.push({ kind: "checkpoint", at, world });
    }
    const done = turn(this.#world, input);
    this.#world = done.world;
    this.#turnsSinceCheckpoint += 1;
    // Line noise changes nothing; a configuration does, even where it says nothing at once.
    const matters = done.turn.effects.length > 0 || done.turn.steps.length > 0;
    if (matters || input.kind === "office") {
      this.#entries.push({ kind: "turn", at, turn: done.turn });
    }
    for (const effect of done.turn.effects) this.#perform(effect, input, at);
  }

  #perform(effect: Effect, input: Input, at: number): void {
    switch (effect.kind) {
      case "line":
        this.parts.card.perform(effect.command);
        break;
      case "startTimer":
        this.#timers.start(effect.timer, effect.generation, effect.ms);
        break;
      case "stopTimer":
        this.#timers.stop(effect.timer);
        break;
      case "cdr":
        this.#cdrs.push(effect.cdr);
        break;
      case "callEvent": {
        const { call, event, port, cause } = effect;
        for (const listener of this.#eventListeners) listener({ at, call, event, port, cause });
        break;
      }
      case "answerCommand":
        this.#answers.get(input)?.(effect.answer);
        this.#answers.delete(input);
        break;
      case "alarm":
        this.raiseAlarm(effect.code, effect.on, effect.port);
        break;
      case "fault":
        this.parts.log.write("error", "call control fault", { ...effect });
        break;
      default:
        effect satisfies never;
    }
  }

  #takeSnapshot(): Snapshot {
    this.#version += 1;
    const taken = snapshotOf(this.#world, this.#version, this.parts.clock.now());
    return { ...taken, alarms: [...this.#alarms.values()] };
  }

  #markChanged(): void {
    this.#snapshot = null;
    if (this.#publishing || this.#snapshotListeners.size === 0) return;
    this.#publishing = true;
    this.parts.clock.after(publishEveryMs, () => {
      this.#publishing = false;
      const snapshot = this.snapshot();
      for (const listener of this.#snapshotListeners) listener(snapshot);
    });
  }
}
