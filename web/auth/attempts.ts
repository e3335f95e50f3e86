// Wrong passwords: the first few are free, then each costs a wait that doubles. Nobody is locked
// out for good, so nobody can lock out the owner for good either.
import type { Clock } from "../../src/ports/clock.ts";

/** From one address. Ours; people mistype a handful of times. */
export const WRONG_PER_ADDRESS = 10;
/** On one account from anywhere: higher, so that one machine alone does not slow everybody. */
export const WRONG_PER_ACCOUNT = 50;
export const FIRST_WAIT_MS = 30_000;
export const LONGEST_WAIT_MS = 15 * 60_000;
/** Without a wrong password for this long, all is forgotten. */
export const FORGET_MS = 30 * 60_000;
/** Addresses and accounts remembered at once; the oldest is forgotten first. */
const KEYS_MAX = 2_000;

interface Count {
  readonly wrong: number;
  readonly last: number;
  readonly until: number;
}

export interface Attempts {
  /** Counts an attempt as wrong until `right` says otherwise, so that many at once count too.
   *  @returns 0 to go on, or the ms to wait before the next attempt is even looked at */
  begin(key: string, free: number): number;
  right(key: string): void;
  /** Wrong ones in a row so far. */
  count(key: string): number;
}

export function createAttempts(clock: Clock): Attempts {
  const counts = new Map<string, Count>();
  return {
    begin(key, free) {
      const now = clock.now();
      const known = counts.get(key);
      const remembered = known !== undefined && now - known.last < FORGET_MS;
      if (remembered && known.until > now) return known.until - now;
      const wrong = (remembered ? known.wrong : 0) + 1;
      const over = wrong - free;
      const wait =
        over < 0 ? 0 : Math.min(FIRST_WAIT_MS * 2 ** Math.min(over, 10), LONGEST_WAIT_MS);
      counts.delete(key);
      counts.set(key, { wrong, last: now, until: now + wait });
      if (counts.size > KEYS_MAX) {
        const oldest = counts.keys().next();
        if (!oldest.done) counts.delete(oldest.value);
      }
      return 0;
    },
    right: (key) => void counts.delete(key),
    count: (key) => counts.get(key)?.wrong ?? 0,
  };
}
