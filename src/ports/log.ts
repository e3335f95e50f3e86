// The process's own log: one line per entry, for the person who keeps the box running.

export type LogLevel = "debug" | "info" | "warn" | "error";

export interface Log {
  /** @param what  a stable phrase; what varies goes into `facts`. Never throws. */
  write(level: LogLevel, what: string, facts?: Readonly<Record<string, unknown>>): void;
}
