import { expect, test } from "bun:test";
import type { PortName } from "../../src/core/line.ts";
import { Desk, extension, office, trunk } from "./desk.ts";

const at = (desk: Desk, port: PortName) => desk.snapshot().ports.find((p) => p.port === port);
const caller = {
  kind: "callerId",
  callerId: { number: "13912345678", name: "Wang", presentation: "allowed", form: "dtmf" },
} as const;

test("an idle office: trunks first, then extensions, in its order", () => {
  const { ports, calls, alarms } = new Desk().snapshot();
  expect(ports.map((p) => p.label)).toEqual(["line1", "line2", "801", "802", "803", "804"]);
  expect(ports.every((p) => p.state === "idle" && p.call === null && p.peer === null)).toBe(true);
  expect([calls, alarms]).toEqual([[], []]);
});

test("a phone from off-hook to lock-out", () => {
  const desk = new Desk();
  const states = [at(desk, "fxs/1")?.state];
  desk.lift(1);
  states.push(at(desk, "fxs/1")?.state);
  desk.dial(1, "80");
  states.push(at(desk, "fxs/1")?.state);
  desk.dial(1, "2");
  expect(at(desk, "fxs/1")).toMatchObject({ state: "waiting", peer: "802", call: 1 });
  expect(at(desk, "fxs/2")).toMatchObject({ state: "ringing", peer: "801", since: desk.now });
  desk.pass(30);
  states.push(at(desk, "fxs/1")?.state);
  desk.pass(60);
  expect(at(desk, "fxs/1")).toMatchObject({ state: "failed", call: null, peer: null });
  expect(states).toEqual(["idle", "offHook", "dialling", "failed"]);
});

test("an outside caller: the greeting, the phone that rings, the talk", () => {
  const desk = new Desk();
  desk.line("fxo/1", { kind: "ringStart" });
  expect(at(desk, "fxo/1")).toMatchObject({ state: "ringing", call: 1 });
  desk.line("fxo/1", caller);
  expect(desk.snapshot().calls).toMatchObject([
    { id: 1, state: "greeting", direction: "inbound", callerNumber: "13912345678", trunk: "line1" },
  ]);
  desk.keys("fxo/1", "803");
  expect(desk.snapshot().calls[0]).toMatchObject({ state: "delivered", ports: ["fxo/1", "fxs/3"] });
  expect(at(desk, "fxs/3")).toMatchObject({ state: "ringing", peer: "13912345678" });
  expect(at(desk, "fxo/1")).toMatchObject({ state: "connected", peer: "803", recording: false });
  desk.lift(3);
  expect(at(desk, "fxs/3")).toMatchObject({ state: "connected", recording: true });
  desk.hang(3);
  expect(at(desk, "fxo/1")).toMatchObject({ state: "releasing", call: null, peer: null });
});

test("a caller without a number is called after the line", () => {
  const desk = new Desk(office({ trunks: [trunk(1, { group: "800" })] }));
  desk.line("fxo/1", { kind: "ringStart" });
  desk.line("fxo/1", { kind: "ringStart" });
  expect(at(desk, "fxs/2")).toMatchObject({ state: "ringing", peer: "line1" });
});

test("a group's call shows who answered, not the group", () => {
  const desk = new Desk();
  desk.lift(1);
  desk.dial(1, "800");
  expect(at(desk, "fxs/1")?.peer).toBe("800");
  desk.lift(4);
  expect(at(desk, "fxs/1")?.peer).toBe("804");
});

test("ports that left the office show as long as they are busy, without a label", () => {
  const desk = new Desk();
  desk.lift(1);
  desk.dial(1, "802");
  desk.lift(2);
  desk.line("fxo/2", { kind: "batteryLost" });
  desk.configure(office({ extensions: [extension(1)], trunks: [trunk(1)] }));
  expect(at(desk, "fxs/2")).toMatchObject({ label: null, state: "connected", call: 1 });
  expect(at(desk, "fxo/2")).toMatchObject({ label: null, state: "unplugged" });
  expect(desk.snapshot().alarms).toEqual([]);
  desk.configure(office());
  expect(desk.snapshot().alarms).toMatchObject([{ code: "trunkUnplugged", port: "fxo/2" }]);
});

test("a snapshot stays as it was while the world goes on", () => {
  const desk = new Desk();
  desk.lift(1);
  const before = desk.snapshot();
  const kept = structuredClone(before);
  desk.dial(1, "802");
  desk.lift(2);
  desk.line("fxo/1", { kind: "batteryLost" });
  expect(before).toEqual(kept);
});
