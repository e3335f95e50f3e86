// A few thousand calls on fresh seeds and on every seed that ever failed.
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { keptSeeds } from "./seeds.ts";
import { runSimulation } from "./simulation.ts";

// Seconds at most on an idle machine; nobody's fault when it is not.
setDefaultTimeout(60_000);

const freshSeeds = 24;
const freshCalls = 250;

describe("whole-box simulation", () => {
  for (const { seed, calls, showed } of keptSeeds()) {
    test(`kept seed ${seed}: ${showed}`, () => {
      expect(runSimulation({ seed, calls }).calls).toBeGreaterThan(0);
    });
  }

  const first = Math.floor(Date.now() / 1000);
  console.log(`fresh seeds ${first} to ${first + freshSeeds - 1}, ${freshCalls} calls each`);
  for (let seed = first; seed < first + freshSeeds; seed++) {
    test(`fresh seed ${seed}`, () => {
      const report = runSimulation({ seed, calls: freshCalls });
      expect(report.calls + report.interrupted).toBeGreaterThanOrEqual(freshCalls);
      expect(report.checks).toBeGreaterThan(report.calls);
    });
  }

  test("a seed is a run: the same seed gives the same effects at the same times", () => {
    const [one, two] = [1, 2].map(() => runSimulation({ seed: 7, calls: 200 }));
    expect(one).toEqual(two);
    expect(runSimulation({ seed: 8, calls: 200 }).fingerprint).not.toBe(one?.fingerprint);
  });
});
