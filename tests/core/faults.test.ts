// What must never happen, made to happen: a world is damaged by hand between two turns.
import { expect, test } from "bun:test";
import { MAX_MESSAGES } from "../../src/core/switchboard.ts";
import { Desk, told } from "./desk.ts";
import { LineModel } from "./line-model.ts";

/** Phones 1 and 2 talk. */
function talking(): Desk {
  const desk = new Desk();
  desk.lift(1);
  desk.dial(1, "802");
  desk.lift(2);
  return desk;
}

test("a fault releases the call with cause 41, and nobody stays in it", () => {
  const desk = talking();
  const established = desk.world.calls["call:1"];
  if (established?.state.kind !== "established") throw new Error("not talking");
  const { facts } = established.state;
  // The call forgets phone 2, and a timer runs that its state does not have.
  established.state = { kind: "outgoing", facts, caller: "fxs/1", trunk: "fxo/1", direct: false };
  established.timers = { ring: 99 };
  const timer = { machine: "call:1", name: "ring" } as const;
  const effects = desk.input({ kind: "expired", at: desk.now, timer, generation: 99 });
  expect(told(effects)).toContain("fault call:1 outgoing expired ring");
  expect(desk.closed()).toMatchObject([{ cause: 41, releasedBy: "fault" }]);
  expect(desk.turns.at(-1)?.calls).toEqual([1]);
  expect([desk.state("fxs/1"), desk.state("fxs/2")]).toEqual(["failed", "failed"]);
  desk.hang(1);
  desk.hang(2);
  expect([desk.state("fxs/1"), desk.state("fxs/2")]).toEqual(["idle", "idle"]);
  expect(desk.callStates()).toEqual([]);
  expect(desk.faults()).toHaveLength(1);
  const model = new LineModel();
  model.perform(desk.effects().filter((e) => e.kind !== "fault"));
  expect([model.wrong, model.leftovers().filter((l) => !l.includes("ring"))]).toEqual([[], []]);
});

test("a fault in a leg releases its call", () => {
  const desk = talking();
  const machine = desk.world.stations["fxs/2"];
  if (machine === undefined) throw new Error("no such phone");
  machine.timers = { howler: 98 };
  const timer = { machine: "station:fxs/2", name: "howler" } as const;
  const effects = told(desk.input({ kind: "expired", at: desk.now, timer, generation: 98 }));
  expect(effects[0]).toBe("fault station:fxs/2 connected expired howler");
  expect(effects).toContain("tone fxs/1 congestion");
  expect(effects).toContain("tone fxs/2 congestion");
  expect(desk.closed()).toMatchObject([{ disposition: "answered", cause: 41 }]);
});

test("a phone that believes in a call that is gone is freed", () => {
  const desk = talking();
  delete desk.world.calls["call:1"];
  const machine = desk.world.stations["fxs/1"];
  if (machine === undefined) throw new Error("no such phone");
  machine.timers = { howler: 98 };
  const timer = { machine: "station:fxs/1", name: "howler" } as const;
  desk.input({ kind: "expired", at: desk.now, timer, generation: 98 });
  expect([desk.state("fxs/1"), desk.state("fxs/2")]).toEqual(["failed", "failed"]);
});

test("machines that never stop talking are cut short", () => {
  const desk = new Desk();
  desk.lift(1);
  desk.world.waiting = Array.from({ length: MAX_MESSAGES + 10 }, () => 99);
  expect(told(desk.hang(1)).at(-3)).toBe("fault switchboard draining news");
});

test("an expiry, order or name that means nothing does nothing", () => {
  const desk = new Desk();
  for (const machine of ["call:77", "station:fxs/99", "trunk:fxo/99"] as const) {
    const timer = { machine, name: "ring" };
    expect(desk.input({ kind: "expired", at: 1, timer, generation: 1 })).toEqual([]);
  }
  expect(desk.line("fxs/1", { kind: "ringStart" })).toEqual([]);
  expect(desk.line("fxo/1", { kind: "offHook" })).toEqual([]);
});
