// Line events are stamped at the card and arrive a little later than timers and commands that
// happened after them: time must not run backwards inside a call.
import { expect, test } from "bun:test";
import type { Cdr } from "../../src/core/cdr.ts";
import type { LineSignal, PortName } from "../../src/core/line.ts";
import { createWorld, turn } from "../../src/core/switchboard.ts";
import { demoOffice } from "../support/offices.ts";
import { cdrsOf } from "../support/simulated-box.ts";

test("an answer stamped before the ringing rings for no time; a call has its order", () => {
  let world = createWorld(demoOffice(), 1);
  const cdrs: Cdr[] = [];
  const happens = (at: number, port: PortName, signal: LineSignal): void => {
    const result = turn(world, { kind: "line", event: { at, port, ...signal } });
    world = result.world;
    cdrs.push(...cdrsOf(result.turn));
  };
  happens(1_000, "fxs/1", { kind: "offHook" });
  for (const digit of ["8", "0", "2"] as const) {
    happens(2_000, "fxs/1", { kind: "digit", digit, by: "dtmf" });
  }
  happens(1_990, "fxs/2", { kind: "offHook" });
  happens(1_995, "fxs/1", { kind: "onHook" });
  const last = cdrs.at(-1);
  expect(last?.endedAt).not.toBeNull();
  expect(last?.ringSeconds).toBe(0);
  expect(last?.talkSeconds).toBe(0);
  expect(last?.answeredAt).toBe(2_000);
  expect(last?.endedAt).toBe(2_000);
});
