// How late the main loop comes to its work: a timer that should run every 10 ms notes by how much
// it came late. Kept as a histogram, so that a bench and the health page can ask for percentiles.

const periodMs = 10;
/** 0.1 ms per bucket up to 100 ms; what is later falls into the last one. */
const bucketMs = 0.1;
const buckets = 1000;

export interface Percentiles {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

export class LoopLag {
  readonly #counts = new Uint32Array(buckets);
  #max = 0;
  #due = performance.now() + periodMs;
  readonly #timer = setInterval(() => this.#note(), periodMs);

  constructor() {
    this.#timer.unref();
  }

  /** Since the start or the last `reset`, ms. */
  read(): Percentiles {
    const total = this.#counts.reduce((sum, count) => sum + count, 0);
    const at = (share: number) => {
      let seen = 0;
      const bucket = this.#counts.findIndex((count) => {
        seen += count;
        return seen >= total * share;
      });
      return Math.round(Math.max(0, bucket) * bucketMs * 10) / 10;
    };
    return { p50: at(0.5), p99: at(0.99), max: Math.round(this.#max * 10) / 10 };
  }

  reset(): void {
    this.#counts.fill(0);
    this.#max = 0;
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #note(): void {
    const now = performance.now();
    const late = Math.max(0, now - this.#due);
    this.#due = now + periodMs;
    this.#max = Math.max(this.#max, late);
    const bucket = Math.min(buckets - 1, Math.floor(late / bucketMs));
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
  }
}
