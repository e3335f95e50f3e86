// Call progress on sounds nobody here made: sox's tones in the cadences of the standards, voices of
// espeak-ng, tunes of sox. The C tests have the wide trials; these are the judges.
import { beforeAll, describe, expect, test } from "bun:test";
import { resolve } from "node:path";
import { buildNounTool, raw8k, run, silence, sox, soxMake } from "../support/noun.ts";

beforeAll(buildNounTool, 120_000);

interface Finding {
  readonly ms: number;
  readonly kind: string;
  readonly on: boolean;
}

function findings(audio: Uint8Array, ...words: readonly string[]): Finding[] {
  const tool = resolve(import.meta.dir, "../../build/native/noun_cli");
  const lines = run([tool, "progress", ...words], audio)
    .out.toString()
    .trim()
    .split("\n");
  return lines
    .filter((line) => line !== "")
    .map((line) => line.split(" "))
    .map(([ms = "", kind = "", state]) => ({ ms: Number(ms), kind, on: state === "on" }));
}

const tones = (found: readonly Finding[]) =>
  found.filter(({ kind, on }) => on && kind !== "voice" && kind !== "silence");

/** Pitches for some ms, by sox, -16 dBm0 in all. */
function burst(hz: readonly number[], ms: number): Buffer {
  const synth = hz.flatMap((pitch) => ["sine", String(pitch)]);
  const mix = hz.map((_, i) => `${i + 1}`).join(",");
  const seconds = String(ms / 1000);
  return soxMake("synth", seconds, ...synth, "remix", mix, "gain", "-16");
}

/** [pitches, on, off, on, off…] played over and over for some seconds. */
function cadence(hz: readonly number[], pattern: readonly number[], seconds: number): Buffer {
  const cycle = Buffer.concat(pattern.map((ms, i) => (i % 2 === 0 ? burst(hz, ms) : silence(ms))));
  const cycles = Math.ceil((seconds * 16_000) / cycle.length);
  return Buffer.concat(Array.from({ length: cycles }, () => cycle)).subarray(0, seconds * 16_000);
}

const plans: readonly [string, string, readonly number[], readonly number[]][] = [
  ["CN busy", "busy", [450], [350, 350]],
  ["CN congestion", "congestion", [450], [700, 700]],
  ["CN ringback", "ringback", [450], [1000, 4000]],
  ["US busy", "busy", [480, 620], [500, 500]],
  ["US congestion", "congestion", [480, 620], [250, 250]],
  ["US ringback", "ringback", [440, 480], [2000, 4000]],
  ["GB busy", "busy", [400], [375, 375]],
  ["GB congestion", "congestion", [400], [400, 350, 225, 525]],
  ["GB ringback", "ringback", [400, 450], [400, 200, 400, 2000]],
  ["DE busy", "busy", [425], [480, 480]],
  ["JP busy", "busy", [400], [500, 500]],
  ["SG busy", "busy", [425], [750, 750]],
];

describe("sox's tones", () => {
  for (const [name, kind, hz, pattern] of plans)
    test(name, () => {
      const found = tones(findings(cadence(hz, pattern, 9)));
      expect(found.map((finding) => finding.kind)).toEqual([kind]);
      expect(found[0]?.ms ?? Infinity).toBeLessThanOrEqual(4000);
    });

  test("dial tone after seizing is heard in 0.6 s, and its end", () => {
    const found = findings(Buffer.concat([burst([450], 2000), silence(1000)]), "dial");
    expect(found[0]).toEqual({ ms: found[0]?.ms ?? 0, kind: "dial", on: true });
    expect(found[0]?.ms ?? Infinity).toBeLessThan(600);
    expect(found[1]?.kind === "dial" && !found[1].on).toBe(true);
  });

  test("SIT", () => {
    const sit = Buffer.concat([950, 1400, 1800].map((hz) => burst([hz], 330)));
    expect(tones(findings(Buffer.concat([sit, silence(2000)]))).map((f) => f.kind)).toEqual([
      "sit",
    ]);
  });

  test("busy survives A-law and a telephone's band", () => {
    const line = sox(cadence([450], [350, 350], 5), "sinc", "300-3400");
    const alaw = ["-t", "raw", "-r", "8000", "-c", "1", "-e", "a-law"];
    const coded = run(["sox", "-q", "-R", ...raw8k, "-", ...alaw, "-"], line).out;
    const heard = run(["sox", "-q", "-R", ...alaw, "-", ...raw8k, "-"], coded).out;
    expect(tones(findings(heard)).map((f) => f.kind)).toEqual(["busy"]);
  });
});

function speech(voice: string, pitch: string, text: string): Buffer {
  const wav = run(["espeak-ng", "-v", voice, "-p", pitch, "--stdout", text]).out;
  return run(["sox", "-q", "-R", "-t", "wav", "-", ...raw8k, "-", "gain", "-n", "-8"], wav).out;
}

const english =
  "Hello? Hello, who is calling? Mmm, one moment please. Oh no, no, no. I will see whether she " +
  "is in the office. Ooh, seven, nine, one, one. Please leave a message after the tone. ";
const chinese = "喂?您好,欢迎致电本公司,请拨分机号。嗯,哦,请稍等,五五五,我帮您转接财务部。";

test("voices say voice within 400 ms and never a tone", () => {
  let seconds = 0;
  for (const voice of ["en-us", "en-gb+f4", "cmn", "cmn+f3", "de+f1", "fr+f5", "yue+m3"])
    for (const pitch of ["20", "50", "90"]) {
      const text = /cmn|yue/.test(voice) ? chinese : english;
      const said = speech(voice, pitch, text.repeat(4));
      const found = findings(Buffer.concat([silence(500), said]));
      seconds += said.length / 16_000;
      expect(tones(found)).toEqual([]);
      const first = found.find(({ kind }) => kind === "voice");
      const begins = said.findIndex((_, i) => i % 2 === 0 && Math.abs(said.readInt16LE(i)) > 1000);
      expect((first?.ms ?? Infinity) - 500 - begins / 16).toBeLessThan(400);
    }
  expect(seconds).toBeGreaterThan(400);
});

test("tunes of sox are no tones", () => {
  const notes = ["A3", "C4", "D4", "E4", "G4", "A4", "C5", "E5", "G4", "E4", "D4", "C4"];
  const tune = (instrument: string, length: string, ...more: readonly string[]) =>
    Buffer.concat(
      [...notes, ...notes.toReversed()].map((note) =>
        soxMake("synth", length, instrument, note, "gain", "-14", ...more),
      ),
    );
  const chord = ["pluck", "C3", "pluck", "E3", "pluck", "G3", "pluck", "C4"];
  const strummed = soxMake("synth", "4", ...chord, "remix", "1-4", "gain", "-10");
  for (const music of [
    tune("pluck", "0.4"),
    tune("sine", "0.5", "fade", "0.02", "0.5", "0.05"),
    tune("triangle", "0.35"),
    tune("square", "0.6", "tremolo", "5", "40"),
    Buffer.concat([strummed, strummed, strummed]),
  ])
    expect(tones(findings(music))).toEqual([]);
});

test("busy after a talk, and talk after ringback", () => {
  const said = speech("en-gb", "50", english);
  const after = findings(Buffer.concat([said, cadence([450], [350, 350], 4)]));
  const busy = after.filter(({ kind, on }) => kind === "busy" && on);
  expect(busy.length).toBe(1);
  expect((busy[0]?.ms ?? 0) - said.length / 16).toBeLessThan(2500);
  const answered = findings(Buffer.concat([cadence([450], [1000, 4000], 9), said]));
  const told = answered.slice(0, 4).map(({ kind, on }) => `${kind} ${on ? "on" : "off"}`);
  expect(told.filter((line) => line !== "silence on").slice(0, 3)).toEqual([
    "ringback on",
    "ringback off",
    "voice on",
  ]);
});
