// Runs the native nouns (build/native/noun_cli) and the judges nobody here wrote: sox, multimon-ng,
// espeak-ng. Audio is raw int16 mono at 8000 Hz in Buffers.
import { spawnSync } from "node:child_process";
import { resolve } from "node:path";

const root = resolve(import.meta.dir, "../..");
const tool = resolve(root, "build/native/noun_cli");

/** How sox is told our audio. */
export const raw8k = ["-t", "raw", "-r", "8000", "-c", "1", "-e", "signed", "-b", "16"] as const;

/** Builds the tool; quick when nothing changed. Call it in beforeAll. */
export function buildNounTool(): void {
  run(["make", "-s", "-C", resolve(root, "native"), "cli"]);
}

/** Runs a program; returns what it printed (stdout and, for programs that report there, stderr).
 *  @throws Error with its complaint when it fails */
export function run(
  command: readonly string[],
  input: Uint8Array = Buffer.alloc(0),
): { readonly out: Buffer; readonly err: string } {
  const [program = "", ...rest] = command;
  const done = spawnSync(program, rest, { input, maxBuffer: 1 << 28 });
  if (done.error !== undefined) throw done.error;
  if (done.status !== 0) throw new Error(`${command.join(" ")}: ${done.stderr.toString()}`);
  return { out: done.stdout, err: done.stderr.toString() };
}

/** Audio a noun makes. */
export const play = (...words: readonly string[]): Buffer => run([tool, ...words]).out;

/** Lines a noun prints about audio; the first word of each. */
export function hear(noun: string, audio: Uint8Array): string[] {
  const lines = run([tool, noun], audio).out.toString().split("\n");
  return lines.filter((line) => line !== "").map((line) => line.split(" ")[0] ?? "");
}

/** Audio through sox: `effects` follow the output file. */
export const sox = (audio: Uint8Array, ...effects: readonly string[]): Buffer =>
  run(["sox", "-q", "-V1", ...raw8k, "-", ...raw8k, "-", ...effects], audio).out;

/** Audio sox makes from nothing. */
export const soxMake = (...effects: readonly string[]): Buffer =>
  run(["sox", "-q", "-V1", "-D", "-n", ...raw8k, "-", ...effects]).out;

/** Level (dBm0: a full-scale sine is +3.14) and frequency of audio, by sox. Its "rough frequency"
 *  is the mean step from sample to sample, a chord where the sine has an arc; undone here. */
export function soxStat(
  audio: Uint8Array,
  ...effects: readonly string[]
): { readonly dbm0: number; readonly hz: number } {
  const text = run(["sox", "-V1", ...raw8k, "-", "-n", ...effects, "stat"], audio).err;
  const read = (name: string) => Number(new RegExp(`${name}:\\s+(\\S+)`).exec(text)?.[1]);
  const rms = read("RMS\\s+amplitude");
  const hz = (8000 / Math.PI) * Math.asin((read("Rough\\s+frequency") * Math.PI) / 8000);
  return { dbm0: 20 * Math.log10(rms * Math.SQRT2) + 3.14, hz };
}

export const silence = (ms: number): Buffer => Buffer.alloc(ms * 16);
