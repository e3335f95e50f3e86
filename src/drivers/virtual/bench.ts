// Far ends inside the engine (struct lf_bench): they cost no JavaScript, so that a measurement
// tells of the box and not of its test.
import { layout } from "./native.ts";

export interface BenchFarEnd {
  /** Bursts of noise in the rhythm of speech. */
  readonly speak?: boolean;
  /** Sends back what it hears, 6 dB down. */
  readonly echo?: boolean;
  /** One click a second / measures the way of the last click. */
  readonly pulse?: boolean;
  readonly listen?: boolean;
  /** After hanging up and `pauseMs`: the same again. */
  readonly repeat?: boolean;
  /** Telephone: lifts so long after it was attached. Exchange: rings then. 0 = never. */
  readonly startMs?: number;
  /** Telephone: answers after so much ringing; 0 = never. */
  readonly answerMs?: number;
  /** Hangs up so long after lifting, or being seized; 0 = never. */
  readonly talkMs?: number;
  readonly pauseMs?: number;
  /** Dialled 400 ms after lifting; at most 31. */
  readonly digits?: string;
}

export function writeBench(bench: BenchFarEnd): Uint8Array {
  const bytes = new Uint8Array(layout.bench);
  const view = new DataView(bytes.buffer);
  const flags = [bench.speak, bench.echo, bench.pulse, bench.listen, bench.repeat];
  const bits = flags.reduce((sum, flag, at) => sum + (flag === true ? 1 << at : 0), 0);
  const { startMs = 0, answerMs = 0, talkMs = 0, pauseMs = 0 } = bench;
  [bits, startMs, answerMs, talkMs, pauseMs].forEach((value, at) => {
    view.setUint32(4 * at, value, true);
  });
  new TextEncoder().encodeInto(bench.digits ?? "", bytes.subarray(24, 24 + 31));
  return bytes;
}
