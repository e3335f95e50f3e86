// The golden comparison itself: it sees a changed line and says which; no ladder lies unused.
import { describe, expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Turn } from "../../src/core/effect.ts";
import { differingLines, goldenDifference } from "../support/golden.ts";
import { demoOffice } from "../support/offices.ts";

const golden = join(import.meta.dir, "..", "golden");
const scenarios = join(import.meta.dir, "scenarios");

describe("golden ladders", () => {
  test("a changed, a lost and a new line are shown with their neighbours", () => {
    const kept = "a\nb\nc\nd\ne\nf\ng";
    const seen = "a\nb\nc\nD\ne\nf\ng\nh";
    expect(differingLines(kept, seen)).toBe("  b\n  c\n- d\n+ D\n  e\n  f\n  g\n+ h");
    expect(differingLines(kept, kept)).toBe("");
  });

  test("a ladder that is not what was kept fails, and so does one that was never kept", () => {
    const turn: Turn = {
      input: { kind: "office", at: 0, office: demoOffice() },
      effects: [],
      calls: [],
      steps: [],
    };
    expect(goldenDifference("inside-busy", [turn])).toContain("> off-hook");
    expect(goldenDifference("no-such-ladder", [turn])).toContain("! configuration");
  });

  test("every ladder belongs to a scenario", () => {
    const sources = readdirSync(scenarios)
      .map((name) => readFileSync(join(scenarios, name), "utf8"))
      .join("\n");
    const unused = readdirSync(golden)
      .map((name) => name.replace(/\.trace$/, ""))
      .filter((name) => {
        const family = `${name.split("-")[0]}-$\{`;
        return !sources.includes(`"${name}"`) && !sources.includes(family);
      });
    expect(unused).toEqual([]);
  });
});
