// The checkers see: every deliberately broken build is caught within a few small runs.
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { type Canary, canaries } from "./canaries.ts";
import { runSimulation, SimulationFailure } from "./simulation.ts";

// Seconds at most on an idle machine; nobody's fault when it is not.
setDefaultTimeout(60_000);

const tries = 40;
const callsPerTry = 60;

describe("canaries", () => {
  for (const canary of canaries) {
    test(`caught: ${canary.name}`, () => {
      expect(canary.rules).toContain(ruleThatCatches(canary));
    });
  }

  test("the same runs without a canary are clean", () => {
    for (let seed = 1; seed <= tries; seed++) runSimulation({ seed, calls: callsPerTry });
  });
});

/** The rule that the first failing run breaks. */
function ruleThatCatches(canary: Canary): string {
  for (let seed = 1; seed <= tries; seed++) {
    try {
      runSimulation({ seed, calls: callsPerTry, canary });
    } catch (failure) {
      if (!(failure instanceof SimulationFailure)) throw failure;
      return failure.rule;
    }
  }
  return "none";
}
