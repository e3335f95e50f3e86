// The sentences the box says to a caller: texts of config/prompts.json, spoken by a program that
// works without a network, kept as WAV files. A changed text, voice or command is spoken anew.
import { mkdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import texts from "../../config/prompts.json";
import type { ClipName } from "../core/line.ts";
import type { Log } from "../ports/log.ts";
import { parseWav } from "./wav.ts";

export type PromptLanguage = keyof typeof texts;

const language = z.strictObject({ voice: z.string(), texts: z.record(z.string(), z.string()) });
const catalogue = z.record(z.string(), language).parse(texts);

export interface PromptOptions {
  /** Directory of the cache; made when missing. */
  readonly directory: string;
  readonly language: PromptLanguage;
  /** Program that speaks like espeak-ng: `PROGRAM -v VOICE -w FILE TEXT` writes a WAV file. */
  readonly speechCommand: string;
  readonly log: Log;
}

/** How long one sentence may take to be spoken, ms. espeak-ng needs about 50 on a small PC. */
const speakTimeoutMs = 10_000;

/** Hands over every prompt as soon as it can be had: kept ones at once, others after speaking.
 *  A prompt that cannot be spoken becomes two beeps, so that a caller still hears the box.
 *  @param use  called once per prompt with mono int16 at 8 kHz
 *  @returns when all are there; never rejects */
export async function loadPrompts(
  options: PromptOptions,
  use: (clip: ClipName, pcm: Int16Array) => unknown,
): Promise<void> {
  const chosen = catalogue[options.language];
  const made = await mkdir(options.directory, { recursive: true }).then(
    () => true,
    () => false, // disk full: every sentence says so when it cannot be kept
  );
  if (!made) options.log.write("warn", "prompts cannot be kept", { directory: options.directory });
  const wanted = Object.entries(chosen?.texts ?? {});
  for (const [clip, text] of wanted) {
    use(clip, (await loadPrompt(options, chosen?.voice ?? "", clip, text)) ?? twoBeeps());
  }
}

async function loadPrompt(
  options: PromptOptions,
  voice: string,
  clip: ClipName,
  text: string,
): Promise<Int16Array | null> {
  const key = Bun.hash(`${options.speechCommand}\n${voice}\n${text}`).toString(36);
  const path = join(options.directory, `${options.language}-${clip}-${key}.wav`);
  const kept = await readPrompt(path);
  if (kept !== null) return kept;
  const spoken = `${path}.spoken`;
  const fitted = `${path}.fitted.wav`;
  try {
    await runProgram([options.speechCommand, "-v", voice, "-w", spoken, text]);
    // Telephone band and rate, peak at -6 dBFS: about as loud as a person on the line.
    await runProgram([
      ...["sox", "-D", "-t", "wav", spoken, "-r", "8000", "-c", "1", "-b", "16", fitted],
      ...["highpass", "200", "gain", "-n", "-6"],
    ]);
    await rename(fitted, path);
    return await readPrompt(path);
  } catch (error) {
    options.log.write("warn", "a prompt could not be spoken", { clip, error: String(error) });
    return null;
  } finally {
    // What cannot be removed was never made.
    await Promise.allSettled([rm(spoken, { force: true }), rm(fitted, { force: true })]);
  }
}

async function readPrompt(path: string): Promise<Int16Array | null> {
  const bytes = await readFile(path).catch(() => null); // not spoken yet
  if (bytes === null) return null;
  const wav = parseWav(bytes);
  return wav.ok && wav.pcm.length > 0 ? wav.pcm : null;
}

async function runProgram(command: readonly string[]): Promise<void> {
  const child = Bun.spawn([...command], {
    stdout: "ignore",
    stderr: "pipe",
    timeout: speakTimeoutMs,
  });
  const code = await child.exited;
  if (code === 0) return;
  throw new Error(`${command[0]} ended with ${code}: ${await new Response(child.stderr).text()}`);
}

/** 600 Hz, -10 dBm0, twice 200 ms. */
function twoBeeps(): Int16Array {
  const peak = 32767 * 10 ** ((-10 - 3.14) / 20);
  const loud = (i: number) => i % 2400 < 1600;
  return Int16Array.from({ length: 4800 }, (_, i) =>
    loud(i) ? Math.round(peak * Math.sin((2 * Math.PI * 600 * i) / 8000)) : 0,
  );
}
