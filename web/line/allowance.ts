// How much somebody may send: so many at once, and so many a second in the long run.
import type { Clock } from "../../src/ports/clock.ts";

/** @returns takes one; false when there is nothing left to take */
export function createAllowance(clock: Clock, perSecond: number, burst: number): () => boolean {
  let left = burst;
  let countedAt = clock.now();
  return () => {
    const now = clock.now();
    left = Math.min(burst, left + (Math.max(0, now - countedAt) / 1000) * perSecond);
    countedAt = now;
    if (left < 1) return false;
    left -= 1;
    return true;
  };
}
