import { describe, expect, test } from "bun:test";
import { digitSamples } from "../../web/islands/phone/dtmf.ts";
import { LineAudio } from "../../web/islands/phone/line-audio.ts";

const rateHz = 8000;

/** A phone on a sound card at the line's own rate; microphone and line are given in samples. */
function phone() {
  const sent: number[] = [];
  let frames = 0;
  const audio = new LineAudio(rateHz, (frame) => {
    expect(frame.length).toBe(160);
    frames += 1;
    sent.push(...frame);
  });
  const run = (ms: number, microphone: number | null) => {
    const heard: number[] = [];
    for (let block = 0; block < (ms * rateHz) / 1000 / 128; block++) {
      const input = microphone === null ? null : new Float32Array(128).fill(microphone);
      const output = new Float32Array(128);
      audio.process(input, output);
      heard.push(...output);
    }
    return heard;
  };
  return { audio, sent, run, frames: () => frames };
}

const loudest = (samples: readonly number[]) =>
  samples.reduce((most, one) => Math.max(most, Math.abs(one)), 0);

describe("audio of the browser phone", () => {
  test("nothing is sent and nothing is heard while the handset lies", () => {
    const { audio, run, frames } = phone();
    audio.order({ kind: "frame", pcm: new Int16Array(160).fill(9000) });
    expect(loudest(run(200, 0.5))).toBe(0);
    expect(frames()).toBe(0);
  });

  test("off-hook a frame goes out every 20 ms, silence without a microphone", () => {
    const { audio, run, sent, frames } = phone();
    audio.order({ kind: "hook", off: true });
    run(400, null);
    expect(frames()).toBe(20);
    expect(loudest(sent)).toBe(0);
    run(200, 0.5);
    expect(sent.at(-1)).toBeCloseTo(16384, -2);
    audio.order({ kind: "mute", muted: true });
    run(100, 0.5);
    expect(sent.at(-1)).toBe(0);
  });

  test("digits go out whole and in order, with the microphone cut off", () => {
    const { audio, run, sent } = phone();
    audio.order({ kind: "hook", off: true });
    audio.order({ kind: "dial", digits: ",8?0" });
    const heard = run(1200, 0.5);
    const [eight, zero] = [digitSamples("8"), digitSamples("0")];
    const start = 4000;
    expect(loudest(sent.slice(0, start))).toBe(0);
    expect(sent.slice(start, start + 1600)).toEqual([...(eight ?? [])]);
    expect(sent.slice(start + 1600, start + 3200)).toEqual([...(zero ?? [])]);
    expect(sent.at(-1)).toBeCloseTo(16384, -2);
    // The own digits are heard softly.
    expect(loudest(heard)).toBeGreaterThan(0.02);
    expect(loudest(heard)).toBeLessThan(0.2);
  });

  test("hanging up forgets digits and speech that were still waiting", () => {
    const { audio, run, sent } = phone();
    audio.order({ kind: "hook", off: true });
    audio.order({ kind: "dial", digits: "5555" });
    for (let n = 0; n < 5; n++) {
      audio.order({ kind: "frame", pcm: new Int16Array(160).fill(8000) });
    }
    expect(loudest(run(100, null))).toBeGreaterThan(0.2);
    audio.order({ kind: "hook", off: false });
    sent.length = 0;
    audio.order({ kind: "hook", off: true });
    expect(loudest(run(400, null).slice(64))).toBe(0);
    expect(loudest(sent)).toBe(0);
  });

  test("a key that sticks is bounded", () => {
    const { audio, run, sent } = phone();
    audio.order({ kind: "hook", off: true });
    audio.order({ kind: "dial", digits: "1".repeat(10_000) });
    run(14_000, 0.5);
    expect(sent.at(-1)).toBeCloseTo(16384, -2);
  });
});
