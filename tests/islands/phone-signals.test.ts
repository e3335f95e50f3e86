import { describe, expect, test } from "bun:test";
import { digitSamples, keys } from "../../web/islands/phone/dtmf.ts";
import { type CallerIdentity, FskReceiver, parseCallerId } from "../../web/islands/phone/fsk.ts";
import { JitterBuffer } from "../../web/islands/phone/jitter.ts";
import { Resampler } from "../../web/islands/phone/resample.ts";
import { ascii, bell202, field, fskSamples, mdmf, message, v23 } from "../support/fsk.ts";

/** Level of one frequency, dBm0. */
function levelDbm0(samples: ArrayLike<number>, hz: number, rateHz = 8000): number {
  let [re, im] = [0, 0];
  for (let n = 0; n < samples.length; n++) {
    const turn = (2 * Math.PI * hz * n) / rateHz;
    re += (samples[n] ?? 0) * Math.cos(turn);
    im += (samples[n] ?? 0) * Math.sin(turn);
  }
  const peak = (2 * Math.hypot(re, im)) / samples.length;
  return 20 * Math.log10(peak / 32767) + 3.14;
}

describe("keypad tones", () => {
  test("5 is 770 + 1336 Hz at -9 and -7 dBm0 for 100 ms, then 100 ms of silence", () => {
    const samples = digitSamples("5");
    if (!samples) throw new Error("no samples for 5");
    expect(samples.length).toBe(1600);
    const on = samples.subarray(16, 784);
    expect(levelDbm0(on, 770)).toBeCloseTo(-9, 0);
    expect(levelDbm0(on, 1336)).toBeCloseTo(-7, 0);
    expect(levelDbm0(on, 1000)).toBeLessThan(-30);
    expect(samples.subarray(800).every((one) => one === 0)).toBe(true);
  });

  test("every key has its own pair; anything else has none", () => {
    const all = new Set(keys.map((key) => digitSamples(key)?.join()));
    expect(all.size).toBe(12);
    expect(digitSamples("x")).toBeNull();
    expect(digitSamples("12")).toBeNull();
    expect(digitSamples("")).toBeNull();
  });
});

const wangMessage = mdmf("13800138000", "WANG");

function receive(...parts: readonly Int16Array[]): CallerIdentity[] {
  const heard: CallerIdentity[] = [];
  const receiver = new FskReceiver((bytes) => {
    const identity = parseCallerId(bytes);
    if (identity) heard.push(identity);
  });
  for (const part of parts) {
    for (let at = 0; at < part.length; at += 160) receiver.push(part.subarray(at, at + 160));
  }
  return heard;
}

const wang = { number: "13800138000", name: "WANG", withheld: null };

describe("caller ID heard by the browser phone", () => {
  for (const [name, line] of Object.entries({ "Bell 202": bell202, "V.23": v23 })) {
    test(`${name}, -13.5 and -36 dBm0, +-1 % rate, any start`, () => {
      for (const levelDbm0 of [-4, -13.5, -36]) {
        for (const rate of [1188, 1200, 1212]) {
          for (const offset of [0, 3, 5]) {
            const audio = fskSamples(wangMessage, { ...line, levelDbm0, rate, offset });
            expect(receive(audio)).toEqual([wang]);
          }
        }
      }
    });

    test(`${name} at 20 dB signal to noise: at least 19 of 20`, () => {
      const heard = Array.from({ length: 20 }, (_, offset) =>
        receive(fskSamples(wangMessage, { ...line, noiseDbm0: -33.5, offset })),
      );
      expect(heard.filter((one) => one.length === 1).length).toBeGreaterThanOrEqual(19);
    });
  }

  test("a wrong checksum is not believed, and the next message is", () => {
    const damaged = wangMessage.with(-1, ((wangMessage.at(-1) ?? 0) + 1) % 256);
    expect(receive(fskSamples(damaged, bell202))).toEqual([]);
    expect(receive(fskSamples(damaged, bell202), fskSamples(wangMessage, bell202))).toEqual([wang]);
  });

  test("single message form, withheld numbers and Chinese names", () => {
    const single = message(4, ascii("11201042" + "01055550100"));
    expect(receive(fskSamples(single, bell202))[0]?.number).toBe("01055550100");
    const hidden = message(0x80, field(4, ascii("P")));
    expect(receive(fskSamples(hidden, bell202))[0]).toEqual({
      number: "",
      name: "",
      withheld: "private",
    });
    const away = message(4, ascii("11201042O"));
    expect(receive(fskSamples(away, bell202))[0]?.withheld).toBe("unavailable");
    const chinese = message(0x80, [
      ...field(2, ascii("802")),
      ...field(7, [0xb2, 0xc6, 0xce, 0xf1]),
    ]);
    expect(receive(fskSamples(chinese, bell202))[0]?.name).toBe("财务");
  });

  test("tones, digits and noise say nothing; message waiting is no caller", () => {
    const tone = Int16Array.from({ length: 8000 }, (_, n) => 6000 * Math.sin(n * 0.35343));
    const digit = digitSamples("9");
    expect(receive(tone, digit ?? tone)).toEqual([]);
    expect(receive(fskSamples(message(0x82, field(11, [255])), bell202))).toEqual([]);
    let seed = 7;
    const noise = Int16Array.from({ length: 80_000 }, () => {
      seed = (seed * 1103515245 + 12345) % 2147483648;
      return (seed / 1073741824 - 1) * 9000;
    });
    expect(receive(noise)).toEqual([]);
  });
});

describe("sample rates", () => {
  const cases = [
    [8000, 48000],
    [8000, 44100],
    [48000, 8000],
    [44100, 8000],
    [8000, 8000],
    [16000, 8000],
  ] as const;
  for (const [from, to] of cases) {
    test(`${from} to ${to} Hz keeps a 1 kHz tone and its level`, () => {
      const resampler = new Resampler(from, to);
      const out: number[] = [];
      for (let n = 0; n < from; n++) {
        resampler.push(10_000 * Math.sin((2 * Math.PI * 1000 * n) / from), (one) => out.push(one));
      }
      expect(Math.abs(out.length - to)).toBeLessThanOrEqual(1);
      const steady = out.slice(Math.floor(to / 10), Math.floor(to / 10) + Math.floor(to / 2));
      const level = levelDbm0(steady, 1000, to);
      expect(level).toBeCloseTo(20 * Math.log10(10_000 / 32767) + 3.14, 1);
      const power = steady.reduce((sum, one) => sum + one * one, 0) / steady.length;
      // Whatever isn't the tone is at least 40 dB below it.
      expect(10 * Math.log10(power / (10_000 ** 2 / 2))).toBeCloseTo(0, 1);
    });
  }

  test("what the line can't carry does not fold back: 6 kHz from a 48 kHz microphone", () => {
    const resampler = new Resampler(48_000, 8000);
    const out: number[] = [];
    for (let n = 0; n < 48_000; n++) {
      resampler.push(10_000 * Math.sin((2 * Math.PI * 6000 * n) / 48_000), (x) => out.push(x));
    }
    expect(levelDbm0(out.slice(1000), 2000)).toBeLessThan(-50);
  });
});

describe("playout buffer", () => {
  const frame = (value: number) => new Int16Array(160).fill(value);
  const take = (buffer: JitterBuffer, count: number) =>
    Array.from({ length: count }, () => buffer.take());

  test("waits for two frames, then plays them in order without a gap", () => {
    const buffer = new JitterBuffer();
    buffer.put(frame(8192));
    expect(take(buffer, 160).every((one) => one === 0)).toBe(true);
    buffer.put(frame(16384));
    expect(new Set(take(buffer, 160))).toEqual(new Set([0.25]));
    expect(new Set(take(buffer, 160))).toEqual(new Set([0.5]));
    expect(buffer.gaps).toBe(0);
  });

  test("a late frame makes it longer; ten calm seconds make it shorter again", () => {
    const buffer = new JitterBuffer();
    const fill = () => {
      let frames = 0;
      while (buffer.take() === 0 && frames < 50) {
        buffer.put(frame(100));
        frames += 1;
      }
      return buffer.depth;
    };
    const first = fill();
    take(buffer, first + 1);
    expect(buffer.gaps).toBe(1);
    const later = fill();
    expect(later).toBeGreaterThan(first);
    for (let n = 0; n < 1100; n++) {
      buffer.put(frame(100));
      take(buffer, 160);
    }
    take(buffer, buffer.depth + 1);
    expect(fill()).toBeLessThanOrEqual(later);
  });

  test("a second that arrives at once is cut down to the aim", () => {
    const buffer = new JitterBuffer();
    for (let n = 0; n < 50; n++) buffer.put(frame(100));
    expect(buffer.depth).toBeLessThanOrEqual(160 * 6 + 160);
  });
});
