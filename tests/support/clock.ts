// Virtual time: a clock port whose hours pass as fast as the processor allows. Callbacks due at the
// same instant run in the order in which they were asked for.
import type { Clock } from "../../src/ports/clock.ts";

interface Alarm {
  readonly at: number;
  readonly order: number;
  callback: (() => void) | null;
}

/** Noon, UTC, of a day without meaning. */
const epochMs = 1_767_268_800_000;

export class VirtualClock implements Clock {
  #now = epochMs;
  #asked = 0;
  readonly #heap: Alarm[] = [];

  now(): number {
    return this.#now;
  }

  after(ms: number, callback: () => void): () => void {
    const alarm: Alarm = { at: this.#now + Math.max(0, ms), order: this.#asked++, callback };
    this.#push(alarm);
    return () => {
      alarm.callback = null;
    };
  }

  /** Runs everything due up to `ms` from now, then stands there. */
  advance(ms: number): void {
    const until = this.#now + ms;
    for (;;) {
      const next = this.#heap[0];
      if (next === undefined || next.at > until) break;
      this.runNext();
    }
    this.#now = until;
  }

  /** Runs the next callback. @returns false when nothing is left to do. */
  runNext(): boolean {
    const alarm = this.#pop();
    if (alarm === undefined) return false;
    this.#now = alarm.at;
    const { callback } = alarm;
    alarm.callback = null;
    callback?.();
    return true;
  }

  #push(alarm: Alarm): void {
    const heap = this.#heap;
    let hole = heap.length;
    heap.push(alarm);
    while (hole > 0) {
      const above = (hole - 1) >> 1;
      const parent = heap[above];
      if (parent === undefined || isBefore(parent, alarm)) break;
      heap[hole] = parent;
      hole = above;
    }
    heap[hole] = alarm;
  }

  #pop(): Alarm | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    let hole = 0;
    for (;;) {
      let below = 2 * hole + 1;
      let child = heap[below];
      if (child === undefined) break;
      const other = heap[below + 1];
      if (other !== undefined && isBefore(other, child)) {
        below += 1;
        child = other;
      }
      if (isBefore(last, child)) break;
      heap[hole] = child;
      hole = below;
    }
    heap[hole] = last;
    return first;
  }
}

function isBefore(a: Alarm, b: Alarm): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}
