// Passwords: argon2id, one at a time, so that a burst of sign-ins cannot eat the box's memory.
import { Refusal } from "../problem.ts";

export interface Passwords {
  hash(password: string): Promise<string>;
  /** False also for a hash of another kind. Takes as long without a hash as with one.
   *  @throws Refusal `busy` when too many are waiting */
  verify(password: string, hash: string | null): Promise<boolean>;
}

export const PASSWORD_CHARACTERS_MIN = 8;
export const PASSWORD_CHARACTERS_MAX = 256;

/** OWASP's second choice for argon2id: 19 MiB, two passes. 46 MiB and more would show in the
 *  box's memory for every sign-in. */
const COST = { algorithm: "argon2id", memoryCost: 19_456, timeCost: 2 } as const;
/** Sign-ins waiting for the one that is being checked; each takes some 30 ms. */
const WAITING_MAX = 32;

export function createPasswords(): Passwords {
  let last: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  let nobodysHash: Promise<string> | null = null;

  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (waiting >= WAITING_MAX) throw new Refusal("busy", "too many sign-ins at once");
    waiting += 1;
    const mine = last.then(work).finally(() => {
      waiting -= 1;
    });
    // The next in turn does not care how this one ended; its caller does.
    last = mine.catch(() => undefined);
    return mine;
  }

  const hash = (password: string) => inTurn(() => Bun.password.hash(password, COST));
  return {
    hash,
    async verify(password, stored) {
      nobodysHash ??= hash(crypto.randomUUID());
      const compared = stored ?? (await nobodysHash);
      if (!compared.startsWith("$argon2id$")) return false;
      const same = await inTurn(() =>
        // A damaged hash makes Bun throw: nobody can sign in with it.
        Bun.password.verify(password, compared).catch(() => false),
      );
      return same && stored !== null;
    },
  };
}
