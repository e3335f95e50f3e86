// Runs the timers that the core asked for. A timer is known by machine and name; starting it again
// replaces it. The generation goes back with the expiry, so that the core can tell a late one.
import type { Input, TimerKey } from "../core/effect.ts";
import type { Clock } from "../ports/clock.ts";

export class Timers {
  readonly #running = new Map<string, () => void>();

  constructor(
    private readonly clock: Clock,
    private readonly expire: (input: Input) => void,
  ) {}

  start(timer: TimerKey, generation: number, ms: number): void {
    const key = `${timer.machine} ${timer.name}`;
    this.#running.get(key)?.();
    const cancel = this.clock.after(ms, () => {
      this.#running.delete(key);
      this.expire({ kind: "expired", at: this.clock.now(), timer, generation });
    });
    this.#running.set(key, cancel);
  }

  stop(timer: TimerKey): void {
    const key = `${timer.machine} ${timer.name}`;
    this.#running.get(key)?.();
    this.#running.delete(key);
  }

  stopAll(): void {
    for (const cancel of this.#running.values()) cancel();
    this.#running.clear();
  }

  get count(): number {
    return this.#running.size;
  }
}
