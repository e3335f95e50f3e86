// Changing the sample rate between the line (8 kHz) and the sound card (44.1, 48 kHz…): a windowed
// sinc, computed once for 32 positions between samples. Streaming; any ratio.

const taps = 32;
const positions = 32;

export class Resampler {
  readonly #table: Float32Array;
  readonly #history = new Float32Array(taps);
  /** Where the next output lies between the history's two middle samples, 0 to 1. */
  #at = 0;
  readonly #step: number;

  /** Rates in Hz. Passes up to 0.45 of the lower rate, so that nothing folds back. */
  constructor(fromHz: number, toHz: number) {
    this.#step = fromHz / toHz;
    const cutoff = 0.45 * 2 * Math.min(1, toHz / fromHz);
    this.#table = new Float32Array((positions + 1) * taps);
    for (let p = 0; p <= positions; p++) {
      let sum = 0;
      for (let t = 0; t < taps; t++) {
        const x = t - (taps / 2 - 1) - p / positions;
        const window = 0.5 + 0.5 * Math.cos((Math.PI * x) / (taps / 2));
        const value = Math.abs(x) > taps / 2 ? 0 : sinc(cutoff * x) * window;
        this.#table[p * taps + t] = value;
        sum += value;
      }
      for (let t = 0; t < taps; t++) {
        this.#table[p * taps + t] = (this.#table[p * taps + t] ?? 0) / sum;
      }
    }
  }

  /** Gives each output sample to `out` as soon as its input is there. */
  push(sample: number, out: (sample: number) => void): void {
    this.#history.copyWithin(0, 1);
    this.#history[taps - 1] = sample;
    while (this.#at < 1) {
      const row = Math.round(this.#at * positions) * taps;
      let sum = 0;
      for (let t = 0; t < taps; t++) sum += (this.#history[t] ?? 0) * (this.#table[row + t] ?? 0);
      out(sum);
      this.#at += this.#step;
    }
    this.#at -= 1;
  }
}

const sinc = (x: number): number => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x));
