// A trace replays through call control and gives the same effects; a changed one shows where.
import { describe, expect, test } from "bun:test";
import type { Turn } from "../../src/core/effect.ts";
import { replay } from "../../src/core/replay.ts";
import { createWorld } from "../../src/core/switchboard.ts";
import type { TraceExport } from "../../src/ports/store.ts";
import { demoOffice } from "../support/offices.ts";
import { Stage } from "../support/scenario.ts";

/** A call inside and one to the outside, as the store would export them. */
function record(): TraceExport {
  const office = demoOffice();
  const stage = new Stage(office);
  const [a, b] = [stage.station(801), stage.station(802)];
  a.offHook();
  a.dials("802");
  b.offHook();
  stage.clock.advance({ s: 7 });
  b.onHook();
  b.offHook();
  b.dials("913800138000");
  stage.clock.advance({ s: 30 });
  stage.everybodyLeaves();
  const trace: TraceExport = {
    format: "linefinder-trace-1",
    call: 1,
    world: createWorld(office, 1),
    turns: stage.turns,
  };
  return JSON.parse(JSON.stringify(trace)) as TraceExport;
}

describe("trace replay", () => {
  const trace = record();

  test("a trace of two calls gives the same effects, also after JSON", () => {
    expect(trace.turns.length).toBeGreaterThan(20);
    expect(replay(trace)).toBeNull();
  });

  test("a changed effect is found", () => {
    const turn = trace.turns.findIndex(({ effects }) => effects.some((e) => e.kind === "cdr"));
    const effect = trace.turns[turn]?.effects.findIndex((e) => e.kind === "cdr") ?? -1;
    const changed = change(trace.turns, turn, (t) => ({
      ...t,
      effects: t.effects.map((e) =>
        e.kind === "cdr" ? { ...e, cdr: { ...e.cdr, callerNumber: "899" } } : e,
      ),
    }));
    expect(replay({ ...trace, turns: changed })).toEqual({
      turn,
      where: `effects[${effect}].cdr.callerNumber`,
      recorded: "899",
      replayed: "801",
    });
  });

  test("a lost input shows in what follows", () => {
    const lost = trace.turns.filter((_, index) => index !== 0);
    expect(replay({ ...trace, turns: lost })).not.toBeNull();
  });

  test("an effect too many is found", () => {
    const changed = change(trace.turns, 0, (t) => ({
      ...t,
      effects: [...t.effects, ...t.effects],
    }));
    expect(replay({ ...trace, turns: changed })?.turn).toBe(0);
  });
});

function change(turns: readonly Turn[], index: number, by: (turn: Turn) => Turn): readonly Turn[] {
  return turns.map((turn, i) => (i === index ? by(turn) : turn));
}
