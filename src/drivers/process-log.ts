// The log on standard error, one line per entry, as journald and a terminal like it.
import type { Log, LogLevel } from "../ports/log.ts";

const order: readonly LogLevel[] = ["debug", "info", "warn", "error"];

/** @param least  entries below this level are left out */
export function processLog(least: LogLevel): Log {
  return {
    write(level, what, facts = {}) {
      if (order.indexOf(level) < order.indexOf(least)) return;
      const rest = Object.entries(facts)
        .map(([key, value]) => ` ${key}=${JSON.stringify(value)}`)
        .join("");
      console.error(`${new Date().toISOString()} ${level} ${what}${rest}`);
    },
  };
}
