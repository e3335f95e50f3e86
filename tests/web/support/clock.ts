// A clock that moves only when told to.
import type { Clock } from "../../../src/ports/clock.ts";

export interface FakeClock extends Clock {
  advance(ms: number): void;
  /** Timers that have neither fired nor been cancelled. */
  pending(): number;
}

export function fakeClock(start = Date.UTC(2026, 10, 20, 3, 0, 0)): FakeClock {
  let now = start;
  const timers = new Set<{ readonly at: number; readonly callback: () => void }>();
  return {
    now: () => now,
    after(ms, callback) {
      const timer = { at: now + ms, callback };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    advance(ms) {
      const until = now + ms;
      for (;;) {
        const due = [...timers].filter((timer) => timer.at <= until);
        const next = due.toSorted((a, b) => a.at - b.at)[0];
        if (next === undefined) break;
        timers.delete(next);
        now = next.at;
        next.callback();
      }
      now = until;
    },
    pending: () => timers.size,
  };
}
