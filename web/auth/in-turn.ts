// Work that costs much memory, one after the other: a burst of sign-ins must not eat the box.
import { Refusal } from "../problem.ts";

/** Waiting for the one at work; a password takes some 50 ms. */
const WAITING_MAX = 32;

export type InTurn = <T>(work: () => Promise<T>) => Promise<T>;

/** @returns runs its work when everything before it has ended;
 *  throws Refusal `busy` when too many wait */
export function createInTurn(): InTurn {
  let last: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  return (work) => {
    if (waiting >= WAITING_MAX) throw new Refusal("busy", "too many sign-ins at once");
    waiting += 1;
    const mine = last.then(work).finally(() => {
      waiting -= 1;
    });
    // The next in turn does not care how this one ended; its caller does.
    last = mine.catch(() => undefined);
    return mine;
  };
}
