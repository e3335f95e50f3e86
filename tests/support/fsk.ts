// Caller ID as an exchange sends it: FSK audio of SDMF and MDMF messages, with what a line does to
// it. Written from the standards, apart from the receivers that are tested with it.

/** Peak sample value of a sine at a level; full scale is +3.14 dBm0. */
const amplitude = (dbm0: number): number => 32767 * 10 ** ((dbm0 - 3.14) / 20);

export interface FskLine {
  readonly markHz: number;
  readonly spaceHz: number;
  readonly levelDbm0?: number;
  readonly noiseDbm0?: number;
  readonly rate?: number;
  readonly offset?: number;
}

export const bell202: FskLine = { markHz: 1200, spaceHz: 2200 };
export const v23: FskLine = { markHz: 1300, spaceHz: 2100 };

/** FSK with continuous phase: seizure, mark, framed bytes, as the standards describe it. */
export function fskSamples(bytes: readonly number[], line: FskLine): Int16Array {
  const { rate = 1200, offset = 0, noiseDbm0 } = line;
  const bits: number[] = [];
  for (let n = 0; n < 300; n++) bits.push(n % 2);
  for (let n = 0; n < 180; n++) bits.push(1);
  for (const byte of bytes) {
    bits.push(0);
    for (let n = 0; n < 8; n++) bits.push((byte >> n) & 1);
    bits.push(1);
  }
  for (let n = 0; n < 10; n++) bits.push(1);
  const samples = new Int16Array(Math.floor((bits.length * 8000) / rate) + 400);
  const loud = amplitude(line.levelDbm0 ?? -13.5);
  const noise = noiseDbm0 === undefined ? 0 : amplitude(noiseDbm0);
  let phase = 0;
  let seed = 12345;
  for (let n = 0; n < samples.length; n++) {
    const bit = bits[Math.floor(((n + offset) * rate) / 8000)];
    const hz = bit === 0 ? line.spaceHz : line.markHz;
    phase += (2 * Math.PI * hz) / 8000;
    let hiss = 0;
    for (let k = 0; k < 3; k++) {
      seed = (seed * 1103515245 + 12345) % 2147483648;
      hiss += seed / 1073741824 - 1;
    }
    const tone = bit === undefined ? 0 : loud * Math.sin(phase);
    samples[n] = Math.round(tone + (hiss / Math.sqrt(2)) * noise);
  }
  return samples;
}

export function message(type: number, body: readonly number[]): number[] {
  const bytes = [type, body.length, ...body];
  const sum = bytes.reduce((a, b) => a + b, 0);
  return [...bytes, (256 - (sum % 256)) % 256];
}

export const ascii = (text: string) => [...text].map((one) => one.charCodeAt(0));
export const field = (type: number, value: readonly number[]) => [type, value.length, ...value];
/** Multiple data message form with time, number and name. */
export const mdmf = (number: string, name: string): number[] =>
  message(0x80, [
    ...field(1, ascii("11201042")),
    ...field(2, ascii(number)),
    ...(name === "" ? [] : field(7, ascii(name))),
  ]);
