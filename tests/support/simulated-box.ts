// Call control in a test: one queue, the core, timers and a simulated card. What src/runtime does
// with a real card and a real clock, without either.
//
//   telephones, exchanges ──▶ card ──▶ queue ──▶ turn() ──▶ effects ──▶ card, timers, listeners
import type { Cdr } from "../../src/core/cdr.ts";
import type { CallCommand, CommandAnswer, Effect, Input, Turn } from "../../src/core/effect.ts";
import type { LineEvent, PortName } from "../../src/core/line.ts";
import type { Office } from "../../src/core/office.ts";
import type { Snapshot } from "../../src/core/snapshot.ts";
import { createWorld, snapshotOf, turn, type World } from "../../src/core/switchboard.ts";
import { SimulatedCard } from "./card.ts";
import type { VirtualClock } from "./clock.ts";

export interface RunningTimer {
  readonly machine: string;
  readonly name: string;
  readonly generation: number;
  readonly cancel: () => void;
}

export interface BoxOptions {
  /** Carries a line event from the card to `box.input`; at once unless a simulation delays it. */
  readonly carry?: (event: LineEvent, deliver: (event: LineEvent) => void) => void;
  /** What a broken build would make of a turn; for canaries. */
  readonly corrupt?: (turn: Turn) => Turn;
  /** What a broken build would hear; null = nothing. */
  readonly corruptInput?: (input: Input) => Input | null;
  /** What a broken build would publish. */
  readonly corruptSnapshot?: (snapshot: Snapshot) => Snapshot;
  /** The expiry that a timer just stopped would have sent. */
  readonly onStopped?: (expiry: Input) => void;
}

export interface BoxListener {
  /** Before the core sees an input. */
  received(input: Input): void;
  /** Before the effect is performed. */
  effect(effect: Effect, turn: Turn): void;
  /** After all effects of a turn. */
  turned(turn: Turn): void;
}

export class SimulatedBox {
  readonly clock: VirtualClock;
  readonly card: SimulatedCard;
  readonly timers = new Map<string, RunningTimer>();
  readonly listeners: BoxListener[] = [];
  office: Office;
  world: World;
  answer: CommandAnswer | null = null;
  readonly #options: BoxOptions;
  readonly #queue: Input[] = [];
  #busy = false;

  constructor(office: Office, clock: VirtualClock, options: BoxOptions = {}) {
    this.clock = clock;
    this.office = office;
    this.#options = options;
    const deliver = (event: LineEvent): void => this.input({ kind: "line", event });
    const { carry } = options;
    this.card = new SimulatedCard(
      portsOf(office),
      clock,
      carry === undefined ? deliver : (event) => carry(event, deliver),
    );
    this.world = createWorld(office, 1);
  }

  /** Everything enters here, in order; effects that come back at once wait for their turn. */
  input(input: Input): void {
    this.#queue.push(input);
    if (this.#busy) return;
    this.#busy = true;
    try {
      for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) {
        this.#handle(next);
      }
    } finally {
      this.#busy = false;
      this.#queue.length = 0;
    }
  }

  command(command: CallCommand): CommandAnswer | null {
    this.answer = null;
    this.input({ kind: "command", at: this.clock.now(), command });
    return this.answer;
  }

  configure(office: Office): void {
    this.office = office;
    this.input({ kind: "office", at: this.clock.now(), office });
  }

  /** The process is killed and started again: only the ports' own state is left. */
  restart(firstCall: number): void {
    for (const timer of this.timers.values()) timer.cancel();
    this.timers.clear();
    this.card.reset();
    this.world = createWorld(this.office, firstCall);
    this.resync();
  }

  /** Reads the ports back and tells call control what it could not know. */
  resync(): void {
    const at = this.clock.now();
    for (const state of this.card.readBack()) {
      const { port } = state;
      if (port.startsWith("fxs/")) {
        const kind = state.hook === "off" ? "offHook" : "onHook";
        this.input({ kind: "line", event: { at, port, kind } });
      } else {
        const kind = state.battery ? "batteryReturned" : "batteryLost";
        this.input({ kind: "line", event: { at, port, kind } });
      }
    }
  }

  snapshot(): Snapshot {
    const snapshot = snapshotOf(this.world, 0, this.clock.now());
    return this.#options.corruptSnapshot?.(snapshot) ?? snapshot;
  }

  #handle(input: Input): void {
    for (const listener of this.listeners) listener.received(input);
    const { corruptInput } = this.#options;
    const heard = corruptInput === undefined ? input : corruptInput(input);
    if (heard === null) return;
    const result = turn(this.world, heard);
    this.world = result.world;
    const { corrupt } = this.#options;
    const done = corrupt === undefined ? result.turn : corrupt(result.turn);
    for (const effect of done.effects) {
      for (const listener of this.listeners) listener.effect(effect, done);
      this.#perform(effect);
    }
    for (const listener of this.listeners) listener.turned(done);
  }

  #perform(effect: Effect): void {
    switch (effect.kind) {
      case "line":
        this.card.perform(effect.command);
        return;
      case "startTimer": {
        const { machine, name } = effect.timer;
        const key = `${machine}/${name}`;
        this.timers.get(key)?.cancel();
        const cancel = this.clock.after(effect.ms, () => {
          this.timers.delete(key);
          const { timer, generation } = effect;
          this.input({ kind: "expired", at: this.clock.now(), timer, generation });
        });
        this.timers.set(key, { machine, name, generation: effect.generation, cancel });
        return;
      }
      case "stopTimer": {
        const { timer } = effect;
        const key = `${timer.machine}/${timer.name}`;
        const running = this.timers.get(key);
        if (running === undefined) return;
        running.cancel();
        this.timers.delete(key);
        const { generation } = running;
        this.#options.onStopped?.({ kind: "expired", at: this.clock.now(), timer, generation });
        return;
      }
      case "answerCommand":
        this.answer = effect.answer;
        return;
      case "cdr":
      case "callEvent":
      case "alarm":
      case "fault":
        return;
      default:
        effect satisfies never;
    }
  }
}

/** CDR effects of a turn, in order. */
export function cdrsOf(turn: Turn): Cdr[] {
  return turn.effects.flatMap((effect) => (effect.kind === "cdr" ? [effect.cdr] : []));
}

function portsOf(office: Office): PortName[] {
  return [...office.extensions.map((e) => e.port), ...office.trunks.map((t) => t.port)];
}
