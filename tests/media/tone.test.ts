// Tones as sox measures them: every tone of every plan, pitch by pitch, and the cadences.
import { beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { toneNames, tonePlans } from "../../src/media/tone-plan.ts";
import type { TonePlan, ToneSegment } from "../../src/ports/line-card.ts";
import { buildNounTool, play, raw8k, run, soxStat } from "../support/noun.ts";

beforeAll(buildNounTool, 120_000);

type Tone = TonePlan["tones"][string];

/** A segment in the words of `noun_cli tone`. */
const word = (s: ToneSegment, ms = s.ms) =>
  `${s.toneHz.length > 0 ? s.toneHz.join("+") : "0"}/${s.levelDbm0}/${ms}` +
  (s.modulationHz > 0 ? `*${s.modulationHz}` : "");

const wholeTone = (tone: Tone, ms: number) =>
  play(
    "tone",
    String(ms),
    ...tone.segments.map((s) => word(s)),
    ...(tone.repeatFrom >= 0 ? [`@${tone.repeatFrom}`] : []),
  );

/** Every different steady sound of the plans, once. */
function steadySounds(): ReadonlyMap<string, ToneSegment> {
  const sounds = new Map<string, ToneSegment>();
  for (const plan of tonePlans.values())
    for (const name of toneNames)
      for (const s of plan.tones[name]?.segments ?? [])
        if (s.toneHz.length > 0) sounds.set(word(s, 0), s);
  return sounds;
}

describe("sox measures what the plans say", () => {
  for (const [name, segment] of steadySounds()) {
    test(name, () => {
      const audio = play("tone", "1200", word(segment, 0));
      if (segment.toneHz.length === 1) {
        const { dbm0, hz } = soxStat(audio, "trim", "0.1");
        expect(Math.abs(dbm0 - segment.levelDbm0)).toBeLessThan(0.1);
        if (segment.modulationHz === 0)
          expect(Math.abs(hz - (segment.toneHz[0] ?? 0))).toBeLessThanOrEqual(1.5);
        return;
      }
      for (const hz of segment.toneHz) {
        const near = soxStat(
          audio,
          "sinc",
          "-n",
          "2047",
          `${hz - 12}-${hz + 12}`,
          "trim",
          "0.4",
          "0.5",
        );
        expect(Math.abs(near.dbm0 - segment.levelDbm0)).toBeLessThan(0.3);
        expect(Math.abs(near.hz - hz)).toBeLessThanOrEqual(2);
      }
    });
  }
});

/** Lengths (s) of the bursts as sox cuts them out. It looks through a window of 20 ms; a limit 3 dB
 *  below the burst's level is crossed with half a window of it at either end.
 *  @param gap  seconds below the limit that end a burst */
function burstSeconds(audio: Uint8Array, dbm0: number, gap = 0.005): number[] {
  const directory = mkdtempSync(join(tmpdir(), "bursts-"));
  const limit = `${(dbm0 - 3.14 - 3.01 - 3).toFixed(2)}d`;
  const cut = `silence 1 0.005 ${limit} 1 ${gap} ${limit} : newfile : restart`.split(" ");
  run(["sox", "-V1", ...raw8k, "-", join(directory, "b.wav"), ...cut], audio);
  const files = run(["sh", "-c", `soxi -D ${directory}/*.wav`]).out.toString();
  rmSync(directory, { recursive: true });
  return files
    .split("\n")
    .map(Number)
    .filter((s) => s > 0.02);
}

/** A modulation, or a beat slow enough for sox's window. */
const pulses = ({ toneHz: [a = 0, b = 0], modulationHz }: ToneSegment) =>
  modulationHz > 0 || (b > 0 && Math.abs(a - b) < 30);

/** How far sox can be off, ms: a pulsing sound's ends by up to one pulse; where levels differ, the
 *  louder burst fills the window sooner. */
function fuzz(on: readonly ToneSegment[]): number {
  if (on.some(pulses)) return 65;
  return on.some((s) => s.levelDbm0 !== on[0]?.levelDbm0) ? 20 : 8;
}

describe("sox cuts out bursts as long as the plans say", () => {
  for (const plan of tonePlans.values())
    for (const name of ["busy", "congestion", "ringback"]) {
      test(`${plan.country} ${name}`, () => {
        const tone = plan.tones[name];
        const on = (tone?.segments ?? []).filter((s) => s.toneHz.length > 0);
        const level = Math.min(...on.map((s) => s.levelDbm0 + 10 * Math.log10(s.toneHz.length)));
        const cycle = (tone?.segments ?? []).reduce((sum, s) => sum + s.ms, 0);
        const audio = wholeTone(tone ?? { segments: [], repeatFrom: -1 }, 2 * cycle);
        const bursts = burstSeconds(audio, level, on.some(pulses) ? 0.08 : 0.005);
        expect(bursts.length).toBe(2 * on.length);
        for (const [i, seconds] of bursts.entries())
          expect(Math.abs(seconds * 1000 - (on[i % on.length]?.ms ?? 0))).toBeLessThan(fuzz(on));
      });
    }
});

test("a tone with no part that repeats ends by itself", () => {
  const tone = tonePlans.get("us")?.tones.confirmation;
  const audio = wholeTone(tone ?? { segments: [], repeatFrom: -1 }, 3000);
  const bursts = burstSeconds(audio, -10).map((s) => Math.round(s * 100) / 100);
  expect(bursts).toEqual([0.1, 0.3]);
});
