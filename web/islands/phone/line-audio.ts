// The telephone's audio between sound card and line, sample by sample: microphone → 8 kHz frames,
// line frames → loudspeaker, keypad tones in between. Runs in the audio worklet, or in the page
// where browsers give no worklet (plain HTTP on the LAN).
import { digitSamples, sampleRateHz } from "./dtmf.ts";
import { JitterBuffer } from "./jitter.ts";
import { Resampler } from "./resample.ts";

export const frameSamples = 160;
/** A pause between digits that waits for dial tone, written `,`. */
const pauseSamples = sampleRateHz / 2;
/** How loud the caller hears the own digits: −20 dB. */
const sidetoneGain = 0.1;
/** Digits waiting to be sent; a stuck key must not grow this without end. */
const digitsMost = 64;

/** From the page to the audio side. */
export type AudioOrder =
  | { readonly kind: "frame"; readonly pcm: Int16Array }
  | { readonly kind: "hook"; readonly off: boolean }
  | { readonly kind: "mute"; readonly muted: boolean }
  | { readonly kind: "dial"; readonly digits: string };

export class LineAudio {
  readonly #up: Resampler;
  readonly #down: Resampler;
  readonly #jitter = new JitterBuffer();
  readonly #send: (frame: Int16Array) => void;
  #frame = new Int16Array(frameSamples);
  #filled = 0;
  #offHook = false;
  #muted = false;
  #digits: Int16Array[] = [];
  #digitAt = 0;
  #sidetone: number[] = [];
  readonly #played: number[] = [];

  /** @param rateHz of the sound card
   *  @param send takes 160 samples every 20 ms off-hook; the array is the taker's */
  constructor(rateHz: number, send: (frame: Int16Array) => void) {
    this.#down = new Resampler(rateHz, sampleRateHz);
    this.#up = new Resampler(sampleRateHz, rateHz);
    this.#send = send;
  }

  order(order: AudioOrder): void {
    switch (order.kind) {
      case "frame":
        if (this.#offHook) this.#jitter.put(order.pcm);
        break;
      case "hook":
        this.#offHook = order.off;
        this.#digits = [];
        this.#digitAt = 0;
        this.#sidetone = [];
        this.#jitter.clear();
        break;
      case "mute":
        this.#muted = order.muted;
        break;
      case "dial":
        this.#queue(order.digits);
        break;
    }
  }

  /** One block of the sound card; `input` null = no microphone, silence is sent. */
  process(input: Float32Array | null, output: Float32Array): void {
    for (let n = 0; n < output.length; n++) {
      this.#down.push(this.#muted ? 0 : (input?.[n] ?? 0), (sample) => this.#toLine(sample));
    }
    while (this.#played.length < output.length) {
      this.#up.push(this.#fromLine(), (sample) => this.#played.push(sample));
    }
    const block = this.#played.splice(0, output.length);
    output.set(block);
  }

  #queue(digits: string): void {
    for (const digit of digits) {
      const samples = digit === "," ? new Int16Array(pauseSamples) : digitSamples(digit);
      if (samples && this.#digits.length < digitsMost) this.#digits.push(samples);
    }
  }

  /** The next sample of the digits being sent; null when none is. */
  #digitSample(): number | null {
    const [digit] = this.#digits;
    if (!digit) return null;
    const sample = digit[this.#digitAt] ?? 0;
    this.#digitAt += 1;
    if (this.#digitAt >= digit.length) {
      this.#digits.shift();
      this.#digitAt = 0;
    }
    return sample;
  }

  #toLine(voice: number): void {
    if (!this.#offHook) {
      this.#filled = 0;
      return;
    }
    // Like a real keypad: while a key sounds, the microphone is cut off.
    const digit = this.#digitSample();
    if (digit !== null) this.#sidetone.push((digit / 32768) * sidetoneGain);
    const sample = digit ?? Math.max(-32768, Math.min(32767, Math.round(voice * 32767)));
    this.#frame[this.#filled] = sample;
    this.#filled += 1;
    if (this.#filled < frameSamples) return;
    this.#send(this.#frame);
    this.#frame = new Int16Array(frameSamples);
    this.#filled = 0;
  }

  #fromLine(): number {
    if (!this.#offHook) return 0;
    return this.#jitter.take() + (this.#sidetone.shift() ?? 0);
  }
}
