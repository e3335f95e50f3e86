// The phone's own keypad tones, as samples on the line. Source: ITU-T Q.23 frequencies; levels and
// times of a Chinese sender (GB/T 15279: low −9, high −7 dBm; 100/100 ms is safe everywhere).

export const sampleRateHz = 8000;
/** Peak of a full-scale sine is 32767 and stands for +3.14 dBm0. */
const fullScaleDbm0 = 3.14;
const lowDbm0 = -9;
const highDbm0 = -7;
export const digitOnMs = 100;
export const digitOffMs = 100;
/** Faded in and out this long, so that keys don't click. */
const rampSamples = 16;

const lowHz = [697, 770, 852, 941] as const;
const highHz = [1209, 1336, 1477, 1633] as const;
const keypad = ["123A", "456B", "789C", "*0#D"] as const;

export const keys = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "0", "#"] as const;
export type Key = (typeof keys)[number];

/** Peak sample value of a sine at a level. */
export const amplitude = (dbm0: number): number => 32767 * 10 ** ((dbm0 - fullScaleDbm0) / 20);

/** One digit with its pause: 1,600 samples, mono int16 at 8 kHz; null for what is no key. */
export function digitSamples(digit: string): Int16Array | null {
  const row = keypad.findIndex((keysOfRow) => keysOfRow.includes(digit));
  const column = row < 0 || digit.length !== 1 ? -1 : (keypad[row] ?? "").indexOf(digit);
  const low = lowHz[row];
  const high = highHz[column];
  if (low === undefined || high === undefined) return null;
  const on = (digitOnMs * sampleRateHz) / 1000;
  const samples = new Int16Array(on + (digitOffMs * sampleRateHz) / 1000);
  for (let n = 0; n < on; n++) {
    const ramp = Math.min(1, (n + 1) / rampSamples, (on - n) / rampSamples);
    const turn = (2 * Math.PI * n) / sampleRateHz;
    samples[n] = Math.round(
      ramp *
        (amplitude(lowDbm0) * Math.sin(low * turn) + amplitude(highDbm0) * Math.sin(high * turn)),
    );
  }
  return samples;
}
