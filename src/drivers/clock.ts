// The box's clock: epoch milliseconds that only go forward, whatever is done to the wall clock.
// Line events carry times of this clock (src/drivers/virtual), so that both can be compared.
import type { Clock } from "../ports/clock.ts";

/** `after` accepts any length: what is longer than a Node timer can hold waits in stages. */
const longestTimerMs = 2 ** 31 - 1;

export function createClock(): Clock {
  const epoch = Date.now() - performance.now();
  const now = () => epoch + performance.now();
  return {
    now,
    after(ms, callback) {
      const due = now() + ms;
      let timer: ReturnType<typeof setTimeout>;
      const wait = () => {
        const left = Math.max(0, due - now());
        timer =
          left > longestTimerMs ? setTimeout(wait, longestTimerMs) : setTimeout(callback, left);
      };
      wait();
      return () => clearTimeout(timer);
    },
  };
}
