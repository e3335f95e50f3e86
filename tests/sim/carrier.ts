// The way of a line event from the card to call control, with what can go wrong on it.
import type { LineEvent } from "../../src/core/line.ts";
import type { VirtualClock } from "../support/clock.ts";
import type { Random } from "../support/random.ts";
import type { Environment } from "./environment.ts";

const lateMs = 3_000;

export class Carrier {
  /** Counts of what went wrong. */
  readonly faults = { lost: 0, doubled: 0, late: 0 };
  /** Told after an event got lost; the driver reports an overflow and reads its ports back. */
  onLoss: () => void = () => {};
  healed = false;
  readonly #clock: VirtualClock;
  readonly #random: Random;
  readonly #environment: Environment;
  #lastDue = 0;

  constructor(clock: VirtualClock, random: Random, environment: Environment) {
    this.#clock = clock;
    this.#random = random;
    this.#environment = environment;
  }

  carry(event: LineEvent, deliver: (event: LineEvent) => void): void {
    const { latencyMs, lost, doubled, late } = this.#environment;
    const now = this.#clock.now();
    // The card hands events over in the order of their time: a slow one holds up the rest.
    this.#lastDue = Math.max(this.#lastDue, now + this.#random.next() * latencyMs);
    const wait = this.#lastDue - now;
    const fate = this.healed ? 1 : this.#random.next();
    if (fate < lost) {
      this.faults.lost += 1;
      this.#clock.after(wait + 100, () => {
        deliver({ at: this.#clock.now(), port: event.port, kind: "overflow", lost: 1 });
        this.onLoss();
      });
      return;
    }
    if (fate < lost + late) {
      this.faults.late += 1;
      this.#clock.after(wait + this.#random.next() * lateMs, () => deliver(event));
      this.#clock.after(wait + lateMs, () => this.onLoss());
      return;
    }
    this.#clock.after(wait, () => deliver(event));
    if (fate >= lost + late + doubled) return;
    this.faults.doubled += 1;
    this.#clock.after(wait + this.#random.next() * 50, () => deliver(event));
  }
}
