import { afterEach, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadPrompts } from "../../src/media/prompts.ts";
import { parseWav } from "../../src/media/wav.ts";

const directory = mkdtempSync(join(tmpdir(), "prompts-"));
afterEach(() => rmSync(directory, { recursive: true, force: true }));
const speechCommand = "espeak-ng";

async function load(language: "zh-CN" | "en", command = speechCommand) {
  const clips = new Map<string, Int16Array>();
  const complaints: string[] = [];
  await loadPrompts(
    {
      directory,
      language,
      speechCommand: command,
      log: { write: (_, what) => complaints.push(what) },
    },
    (clip, pcm) => clips.set(clip, pcm),
  );
  return { clips, complaints };
}

const peakOf = (pcm: Int16Array) =>
  pcm.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);

test("prompts are spoken in both languages at a telephone level", async () => {
  for (const language of ["zh-CN", "en"] as const) {
    const { clips, complaints } = await load(language);
    expect(complaints).toEqual([]);
    const greeting = clips.get("greeting") ?? new Int16Array();
    expect(greeting.length).toBeGreaterThan(8000);
    expect(peakOf(greeting)).toBeWithin(15_500, 17_300); // -6 dBFS = 16,423
  }
});

test("a kept prompt is not spoken again; a broken file is", async () => {
  const first = await load("en");
  const kept = readdirSync(directory).filter((name) => name.startsWith("en-greeting"));
  expect(kept).toHaveLength(1);
  // The path's key holds command and text, so a command that cannot run shows who speaks.
  expect((await load("en", "no-such-program")).complaints).not.toEqual([]);
  writeFileSync(join(directory, kept[0] ?? ""), "this is no WAV");
  const again = await load("en");
  expect(again.complaints).toEqual([]);
  expect(again.clips.get("greeting")).toEqual(first.clips.get("greeting") ?? new Int16Array());
});

test("without a speech program the caller hears beeps and the log says why", async () => {
  const { clips, complaints } = await load("zh-CN", "false");
  expect(complaints).toHaveLength(clips.size);
  expect(peakOf(clips.get("greeting") ?? new Int16Array())).toBeGreaterThan(5_000);
});

test("a WAV that isn't one is refused with its reason", () => {
  expect(parseWav(new Uint8Array(3))).toEqual({ ok: false, reason: "not a WAV file" });
  expect(parseWav(new TextEncoder().encode("RIFF\0\0\0\0WAVE"))).toEqual({
    ok: false,
    reason: "has no audio data",
  });
});
