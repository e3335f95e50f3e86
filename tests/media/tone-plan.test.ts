import { describe, expect, test } from "bun:test";
import { parseTonePlans, toneNames, tonePlan, tonePlans } from "../../src/media/tone-plan.ts";
import type { TonePlan } from "../../src/ports/line-card.ts";
import { countries } from "../../src/settings/fields.ts";

const good = { play: "450/350,0/350", levelDbm0: -10, source: "a table" };
const tones = Object.fromEntries(toneNames.map((name) => [name, good]));
const country = { callerIdForm: "bell202", ringCadenceMs: [1000, 4000], source: "a table", tones };

/** What is said of a document whose dial tone is `dial`, or whose country has `change`. */
function complaint(dial: object, change: object = {}): string {
  const given = { ...country, tones: { ...tones, dial: { ...good, ...dial } }, ...change };
  try {
    parseTonePlans({ countries: { xx: given } });
    return "";
  } catch (error) {
    return error instanceof Error ? error.message : "";
  }
}

const played = (plan: TonePlan, name: string) => {
  const tone = plan.tones[name];
  if (tone === undefined) throw new Error(`no ${name}`);
  return tone;
};

describe("tone plans that come with the box", () => {
  test("every country of the settings has one", () => {
    for (const code of countries) expect(tonePlan(code).country).toBe(code);
  });

  test("China's tones are those of GB 3380", () => {
    const plan = tonePlan("cn");
    const beat = (name: string) =>
      played(plan, name).segments.map((s) => [s.toneHz.join("+"), s.ms]);
    expect(beat("dial")).toEqual([["450", 0]]);
    expect(beat("ringback")).toEqual([
      ["450", 1000],
      ["", 4000],
    ]);
    expect(beat("busy")).toEqual([
      ["450", 350],
      ["", 350],
    ]);
    expect(beat("congestion")).toEqual([
      ["450", 700],
      ["", 700],
    ]);
    expect(played(plan, "busy").segments[0]?.levelDbm0).toBe(-10);
    expect(plan.ringCadenceMs).toEqual([1000, 4000]);
    expect(plan.callerIdForm).toBe("bell202");
  });

  test("the Chinese howler rises in five steps and stays on the last", () => {
    const { segments, repeatFrom } = played(tonePlan("cn"), "howler");
    const levels = segments.map((s) => s.levelDbm0);
    expect(levels).toEqual([...levels].sort((a, b) => a - b));
    expect(new Set(levels).size).toBe(5);
    expect(segments.at(-1)?.ms).toBe(0);
    expect(repeatFrom).toBe(4);
  });

  test("Japan's ringback is modulated, its first call-waiting burst is heard once", () => {
    const plan = tonePlan("jp");
    expect(played(plan, "ringback").segments[0]).toEqual({
      toneHz: [400],
      modulationHz: 16,
      levelDbm0: -10,
      ms: 1000,
    });
    expect(played(plan, "callWaiting").repeatFrom).toBe(2);
  });

  test("levels are those of North America", () => {
    const level = (name: string) => played(tonePlan("us"), name).segments[0]?.levelDbm0;
    expect(["dial", "ringback", "busy", "congestion"].map(level)).toEqual([-13, -19, -24, -24]);
  });

  test("no tone clips: all its pitches at their peak fit the digital range", () => {
    for (const plan of tonePlans.values()) {
      for (const name of toneNames) {
        for (const s of played(plan, name).segments) {
          const depth = s.modulationHz > 0 ? 1.85 / Math.sqrt(1 + 0.85 ** 2 / 2) : 1;
          const peak = s.toneHz.length * depth * 10 ** ((s.levelDbm0 - 3.14) / 20);
          expect(`${plan.country} ${name} ${peak <= 1}`).toBe(`${plan.country} ${name} true`);
        }
      }
    }
  });

  test("a country without a plan is named with those there are", () => {
    expect(() => tonePlan("zz")).toThrow('no plan for "zz"; there are cn us gb');
  });
});

describe("a faulty document is refused with the path of the fault", () => {
  test("the good one passes", () => {
    expect(complaint({})).toBe("");
  });

  const faults: readonly (readonly [string, object, string])[] = [
    ["a letter for a digit", { play: "45O/100" }, 'countries.xx.tones.dial.play: "45O/100" is not'],
    ["an empty part", { play: "450/100," }, 'tones.dial.play: "" is not'],
    ["two modulations", { play: "400*16*3" }, "is not pitches"],
    ["a pitch of nothing", { play: "0+450" }, "is not pitches"],
    ["five pitches", { play: "1+2+3+4+5" }, "more than 4 pitches"],
    ["a pitch beyond the line", { play: "4000" }, "above 3999 Hz"],
    ["a length of nothing", { play: "450/0" }, "does not last"],
    ["a length of years", { play: "450/99999999999" }, "does not last"],
    ["a level that clips", { play: "450@4" }, "not between -60 and 3.14 dBm0"],
    ["a loud tone", { levelDbm0: 3.2 }, "countries.xx.tones.dial.levelDbm0"],
    ["seventeen parts", { play: Array(17).fill("450/9").join() }, "has 17 parts, at most 16"],
    ["a part after a repeating one", { play: "450/9,!450/9" }, "comes after a part that repeats"],
    ["a part after an endless one", { play: "450,0/9" }, '"0/9" is never reached'],
    ["a figure without a source", { source: "" }, "tones.dial.source"],
    ["an unknown key", { volume: 3 }, "tones.dial"],
  ];
  for (const [name, dial, said] of faults) {
    test(name, () => expect(complaint(dial)).toContain(said));
  }

  test("a missing tone", () => {
    const { howler: _, ...rest } = tones;
    expect(complaint({}, { tones: rest })).toContain("countries.xx.tones.howler");
  });

  test("a cadence without its pause", () => {
    expect(complaint({}, { ringCadenceMs: [400, 200, 400] })).toContain("in pairs");
  });

  test("an unknown caller-ID form", () => {
    expect(complaint({}, { callerIdForm: "morse" })).toContain("countries.xx.callerIdForm");
  });

  test("a country code of three letters", () => {
    expect(() => parseTonePlans({ countries: { chn: country } })).toThrow("countries.chn");
  });
});
