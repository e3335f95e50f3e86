// Caller ID as a telephone hears it: a 1200 bit/s FSK receiver and the SDMF/MDMF messages in it.
// Both Bell 202 (1200/2200 Hz) and V.23 (1300/2100 Hz) pass: it listens half-way between the two
// and a filter one bit long is 1200 Hz wide. Source: GR-30-CORE and ETS 300 659-1 framing.

export interface CallerIdentity {
  readonly number: string;
  readonly name: string;
  /** Why there is no number, when there is none. */
  readonly withheld: "private" | "unavailable" | null;
}

const rateHz = 8000;
const bitRate = 1200;
const markHz = 1250;
const spaceHz = 2150;
const samplesPerBit = rateHz / bitRate;
/** Below this the line is quiet (−45 dBm0, the level receivers must reject). */
const quietPower = (32767 * 10 ** (-48.14 / 20)) ** 2 / 2;
/** Longest message: type, length, 255 bytes, checksum. */
const messageBytesMax = 258;
/** Mark bits that must come before the message; senders give 80 and more. */
const markBitsMin = 30;

/** Energy of one frequency over the last bit: 7 samples, the nearest to 6.67. */
class BitFilter {
  readonly #i = new Float64Array(7);
  readonly #q = new Float64Array(7);
  readonly #step: number;
  #phase = 0;
  #at = 0;
  #sumI = 0;
  #sumQ = 0;

  constructor(hz: number) {
    this.#step = (2 * Math.PI * hz) / rateHz;
  }

  push(sample: number): number {
    this.#phase = (this.#phase + this.#step) % (2 * Math.PI);
    const i = sample * Math.cos(this.#phase);
    const q = sample * Math.sin(this.#phase);
    this.#sumI += i - (this.#i[this.#at] ?? 0);
    this.#sumQ += q - (this.#q[this.#at] ?? 0);
    this.#i[this.#at] = i;
    this.#q[this.#at] = q;
    this.#at = (this.#at + 1) % this.#i.length;
    return this.#sumI ** 2 + this.#sumQ ** 2;
  }
}

/** Takes line audio as it comes and gives each message whose checksum is right. */
export class FskReceiver {
  readonly #mark = new BitFilter(markHz);
  readonly #space = new BitFilter(spaceHz);
  #before = 0;
  #earlier = 0;
  #power = 0;
  #marks = 0;
  /** Samples until the middle of the next bit; null = waiting for a start bit. */
  #untilBit: number | null = null;
  #bits = 0;
  #byte = 0;
  #bytes: number[] = [];

  constructor(private readonly onMessage: (bytes: Uint8Array) => void) {}

  /** @param samples mono int16 at 8000 Hz, any length, in order */
  push(samples: Int16Array): void {
    for (const sample of samples) this.#sample(sample);
  }

  reset(): void {
    this.#bytes = [];
    this.#untilBit = null;
    this.#marks = 0;
  }

  #sample(sample: number): void {
    this.#power += (sample * sample - this.#power) / 64;
    const now = this.#mark.push(sample) - this.#space.push(sample);
    // Over three samples: one sample alone follows the noise.
    const mark = now + this.#before + this.#earlier > 0;
    this.#earlier = this.#before;
    this.#before = now;
    if (this.#power < quietPower) this.reset();
    else this.#slice(mark);
  }

  #slice(mark: boolean): void {
    if (this.#untilBit === null) {
      if (mark) {
        this.#marks += 1;
      } else if (this.#marks >= markBitsMin * samplesPerBit || this.#bytes.length > 0) {
        // Falling edge: the first data bit's middle is one and a half bits away.
        this.#untilBit = samplesPerBit * 1.5;
        this.#bits = 0;
        this.#byte = 0;
      } else {
        this.#marks = 0;
      }
      return;
    }
    this.#untilBit -= 1;
    if (this.#untilBit > 0) return;
    this.#untilBit += samplesPerBit;
    if (this.#bits < 8) {
      this.#byte |= (mark ? 1 : 0) << this.#bits;
      this.#bits += 1;
      return;
    }
    this.#untilBit = null;
    if (mark) this.#take(this.#byte);
    else this.reset();
  }

  #take(byte: number): void {
    this.#bytes.push(byte);
    const length = (this.#bytes[1] ?? messageBytesMax) + 3;
    if (this.#bytes.length < length) return;
    const message = Uint8Array.from(this.#bytes);
    this.reset();
    // All bytes with the checksum add up to 0 modulo 256.
    if (message.reduce((sum, one) => (sum + one) & 255, 0) === 0) this.onMessage(message);
  }
}

const reasonOf = (letter: string): CallerIdentity["withheld"] =>
  letter === "P" ? "private" : "unavailable";

/** Reads a whole message, checksum included.
 *  @returns null for a message that tells no caller (message waiting, charge) */
export function parseCallerId(message: Uint8Array): CallerIdentity | null {
  const type = message[0];
  const body = message.subarray(2, 2 + (message[1] ?? 0));
  if (type === 0x04) {
    const number = text(body.subarray(8));
    const withheld = /^[OP]$/.test(number) ? reasonOf(number) : null;
    return { number: withheld ? "" : number, name: "", withheld };
  }
  if (type !== 0x80) return null;
  let identity: CallerIdentity = { number: "", name: "", withheld: null };
  for (let at = 0; at + 2 <= body.length; ) {
    const length = body[at + 1] ?? 0;
    const value = body.subarray(at + 2, at + 2 + length);
    switch (body[at]) {
      case 0x02:
        identity = { ...identity, number: text(value) };
        break;
      case 0x04:
        identity = { ...identity, withheld: reasonOf(text(value)) };
        break;
      case 0x07:
        identity = { ...identity, name: text(value) };
        break;
    }
    at += 2 + length;
  }
  return identity;
}

/** Names are GB 2312 on Chinese lines (YD/T 1277); ASCII is the same in it. */
function text(bytes: Uint8Array): string {
  return new TextDecoder("gbk").decode(bytes).trim();
}
