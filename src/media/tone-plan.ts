// Tone plans: config/tones.json read, checked and turned into what the line card plays.
// The notation is the trade's (pitches/ms, comma-separated, "!" = played once), so that an
// installer can copy a line of a country's table. Not: the playing (native/src/tone.c).
import { z } from "zod";
import document from "../../config/tones.json";
import type { ToneName } from "../core/line.ts";
import type { TonePlan, ToneSegment } from "../ports/line-card.ts";

type Tone = TonePlan["tones"][string];

/** Limits of native/src/tone.h. */
const maxSegments = 16;
const maxPitches = 4;
/** A full-scale sine; more would clip. */
const loudestDbm0 = 3.14;
const quietestDbm0 = -60;
const highestHz = 3_999;
const longestMs = 3_600_000;

/** Every tone a plan must have. */
export const toneNames: readonly ToneName[] = [
  "dial",
  "stutter",
  "ringback",
  "busy",
  "congestion",
  "unobtainable",
  "sit",
  "callWaiting",
  "howler",
  "confirmation",
  "record",
];

const levelDbm0 = z.number().min(quietestDbm0).max(loudestDbm0);

const tone = z
  .strictObject({ play: z.string(), levelDbm0, source: z.string().min(1) })
  .transform((given, context): Tone => {
    const parsed = parsePlay(given.play, given.levelDbm0);
    if (typeof parsed !== "string") return parsed;
    context.addIssue({ code: "custom", path: ["play"], message: parsed });
    return z.NEVER;
  });

const country = z.strictObject({
  callerIdForm: z.enum(["bell202", "v23", "dtmf"]),
  ringCadenceMs: z
    .array(z.int().min(50).max(60_000))
    .max(16)
    .refine((ms) => ms.length >= 2 && ms.length % 2 === 0, "needs on and off, in pairs"),
  source: z.string().min(1),
  tones: z.record(z.enum(toneNames), tone),
});

const plans = z.strictObject({
  about: z.string().optional(),
  countries: z.record(z.string().regex(/^[a-z]{2}$/, "is not a country code"), country),
});

/** Reads a document of the form of config/tones.json.
 *  @returns the plans by country code, lower case
 *  @throws Error naming every fault with its path, e.g.
 *    `countries.cn.tones.dial.play: "45O" is not pitches such as 450, 350+440 or 400*16` */
export function parseTonePlans(given: unknown): ReadonlyMap<string, TonePlan> {
  const result = plans.safeParse(given);
  if (!result.success) {
    const faults = result.error.issues.map((i) => `${i.path.join(".")}: ${i.message}`);
    throw new Error(`tone plans: ${faults.join("; ")}`);
  }
  return new Map(
    Object.entries(result.data.countries).map(([code, { source: _, ...plan }]) => [
      code,
      { country: code, ...plan },
    ]),
  );
}

/** The plans that come with the box. */
export const tonePlans = parseTonePlans(document);

/** The plan of a country that comes with the box.
 *  @throws Error naming the countries there are */
export function tonePlan(code: string): TonePlan {
  const plan = tonePlans.get(code);
  if (plan !== undefined) return plan;
  throw new Error(
    `tone plans: no plan for "${code}"; there are ${[...tonePlans.keys()].join(" ")}`,
  );
}

/** One tone of the notation, or what is wrong with it. */
function parsePlay(play: string, level: number): Tone | string {
  const segments: ToneSegment[] = [];
  let repeatFrom = -1;
  for (const element of play.split(",")) {
    const once = element.startsWith("!");
    const segment = parseElement(once ? element.slice(1) : element, level);
    if (typeof segment === "string") return segment;
    if (once && repeatFrom >= 0) return `"${element}" comes after a part that repeats`;
    if (!once && repeatFrom < 0) repeatFrom = segments.length;
    if (segments.at(-1)?.ms === 0) return `"${element}" is never reached`;
    segments.push(segment);
  }
  if (segments.length > maxSegments) return `has ${segments.length} parts, at most ${maxSegments}`;
  return { segments, repeatFrom };
}

/** `350+440@-13/100`: pitches, their own level, ms. */
function parseElement(element: string, level: number): ToneSegment | string {
  const match = /^([\d.+*]+)(?:@(-?\d+(?:\.\d+)?))?(?:\/(\d+))?$/.exec(element);
  const pitches = match?.[1] === undefined ? null : parsePitches(match[1]);
  if (match === null || pitches === null) {
    return `"${element}" is not pitches such as 450, 350+440 or 400*16, @level and /ms`;
  }
  const own = match[2] === undefined ? level : Number(match[2]);
  const ms = match[3] === undefined ? 0 : Number(match[3]);
  if (pitches.toneHz.length > maxPitches) return `"${element}" has more than ${maxPitches} pitches`;
  if (pitches.toneHz.some((hz) => hz > highestHz)) return `"${element}" is above ${highestHz} Hz`;
  if (own > loudestDbm0 || own < quietestDbm0) {
    return `"${element}" is not between ${quietestDbm0} and ${loudestDbm0} dBm0`;
  }
  if (match[3] !== undefined && (ms < 1 || ms > longestMs)) {
    return `"${element}" does not last 1 to ${longestMs} ms`;
  }
  return { ...pitches, levelDbm0: own, ms };
}

/** `0` is silence; `f*m` is one pitch modulated with another. */
function parsePitches(text: string): Pick<ToneSegment, "toneHz" | "modulationHz"> | null {
  if (text === "0") return { toneHz: [], modulationHz: 0 };
  const parts = /^([\d.+]+)(?:\*([\d.]+))?$/.exec(text);
  if (parts?.[1] === undefined) return null;
  const toneHz = parts[1].split("+").map(Number);
  const modulationHz = parts[2] === undefined ? 0 : Number(parts[2]);
  const sound = (hz: number) => Number.isFinite(hz) && hz > 0;
  if (!toneHz.every(sound) || (parts[2] !== undefined && !sound(modulationHz))) return null;
  return { toneHz, modulationHz };
}
