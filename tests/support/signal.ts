// Sounds a test makes and measures by itself, independent of the engine: mono int16 at 8 kHz.

export const rate = 8000;
/** Peak of a sine at this level; a full-scale sine is +3.14 dBm0. */
export const peakAt = (levelDbm0: number) => 32767 * 10 ** ((levelDbm0 - 3.14) / 20);

export function sine(toneHz: readonly number[], ms: number, levelDbm0: number): Int16Array {
  const peak = peakAt(levelDbm0);
  return Int16Array.from({ length: Math.round((ms * rate) / 1000) }, (_, i) =>
    Math.round(toneHz.reduce((sum, hz) => sum + peak * Math.sin((2 * Math.PI * hz * i) / rate), 0)),
  );
}

export const silence = (ms: number) => new Int16Array(Math.round((ms * rate) / 1000));

export function concat(...parts: readonly Int16Array[]): Int16Array {
  const whole = new Int16Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

const rows = [697, 770, 852, 941];
const columns = [1209, 1336, 1477, 1633];
const keys = ["123A", "456B", "789C", "*0#D"];

/** DTMF of a keypad, 100/100 ms, -9/-7 dBm0. */
export function dtmf(digits: string, onMs = 100, offMs = 100): Int16Array {
  return concat(
    ...[...digits].map((digit) => {
      const row = keys.findIndex((line) => line.includes(digit));
      const column = keys[row]?.indexOf(digit) ?? 0;
      const low = sine([rows[row] ?? 0], onMs, -9);
      const high = sine([columns[column] ?? 0], onMs, -7);
      return concat(
        low.map((sample, i) => sample + (high[i] ?? 0)),
        silence(offMs),
      );
    }),
  );
}

/** Caller ID as an exchange sends it: MDMF in Bell 202 (or V.23), GR-30 framing. */
export function callerIdFsk(number: string, form: "bell202" | "v23" = "bell202"): Int16Array {
  const [mark, space] = form === "bell202" ? [1200, 2200] : [1300, 2100];
  const text = [...`11201042`].map((c) => c.charCodeAt(0));
  const digits = [...number].map((c) => c.charCodeAt(0));
  const body = [0x01, text.length, ...text, 0x02, digits.length, ...digits];
  const message = [0x80, body.length, ...body];
  const sum = message.reduce((total, byte) => total + byte, 0);
  const bits: number[] = [];
  for (let i = 0; i < 300; i += 1) bits.push(i % 2);
  for (let i = 0; i < 180; i += 1) bits.push(1);
  for (const byte of [...message, (256 - (sum % 256)) % 256]) {
    bits.push(0);
    for (let i = 0; i < 8; i += 1) bits.push((byte >> i) & 1);
    bits.push(1);
  }
  for (let i = 0; i < 20; i += 1) bits.push(1);
  const peak = peakAt(-13.5);
  const samples = new Int16Array(Math.floor((bits.length * rate) / 1200));
  let phase = 0;
  for (let i = 0; i < samples.length; i += 1) {
    const bit = bits[Math.floor((i * 1200) / rate)] ?? 1;
    phase += (2 * Math.PI * (bit === 1 ? mark : space)) / rate;
    samples[i] = Math.round(peak * Math.sin(phase));
  }
  return samples;
}

/** Level of one pitch in a stretch of audio, dBm0 (Goertzel over the whole stretch). */
export function toneLevel(pcm: Int16Array, toneHz: number): number {
  let [re, im] = [0, 0];
  for (let i = 0; i < pcm.length; i += 1) {
    const angle = (2 * Math.PI * toneHz * i) / rate;
    re += (pcm[i] ?? 0) * Math.cos(angle);
    im += (pcm[i] ?? 0) * Math.sin(angle);
  }
  const peak = (2 * Math.hypot(re, im)) / Math.max(1, pcm.length);
  return 20 * Math.log10(Math.max(peak, 1e-3) / 32767) + 3.14;
}

/** Level of everything, dBm0. */
export function level(pcm: Int16Array): number {
  const power = pcm.reduce((sum, sample) => sum + sample * sample, 0) / Math.max(1, pcm.length);
  return 10 * Math.log10(Math.max(power * 2, 1e-3) / 32767 ** 2) + 3.14;
}

/** On and off lengths of what is louder than -45 dBm0, in 10 ms steps: [on, off, on, …] ms. */
export function cadence(pcm: Int16Array): number[] {
  const lengths: number[] = [];
  let on = true;
  let length = 0;
  let started = false;
  for (let at = 0; at + 80 <= pcm.length; at += 80) {
    const loud = level(pcm.subarray(at, at + 80)) > -45;
    if (!started && !loud) continue;
    started = true;
    if (loud === on) length += 10;
    else {
      lengths.push(length);
      on = loud;
      length = 10;
    }
  }
  return started ? [...lengths, length] : [];
}
