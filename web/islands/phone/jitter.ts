// A small adaptive playout buffer for the line's 20 ms frames: as short as the network lets it be.
// Runs dry → waits for one frame more from then on; too long for a while → drops a quiet bit.

/** Frames are 160 samples. Depths in samples at 8 kHz. */
const leastDepth = 160;
const mostDepth = 160 * 12;
const stepDepth = 80;
/** Without a gap for this many samples taken (10 s) the buffer dares to be shorter again. */
const calmSamples = 8000 * 10;
/** More than this above the aim is skipped at once: the tab was asleep. */
const slackDepth = 160 * 4;

export class JitterBuffer {
  readonly #ring = new Float32Array(8000);
  #read = 0;
  #held = 0;
  #aim = leastDepth * 2;
  #waiting = true;
  #calm = 0;
  #gaps = 0;

  /** Times the buffer ran dry while a frame was due. */
  get gaps(): number {
    return this.#gaps;
  }

  /** Samples held now. */
  get depth(): number {
    return this.#held;
  }

  /** Forgets what is held; what was learnt about the network stays. */
  clear(): void {
    this.#held = 0;
    this.#waiting = true;
  }

  put(frame: Int16Array): void {
    for (const sample of frame) {
      if (this.#held === this.#ring.length) this.#drop(1);
      this.#ring[(this.#read + this.#held) % this.#ring.length] = sample / 32768;
      this.#held += 1;
    }
    if (this.#held > this.#aim + slackDepth) this.#drop(this.#held - this.#aim);
  }

  /** The next sample at 8 kHz; silence while the buffer fills. */
  take(): number {
    if (this.#waiting) {
      if (this.#held < this.#aim) return 0;
      this.#waiting = false;
    }
    if (this.#held === 0) {
      this.#waiting = true;
      this.#gaps += 1;
      this.#calm = 0;
      this.#aim = Math.min(mostDepth, this.#aim + stepDepth);
      return 0;
    }
    const sample = this.#ring[this.#read] ?? 0;
    this.#drop(1);
    this.#calm += 1;
    if (this.#calm >= calmSamples) {
      this.#calm = 0;
      this.#aim = Math.max(leastDepth, this.#aim - stepDepth);
    }
    return sample;
  }

  #drop(count: number): void {
    const dropped = Math.min(count, this.#held);
    this.#read = (this.#read + dropped) % this.#ring.length;
    this.#held -= dropped;
  }
}
