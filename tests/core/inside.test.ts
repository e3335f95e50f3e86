import { expect, test } from "bun:test";
import { cdrs, Desk, office, told } from "./desk.ts";

test("a phone calls another: dial tone, ringback, answer, talk, hang up", () => {
  const desk = new Desk();
  expect(told(desk.lift(1))).toEqual(["tone fxs/1 dial", "serviceInitiated fxs/1"]);
  desk.now += 1_000;
  expect(told(desk.dial(1, "80"))).toEqual(["toneOff fxs/1"]);
  expect(told(desk.dial(1, "2"))).toEqual([
    "ring fxs/2",
    "tone fxs/1 ringback",
    "originated fxs/1",
    "delivered fxs/2",
  ]);
  desk.pass(3);
  expect(told(desk.lift(2))).toEqual([
    "ringOff fxs/2",
    "toneOff fxs/1",
    "join fxs/1 1",
    "record fxs/1 1",
    "join fxs/2 1",
    "established fxs/2",
  ]);
  expect(desk.snapshot().ports.filter((p) => p.state === "connected")).toMatchObject([
    { label: "801", peer: "802", call: 1, recording: true },
    { label: "802", peer: "801", call: 1, recording: true },
  ]);
  desk.pass(10);
  expect(told(desk.hang(2))).toEqual([
    "leave fxs/2",
    "stopRecord fxs/1",
    "leave fxs/1",
    "tone fxs/1 busy",
    "connectionCleared fxs/2",
    "failed fxs/1",
  ]);
  expect(told(desk.hang(1))).toEqual(["toneOff fxs/1", "connectionCleared fxs/1", "callCleared"]);
  expect(desk.closed()).toMatchObject([
    {
      direction: "internal",
      callerNumber: "801",
      callerName: "Phone 1",
      calledNumber: "802",
      trunk: null,
      extension: "802",
      disposition: "answered",
      cause: 16,
      answerBasis: "station",
      releasedBy: "called",
      ringSeconds: 3,
      talkSeconds: 10,
      recordingId: "1",
    },
  ]);
  expect(desk.timers()).toEqual([]);
  expect(desk.callStates()).toEqual([]);
  expect(desk.faults()).toEqual([]);
});

test("the called phone shows who calls", () => {
  const desk = new Desk();
  desk.lift(1);
  const ring = desk.dial(1, "802").find((e) => e.kind === "line" && e.command.kind === "ring");
  expect(ring).toEqual({
    kind: "line",
    command: { kind: "ring", port: "fxs/2", callerId: { number: "801", name: "Phone 1" } },
  });
});

test("off-hook and back on leaves no record", () => {
  const desk = new Desk();
  desk.lift(1);
  desk.pass(2);
  expect(told(desk.hang(1))).toEqual(["toneOff fxs/1", "connectionCleared fxs/1", "callCleared"]);
  expect(cdrs(desk.effects())).toEqual([]);
  expect(desk.timers()).toEqual([]);
});

test("a busy phone gives busy tone and cause 17", () => {
  const desk = new Desk();
  desk.lift(2);
  desk.lift(1);
  expect(told(desk.dial(1, "802"))).toContain("tone fxs/1 busy");
  expect(desk.closed()).toMatchObject([{ disposition: "busy", cause: 17, releasedBy: "called" }]);
});

test("one's own number is busy", () => {
  const desk = new Desk();
  desk.lift(1);
  desk.dial(1, "801");
  expect(desk.closed()).toMatchObject([{ calledNumber: "801", disposition: "busy", cause: 17 }]);
});

test("a wrong number gives the unobtainable tone and cause 1", () => {
  const desk = new Desk();
  desk.lift(1);
  expect(told(desk.dial(1, "7"))).toContain("tone fxs/1 unobtainable");
  expect(desk.closed()).toMatchObject([{ calledNumber: "7", disposition: "failed", cause: 1 }]);
});

test("an unfinished number is invalid after the inter-digit timer, cause 28", () => {
  const desk = new Desk();
  desk.lift(1);
  desk.dial(1, "80");
  desk.pass(4.9);
  expect(desk.closed()).toEqual([]);
  expect(told(desk.pass(0.2))).toContain("tone fxs/1 unobtainable");
  expect(desk.closed()).toMatchObject([{ calledNumber: "80", disposition: "failed", cause: 28 }]);
});

test("each digit starts the inter-digit timer anew", () => {
  const desk = new Desk();
  desk.lift(1);
  for (const digit of "802") {
    desk.pass(4.5);
    desk.dial(1, digit);
  }
  expect(desk.state("fxs/2")).toBe("alerting");
});

test("no digit: congestion tone and cause 102, howler, lock-out with an alarm, and back", () => {
  const desk = new Desk();
  desk.lift(1);
  const failed = desk.pass(15);
  expect(told(failed)).toEqual(["tone fxs/1 congestion", "failed fxs/1"]);
  expect(failed).toContainEqual({
    kind: "callEvent",
    call: 1,
    event: "failed",
    port: "fxs/1",
    cause: 102,
  });
  expect(told(desk.pass(30))).toEqual(["tone fxs/1 howler"]);
  expect(told(desk.pass(30))).toEqual([
    "toneOff fxs/1",
    "alarm stationOffHook on",
    "connectionCleared fxs/1",
    "callCleared",
  ]);
  desk.pass(7_200);
  expect(desk.snapshot().alarms).toMatchObject([{ code: "stationOffHook", port: "fxs/1" }]);
  expect(told(desk.hang(1))).toEqual(["alarm stationOffHook off"]);
  expect(desk.state("fxs/1")).toBe("idle");
  expect(desk.timers()).toEqual([]);
});

test("B15: nobody answers: the phone stops, the caller hears busy tone, cause 19", () => {
  const desk = new Desk();
  desk.lift(1);
  desk.dial(1, "802");
  expect(told(desk.pass(30))).toEqual([
    "ringOff fxs/2",
    "tone fxs/1 busy",
    "connectionCleared fxs/2",
    "failed fxs/1",
  ]);
  expect(desk.closed()).toMatchObject([
    { extension: "802", disposition: "noAnswer", cause: 19, releasedBy: "timer", ringSeconds: 30 },
  ]);
});

test("the caller gives up while the phone rings: abandoned", () => {
  const desk = new Desk();
  desk.lift(1);
  desk.dial(1, "802");
  desk.pass(5);
  expect(told(desk.hang(1))).toContain("ringOff fxs/2");
  expect(desk.closed()).toMatchObject([
    { disposition: "abandoned", cause: 16, releasedBy: "caller", ringSeconds: 5, talkSeconds: 0 },
  ]);
  expect(desk.state("fxs/2")).toBe("idle");
  expect(desk.timers()).toEqual([]);
});

test("a group's idle phones ring together and the first answer wins", () => {
  const desk = new Desk();
  desk.lift(3);
  desk.lift(1);
  expect(told(desk.dial(1, "800"))).toEqual([
    "toneOff fxs/1",
    "ring fxs/2",
    "ring fxs/4",
    "tone fxs/1 ringback",
    "originated fxs/1",
    "delivered fxs/2",
    "delivered fxs/4",
  ]);
  expect(told(desk.lift(4)).slice(0, 2)).toEqual(["ringOff fxs/4", "ringOff fxs/2"]);
  expect(desk.state("fxs/2")).toBe("idle");
  desk.hang(1);
  expect(desk.closed()).toMatchObject([{ calledNumber: "800", group: "800", extension: "804" }]);
});

test("from stations 0 is the operator, unless a number begins with 0", () => {
  const desk = new Desk();
  desk.lift(2);
  desk.dial(2, "0");
  expect(desk.state("fxs/1")).toBe("alerting");
});

test("a phone on a port without an extension hears congestion and makes no call", () => {
  const desk = new Desk(office({ extensions: [] }));
  expect(told(desk.lift(1))).toEqual(["tone fxs/1 congestion"]);
  expect(desk.callStates()).toEqual([]);
  desk.pass(60);
  desk.hang(1);
  expect(desk.state("fxs/1")).toBeUndefined();
  expect(desk.snapshot()).toMatchObject({ alarms: [] });
  expect(desk.timers()).toEqual([]);
});

test("a hook flash in a call changes nothing yet", () => {
  const desk = new Desk();
  desk.lift(1);
  desk.dial(1, "802");
  desk.lift(2);
  expect(desk.line("fxs/1", { kind: "hookFlash", ms: 300 })).toEqual([]);
  expect(desk.state("fxs/1")).toBe("connected");
});
