// The store as a simulated box sees it: rows become safe a little later, a full disk holds them
// back, and a killed process loses what was not yet safe.
import type { Cdr } from "../../src/core/cdr.ts";
import type { CallId } from "../../src/core/effect.ts";
import type { VirtualClock } from "../support/clock.ts";
import { CheckFailure } from "./check-failure.ts";

export class MemoryLog {
  closed = 0;
  interrupted = 0;
  full = false;
  readonly #clock: VirtualClock;
  readonly #delayMs: number;
  readonly #open = new Map<CallId, Cdr>();
  readonly #done = new Set<CallId>();
  #pending: Cdr[] = [];
  #commit: () => void = () => {};
  #isDue = false;
  #highest = 0;

  constructor(clock: VirtualClock, delayMs: number) {
    this.#clock = clock;
    this.#delayMs = delayMs;
  }

  /** @param calls every call that the turn touched: no number is ever given twice */
  append(cdrs: readonly Cdr[], calls: readonly CallId[]): void {
    for (const call of calls) this.#highest = Math.max(this.#highest, call);
    if (cdrs.length === 0) return;
    this.#pending.push(...cdrs);
    this.#schedule();
  }

  /** The disk has room again. */
  heal(): void {
    this.full = false;
    this.#schedule();
  }

  /** The process is killed; at the next start the audit closes what stood open.
   *  @returns the number for the first call of the new life */
  restart(): CallId {
    this.#commit();
    this.#isDue = false;
    this.#pending = [];
    this.interrupted += this.#open.size;
    this.#open.clear();
    return this.#highest + 1;
  }

  settled(): void {
    if (this.#pending.length > 0) throw new CheckFailure("store", "rows are still not safe");
    if (this.#open.size > 0) throw new CheckFailure("store", "a row stands open after quiet");
  }

  #schedule(): void {
    if (this.#isDue || this.full) return;
    this.#isDue = true;
    this.#commit = this.#clock.after(this.#delayMs, () => {
      this.#isDue = false;
      if (!this.full) this.#write();
    });
  }

  #write(): void {
    for (const cdr of this.#pending) {
      if (this.#done.has(cdr.id)) {
        throw new CheckFailure(
          "one CDR per call",
          `row ${cdr.id} is written after its closing row`,
        );
      }
      if (cdr.endedAt === null) this.#open.set(cdr.id, cdr);
      else {
        this.#open.delete(cdr.id);
        this.#done.add(cdr.id);
        this.closed += 1;
      }
    }
    this.#pending = [];
  }
}
