import { expect, test } from "bun:test";
import type { CallerId } from "../../src/core/line.ts";
import { cdrs, Desk, extension, office, told, trunk } from "./desk.ts";

const callerId: CallerId = {
  number: "13912345678",
  name: "Wang",
  presentation: "allowed",
  form: "bell202",
};
const grouped = office({ trunks: [trunk(1, { group: "800" }), trunk(2)] });
const direct = office({ trunks: [trunk(1, { directExtension: "802" }), trunk(2)] });

/** One burst of the exchange's ringing: 1 s on, 4 s off. */
function ring(desk: Desk, times = 1): void {
  for (let n = 0; n < times; n++) {
    desk.line("fxo/1", { kind: "ringStart" });
    desk.pass(1);
    desk.line("fxo/1", { kind: "ringStop" });
    desk.pass(4);
  }
}

/** A first ring with caller ID after it. */
function call(desk: Desk) {
  desk.line("fxo/1", { kind: "ringStart" });
  desk.pass(1);
  desk.line("fxo/1", { kind: "ringStop" });
  desk.pass(1);
  return desk.line("fxo/1", { kind: "callerId", callerId });
}

test("a group's idle phones ring with the caller's number; the first answer wins", () => {
  const desk = new Desk(grouped);
  desk.lift(3);
  const offered = call(desk);
  expect(told(offered)).toEqual([
    "ring fxs/1",
    "ring fxs/2",
    "ring fxs/4",
    "delivered fxs/1",
    "delivered fxs/2",
    "delivered fxs/4",
  ]);
  expect(offered).toContainEqual({
    kind: "line",
    command: { kind: "ring", port: "fxs/2", callerId: { number: "13912345678", name: "Wang" } },
  });
  desk.pass(4);
  expect(told(desk.lift(2))).toEqual([
    "ringOff fxs/2",
    "ringOff fxs/1",
    "ringOff fxs/4",
    "seize fxo/1",
    "join fxo/1 2",
    "record fxo/1 2",
    "join fxs/2 2",
    "connectionCleared fxs/1",
    "connectionCleared fxs/4",
    "established fxs/2",
  ]);
  desk.pass(10);
  desk.line("fxo/1", { kind: "tone", tone: "busy" });
  expect(desk.closed()).toMatchObject([
    {
      direction: "inbound",
      callerNumber: "13912345678",
      callerName: "Wang",
      calledNumber: "800",
      trunk: "line1",
      extension: "802",
      group: "800",
      disposition: "answered",
      answerBasis: "station",
      releasedBy: "busyTone",
      ringSeconds: 4,
      talkSeconds: 10,
      recordingId: "2",
    },
  ]);
});

test("caller ID before the first ring is used at once", () => {
  const desk = new Desk(grouped);
  desk.line("fxo/1", { kind: "polarityReversal", polarity: "reversed" });
  desk.line("fxo/1", { kind: "callerId", callerId });
  desk.pass(1);
  expect(told(desk.line("fxo/1", { kind: "ringStart" }))).toContain("ring fxs/1");
  expect(desk.snapshot().calls).toMatchObject([{ callerNumber: "13912345678" }]);
});

test("caller ID without a ring is forgotten", () => {
  const desk = new Desk(grouped);
  desk.line("fxo/1", { kind: "callerId", callerId });
  desk.pass(7);
  expect(desk.state("fxo/1")).toBe("idle");
  expect(desk.timers()).toEqual([]);
});

test("without caller ID the second ring, or the timer, ends the wait", () => {
  const desk = new Desk(grouped);
  desk.line("fxo/1", { kind: "ringStart" });
  desk.pass(2);
  expect(desk.state("fxs/1")).toBe("idle");
  desk.line("fxo/1", { kind: "ringStart" });
  expect(desk.state("fxs/1")).toBe("alerting");
  const other = new Desk(grouped);
  other.line("fxo/1", { kind: "ringStart" });
  other.pass(4);
  expect(other.state("fxs/1")).toBe("alerting");
});

test("caller ID that comes late still reaches the record", () => {
  const desk = new Desk(grouped);
  desk.line("fxo/1", { kind: "ringStart" });
  desk.pass(4);
  const late = desk.line("fxo/1", { kind: "callerId", callerId });
  expect(cdrs(late)).toMatchObject([{ callerNumber: "13912345678" }]);
});

test("the caller gives up: phones stop, abandoned", () => {
  const desk = new Desk(grouped);
  call(desk);
  ring(desk, 2);
  expect(told(desk.pass(8)).slice(0, 1)).toEqual(["ringOff fxs/1"]);
  expect(desk.closed()).toMatchObject([{ disposition: "abandoned", cause: 16, talkSeconds: 0 }]);
  expect(desk.state("fxo/1")).toBe("idle");
  expect(desk.timers()).toEqual([]);
});

test("B15, P2: a missed call after the ring timeout; the line is ignored until quiet", () => {
  const desk = new Desk(grouped);
  call(desk);
  ring(desk, 7);
  expect(desk.closed()).toMatchObject([{ disposition: "noAnswer", cause: 19, ringSeconds: 30 }]);
  expect(desk.state("fxo/1")).toBe("ignored");
  ring(desk, 3);
  expect(desk.closed()).toHaveLength(1);
  desk.pass(8);
  expect(desk.state("fxo/1")).toBe("idle");
});

test("A4: a direct extension rings; while it is busy the caller waits and counts as busy", () => {
  const desk = new Desk(direct);
  call(desk);
  expect(desk.state("fxs/2")).toBe("alerting");
  desk.lift(2);
  desk.line("fxo/1", { kind: "tone", tone: "busy" });
  desk.pass(2);
  call(desk);
  expect(desk.callStates()).toContain("waiting");
  desk.pass(8);
  expect(desk.closed().at(-1)).toMatchObject({ disposition: "busy", cause: 17, extension: null });
});

test("a waiting caller rings the phone that becomes idle; the longest-waiting first", () => {
  const desk = new Desk(
    office({
      extensions: [extension(1)],
      trunks: [trunk(1, { group: "800" }), trunk(2, { group: "800" })],
    }),
  );
  desk.lift(1);
  call(desk);
  desk.line("fxo/2", { kind: "ringStart" });
  desk.line("fxo/2", { kind: "ringStart" });
  expect(desk.world.waiting).toEqual([2, 3]);
  expect(told(desk.hang(1))).toContain("ring fxs/1");
  expect(desk.world.waiting).toEqual([3]);
  expect(desk.faults()).toEqual([]);
});

test("C4, G2: the greeting takes an extension and rings it with ringback to the caller", () => {
  const desk = new Desk();
  expect(told(call(desk))).toEqual(["seize fxo/1", "play fxo/1 greeting"]);
  desk.pass(2);
  expect(told(desk.keys("fxo/1", "80"))).toEqual(["stopPlay fxo/1"]);
  expect(told(desk.keys("fxo/1", "3"))).toEqual([
    "ring fxs/3",
    "tone fxo/1 ringback",
    "delivered fxs/3",
  ]);
  desk.pass(4);
  expect(told(desk.lift(3))).toEqual([
    "ringOff fxs/3",
    "toneOff fxo/1",
    "join fxo/1 1",
    "record fxo/1 1",
    "join fxs/3 1",
    "established fxs/3",
  ]);
  desk.pass(9);
  desk.hang(3);
  expect(desk.closed()).toMatchObject([
    {
      calledNumber: "803",
      extension: "803",
      disposition: "answered",
      answerBasis: "station",
      ringSeconds: 4,
      talkSeconds: 9,
      releasedBy: "called",
    },
  ]);
});

test("0 in the greeting is the operator, 800 the group", () => {
  const desk = new Desk();
  call(desk);
  desk.keys("fxo/1", "0");
  expect(desk.state("fxs/1")).toBe("alerting");
  desk.line("fxo/1", { kind: "openInterval", ms: 300 });
  expect(desk.closed()).toMatchObject([{ disposition: "abandoned", releasedBy: "openInterval" }]);
  desk.pass(2);
  call(desk);
  desk.keys("fxo/1", "800");
  expect(desk.state("fxs/4")).toBe("alerting");
});

test("an invalid, busy or unanswered choice is said and the greeting starts again", () => {
  const desk = new Desk();
  call(desk);
  expect(told(desk.keys("fxo/1", "7"))).toContain("play fxo/1 invalid+greeting");
  desk.lift(2);
  expect(told(desk.keys("fxo/1", "802"))).toContain("play fxo/1 busy+greeting");
  desk.keys("fxo/1", "803");
  const timeout = told(desk.pass(30)).slice(-3);
  expect(timeout).toEqual(["ringOff fxs/3", "toneOff fxo/1", "play fxo/1 noAnswer+greeting"]);
  expect(told(desk.keys("fxo/1", "9"))).toContain("play fxo/1 invalid+greeting");
});

test("a caller who makes a sound from the greeting on is not silent", () => {
  const desk = new Desk();
  call(desk);
  desk.line("fxo/1", { kind: "voice" });
  desk.keys("fxo/1", "802");
  desk.lift(2);
  desk.pass(600);
  expect(desk.callStates()).toEqual(["established"]);
});

test("the wait after one greeting does not shorten the next", () => {
  const desk = new Desk();
  call(desk);
  desk.line("fxo/1", { kind: "playDone", play: 10 });
  desk.pass(4);
  expect(told(desk.keys("fxo/1", "7"))).toContain("play fxo/1 invalid+greeting");
  expect(desk.pass(100)).toEqual([]);
});

test("no digit: the greeting again, then the operator, then released", () => {
  const desk = new Desk();
  const playOf = (effects: ReturnType<Desk["pass"]>) => {
    for (const e of effects) if (e.kind === "line" && e.command.kind === "play") return e.command;
    throw new Error("nothing plays");
  };
  const first = playOf(call(desk));
  desk.line("fxo/1", { kind: "playDone", play: first.play });
  const second = playOf(desk.pass(5));
  expect(second.play).not.toBe(first.play);
  desk.line("fxo/1", { kind: "playDone", play: first.play });
  desk.pass(20);
  expect(desk.callStates()).toEqual(["greeting"]);
  desk.line("fxo/1", { kind: "playDone", play: second.play });
  expect(told(desk.pass(5))).toContain("ring fxs/1");
  expect(told(desk.pass(30))).toContain("release fxo/1");
  expect(desk.closed()).toMatchObject([
    { disposition: "noAnswer", cause: 19, answeredAt: null, answerBasis: "greeting" },
  ]);
});

test("somebody who only ever dials wrongly is released in the end", () => {
  const desk = new Desk();
  call(desk);
  for (let n = 0; n < 9; n++) desk.keys("fxo/1", "7");
  expect(desk.callStates()).toEqual([]);
  expect(desk.state("fxo/1")).toBe("guard");
});

test("a ring in the guard time is a new call", () => {
  const desk = new Desk(grouped);
  call(desk);
  desk.lift(1);
  desk.hang(1);
  expect(desk.state("fxo/1")).toBe("guard");
  desk.line("fxo/1", { kind: "ringStart" });
  expect(desk.state("fxo/1")).toBe("ringing");
});

test("a battery lost while ringing stops the phones and frees nothing twice", () => {
  const desk = new Desk(grouped);
  call(desk);
  const effects = told(desk.line("fxo/1", { kind: "batteryLost" }));
  expect(effects).toContain("ringOff fxs/1");
  expect(desk.closed()).toHaveLength(1);
  expect(desk.state("fxo/1")).toBe("unplugged");
});

test("a new configuration leaves calls alone; removed ports go when they are idle", () => {
  const desk = new Desk();
  desk.lift(1);
  desk.dial(1, "802");
  desk.lift(2);
  desk.configure(office({ extensions: [extension(1), extension(5)], trunks: [trunk(2)] }));
  expect(desk.callStates()).toEqual(["established"]);
  expect(desk.state("fxs/2")).toBe("connected");
  expect(desk.state("fxs/3")).toBeUndefined();
  expect(desk.state("fxs/5")).toBe("idle");
  desk.hang(2);
  desk.hang(1);
  expect(desk.faults()).toEqual([]);
  expect(desk.callStates()).toEqual([]);
  expect(desk.state("fxs/2")).toBeUndefined();
  expect(desk.state("fxo/1")).toBeUndefined();
});

test("a line that nobody configured rings in vain", () => {
  const desk = new Desk(office({ trunks: [] }));
  expect(desk.line("fxo/9", { kind: "ringStart" })).toEqual([]);
  expect(desk.callStates()).toEqual([]);
});
