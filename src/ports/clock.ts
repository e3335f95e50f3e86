// Time as a port: nothing in core, runtime, store or web reads a clock of its own.

export interface Clock {
  /** Epoch ms, fractional, monotonic within a run (a changed wall clock does not disturb it). */
  now(): number;
  /** Calls back once after `ms`; @returns a function that cancels it. */
  after(ms: number, callback: () => void): () => void;
}
