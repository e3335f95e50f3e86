import { expect, test } from "bun:test";
import { Desk, extension, office, told, trunk } from "./desk.ts";

const mobile = "13800138000";

/** Phone 1 has dialled out and line 1 has been seized. */
function seized(desk = new Desk()): Desk {
  desk.lift(1);
  desk.dial(1, `9${mobile}`);
  return desk;
}

/** Line 1 has dialled and the caller hears the exchange. */
function dialled(desk = new Desk()): Desk {
  seized(desk);
  desk.line("fxo/1", { kind: "tone", tone: "dial" });
  desk.pass(2);
  desk.line("fxo/1", { kind: "dialDone" });
  return desk;
}

test("A12: an outside call takes the first idle trunk and dials after its dial tone", () => {
  const desk = new Desk(office({ trunks: [trunk(1, { linePrefix: "7," }), trunk(2)] }));
  desk.lift(1);
  expect(told(desk.dial(1, `9${mobile}`))).toEqual([
    "toneOff fxs/1",
    "seize fxo/1",
    "originated fxs/1",
  ]);
  expect(told(desk.line("fxo/1", { kind: "tone", tone: "dial" }))).toEqual([
    `dial fxo/1 7,${mobile}`, // A11
  ]);
  desk.pass(2);
  expect(told(desk.line("fxo/1", { kind: "dialDone" }))).toEqual([
    "join fxo/1 1",
    "join fxs/1 1",
    "record fxs/1 1",
    "delivered fxo/1",
  ]);
  desk.pass(4);
  const answer = desk.line("fxo/1", { kind: "polarityReversal", polarity: "reversed" });
  expect(told(answer)).toEqual(["established fxo/1"]);
  expect(desk.snapshot().ports.filter((p) => p.state === "connected")).toMatchObject([
    { label: "line1", peer: "801" },
    { label: "801", peer: mobile },
  ]);
  desk.pass(20);
  expect(told(desk.hang(1))).toEqual([
    "leave fxs/1",
    "stopRecord fxs/1",
    "leave fxo/1",
    "release fxo/1",
    "connectionCleared fxs/1",
    "connectionCleared fxo/1",
    "callCleared",
  ]);
  expect(desk.closed()).toMatchObject([
    {
      direction: "outbound",
      callerNumber: "801",
      calledNumber: mobile,
      trunk: "line1",
      extension: "801",
      disposition: "answered",
      answerBasis: "reversal",
      releasedBy: "caller",
      ringSeconds: 4,
      talkSeconds: 20,
      recordingId: "1",
    },
  ]);
  expect(desk.state("fxo/1")).toBe("guard");
  desk.pass(1.5);
  expect(desk.state("fxo/1")).toBe("idle");
  expect(desk.timers()).toEqual([]);
});

test("# ends a number of unknown length at once, the inter-digit timer otherwise", () => {
  const desk = new Desk();
  desk.lift(1);
  desk.dial(1, "95551234");
  expect(desk.state("fxo/1")).toBe("idle");
  desk.dial(1, "#");
  expect(desk.state("fxo/1")).toBe("seizing");
  desk.lift(2);
  desk.dial(2, "95551234");
  desk.pass(5);
  expect(desk.state("fxo/2")).toBe("seizing");
});

test("every trunk in use: congestion tone, cause 34", () => {
  const desk = new Desk(office({ trunks: [trunk(1)] }));
  seized(desk);
  desk.lift(2);
  expect(told(desk.dial(2, "9110"))).toContain("tone fxs/2 congestion");
  expect(desk.closed()).toMatchObject([{ disposition: "failed", cause: 34, trunk: null }]);
});

test("no dial tone: the next trunk is tried, then congestion and cause 27", () => {
  const desk = seized();
  expect(told(desk.pass(4))).toEqual(["release fxo/1", "seize fxo/2"]);
  expect(told(desk.pass(4))).toEqual(["release fxo/2", "tone fxs/1 congestion", "failed fxs/1"]);
  expect(desk.closed()).toMatchObject([{ disposition: "failed", cause: 27, trunk: "line2" }]);
});

for (const [tone, cause, heard, disposition] of [
  ["busy", 17, "busy", "busy"],
  ["congestion", 34, "congestion", "failed"],
  ["sit", 1, "unobtainable", "failed"],
] as const) {
  test(`${tone} from the exchange: the line is released first, cause ${cause}`, () => {
    const desk = dialled();
    expect(told(desk.line("fxo/1", { kind: "tone", tone })).slice(0, 5)).toEqual([
      "leave fxo/1",
      "release fxo/1",
      "stopRecord fxs/1",
      "leave fxs/1",
      `tone fxs/1 ${heard}`,
    ]);
    expect(desk.closed()).toMatchObject([{ disposition, cause, answeredAt: null }]);
  });
}

test("busy tone after ringback means that nobody answered, cause 19", () => {
  const desk = dialled();
  desk.line("fxo/1", { kind: "tone", tone: "ringback" });
  desk.pass(60);
  desk.line("fxo/1", { kind: "toneStopped", tone: "ringback" });
  desk.pass(2);
  desk.line("fxo/1", { kind: "tone", tone: "busy" });
  expect(desk.closed()).toMatchObject([{ disposition: "noAnswer", cause: 19 }]);
});

test("ringback stopped and a voice: answered, on that basis", () => {
  const desk = dialled();
  desk.line("fxo/1", { kind: "tone", tone: "ringback" });
  desk.pass(9);
  desk.line("fxo/1", { kind: "toneStopped", tone: "ringback" });
  desk.pass(1);
  expect(told(desk.line("fxo/1", { kind: "voice" }))).toEqual(["established fxo/1"]);
  desk.pass(5);
  desk.hang(1);
  expect(desk.closed()).toMatchObject([
    { answerBasis: "ringbackVoice", ringSeconds: 10, talkSeconds: 5 },
  ]);
});

test("a voice before the broken cadence is certain: answered when the voice began", () => {
  const desk = dialled();
  desk.line("fxo/1", { kind: "tone", tone: "ringback" });
  desk.pass(5);
  desk.line("fxo/1", { kind: "voice" });
  desk.pass(3);
  desk.line("fxo/1", { kind: "toneStopped", tone: "ringback" });
  desk.pass(7);
  desk.hang(1);
  expect(desk.closed()).toMatchObject([
    { answerBasis: "ringbackVoice", ringSeconds: 5, talkSeconds: 10 },
  ]);
});

test("a silent answerer: assumed, from the end of the ringback", () => {
  const desk = dialled();
  desk.line("fxo/1", { kind: "tone", tone: "ringback" });
  desk.pass(5);
  desk.line("fxo/1", { kind: "toneStopped", tone: "ringback" });
  desk.pass(4);
  expect(desk.callStates()).toEqual(["established"]);
  desk.hang(1);
  expect(desk.closed()).toMatchObject([{ answerBasis: "assumed", talkSeconds: 4 }]);
});

test("music instead of ringback: assumed after its timer", () => {
  const desk = dialled();
  desk.line("fxo/1", { kind: "voice" });
  desk.pass(29);
  expect(desk.callStates()).toEqual(["outgoing"]);
  desk.pass(1);
  expect(desk.callStates()).toEqual(["established"]);
  desk.hang(1);
  expect(desk.closed()).toMatchObject([{ answerBasis: "assumed", disposition: "answered" }]);
});

test("ringback however long is not an answer", () => {
  const desk = dialled();
  desk.line("fxo/1", { kind: "tone", tone: "ringback" });
  desk.pass(300);
  expect(desk.callStates()).toEqual(["outgoing"]);
  desk.hang(1);
  expect(desk.closed()).toMatchObject([{ disposition: "abandoned", cause: 16, talkSeconds: 0 }]);
});

/** Line 1's far end has answered phone 1 by a reversal. */
function talking(): Desk {
  const desk = dialled();
  desk.line("fxo/1", { kind: "polarityReversal", polarity: "reversed" });
  desk.pass(10);
  return desk;
}

for (const [what, signal, by] of [
  ["busy tone", { kind: "tone", tone: "busy" }, "busyTone"],
  ["congestion tone", { kind: "tone", tone: "congestion" }, "congestionTone"],
  ["returned dial tone", { kind: "tone", tone: "dial" }, "dialTone"],
  ["the polarity going back", { kind: "polarityReversal", polarity: "normal" }, "reversal"],
  ["an open interval", { kind: "openInterval", ms: 350 }, "openInterval"],
  ["a lost battery", { kind: "batteryLost" }, "batteryLost"],
] as const) {
  test(`a connected trunk is released on ${what}`, () => {
    const desk = talking();
    const effects = told(desk.line("fxo/1", signal));
    expect(effects.slice(0, 2)).toEqual(["leave fxo/1", "release fxo/1"]);
    expect(effects).toContain("tone fxs/1 ".concat(by === "batteryLost" ? "congestion" : "busy"));
    expect(desk.closed()).toMatchObject([
      { disposition: "answered", releasedBy: by, talkSeconds: 10 },
    ]);
  });
}

test("a connected trunk is not released by voice, ringback, SIT, fax tones or rings", () => {
  const desk = talking();
  for (const signal of [
    { kind: "voice" },
    { kind: "tone", tone: "ringback" },
    { kind: "toneStopped", tone: "ringback" },
    { kind: "tone", tone: "faxCalling" },
    { kind: "tone", tone: "faxAnswer" },
    { kind: "tone", tone: "sit" },
    { kind: "ringStart" },
    { kind: "ringStop" },
  ] as const) {
    desk.line("fxo/1", signal);
  }
  expect(desk.callStates()).toEqual(["established"]);
});

test("the answer's own bounce within 600 ms does not release", () => {
  const desk = dialled();
  desk.line("fxo/1", { kind: "polarityReversal", polarity: "reversed" });
  desk.pass(0.5);
  desk.line("fxo/1", { kind: "polarityReversal", polarity: "normal" });
  expect(desk.callStates()).toEqual(["established"]);
});

test("a first reversal after an assumed answer is the answer; the next one releases", () => {
  const desk = dialled();
  desk.pass(31);
  desk.line("fxo/1", { kind: "polarityReversal", polarity: "reversed" });
  expect(desk.callStates()).toEqual(["established"]);
  desk.pass(5);
  desk.line("fxo/1", { kind: "polarityReversal", polarity: "normal" });
  expect(desk.closed()).toMatchObject([{ releasedBy: "reversal" }]);
});

test("silence of both sides beyond the setting releases; one who speaks keeps the call", () => {
  const desk = talking();
  desk.line("fxo/1", { kind: "voice" });
  desk.pass(100);
  desk.line("fxs/1", { kind: "voice" });
  desk.line("fxo/1", { kind: "silence" });
  desk.pass(300);
  expect(desk.callStates()).toEqual(["established"]);
  desk.line("fxs/1", { kind: "silence" });
  desk.pass(59.9);
  expect(desk.callStates()).toEqual(["established"]);
  desk.pass(0.2);
  expect(desk.closed()).toMatchObject([{ releasedBy: "silence", disposition: "answered" }]);
  expect(desk.state("fxo/1")).toBe("guard");
  expect(desk.state("fxs/1")).toBe("failed");
});

test("music that plays on from before the answer is not silence", () => {
  const desk = dialled();
  desk.line("fxo/1", { kind: "voice" });
  desk.pass(30);
  expect(desk.callStates()).toEqual(["established"]);
  desk.pass(600);
  expect(desk.callStates()).toEqual(["established"]);
});

test("glare: the outgoing call moves on, the caller gets the greeting", () => {
  const desk = seized();
  expect(told(desk.line("fxo/1", { kind: "ringStart" }))).toEqual([
    "seize fxo/2",
    "play fxo/1 greeting",
  ]);
  expect(desk.snapshot().calls).toMatchObject([
    { id: 1, direction: "outbound", trunk: "line2" },
    { id: 2, direction: "inbound", trunk: "line1", state: "greeting" },
  ]);
});

test("glare without another trunk: congestion; a group's phones ring with ringback", () => {
  const desk = new Desk(office({ trunks: [trunk(1, { group: "800" })] }));
  seized(desk);
  const effects = told(desk.line("fxo/1", { kind: "ringStart" }));
  expect(effects).toContain("tone fxs/1 congestion");
  expect(effects).toContain("ring fxs/2");
  expect(effects).toContain("tone fxo/1 ringback");
  expect(desk.closed()).toMatchObject([
    { direction: "outbound", disposition: "failed", cause: 34 },
  ]);
  desk.lift(2);
  expect(desk.state("fxo/1")).toBe("connected");
});

test("an unplugged trunk raises an alarm and is out of rotation until its battery returns", () => {
  const desk = new Desk();
  expect(told(desk.line("fxo/1", { kind: "batteryLost" }))).toEqual(["alarm trunkUnplugged on"]);
  seized(desk);
  expect(desk.state("fxo/2")).toBe("seizing");
  expect(desk.snapshot().alarms).toMatchObject([{ code: "trunkUnplugged", port: "fxo/1" }]);
  expect(told(desk.line("fxo/1", { kind: "batteryReturned" }))).toEqual([
    "alarm trunkUnplugged off",
  ]);
});

test("a battery lost while seizing moves the call on", () => {
  const desk = seized();
  expect(told(desk.line("fxo/1", { kind: "batteryLost" }))).toEqual([
    "release fxo/1",
    "alarm trunkUnplugged on",
    "seize fxo/2",
  ]);
});

test("pulses dialled in a call are sent on as DTMF; tones pass by themselves", () => {
  const desk = talking();
  expect(told(desk.dial(1, "5", "pulse"))).toEqual(["dial fxo/1 5"]);
  expect(told(desk.dial(1, "6", "dtmf"))).toEqual([]);
});

const directOffice = office({
  extensions: [extension(1, { directTrunk: "line1" }), extension(2), extension(3)],
  trunks: [trunk(1, { directExtension: "801" }), trunk(2)],
});

test("A4, B6: lifting a direct phone reaches the exchange at once, without a prefix", () => {
  const desk = new Desk(directOffice);
  expect(told(desk.lift(1))).toEqual([
    "seize fxo/1",
    "join fxo/1 1",
    "join fxs/1 1",
    "serviceInitiated fxs/1",
  ]);
  desk.pass(1);
  expect(told(desk.dial(1, "1"))).toEqual(["record fxs/1 1", "originated fxs/1"]);
  expect(told(desk.dial(1, "1", "pulse"))).toEqual(["dial fxo/1 1"]);
  desk.dial(1, "0");
  desk.line("fxo/1", { kind: "tone", tone: "ringback" });
  desk.pass(4);
  desk.line("fxo/1", { kind: "toneStopped", tone: "ringback" });
  desk.line("fxo/1", { kind: "voice" });
  desk.pass(10);
  desk.hang(1);
  expect(desk.closed()).toMatchObject([
    {
      direction: "outbound",
      calledNumber: "110",
      trunk: "line1",
      answerBasis: "ringbackVoice",
      talkSeconds: 10,
    },
  ]);
});

test("a direct line looked at leaves no record; used for longer it does", () => {
  const desk = new Desk(directOffice);
  desk.lift(1);
  desk.pass(4);
  desk.hang(1);
  expect(desk.closed()).toEqual([]);
  desk.pass(2);
  desk.lift(1);
  expect(told(desk.pass(6))).toEqual(["record fxs/1 2"]);
  desk.hang(1);
  expect(desk.closed()).toMatchObject([{ id: 2, calledNumber: "", disposition: "abandoned" }]);
});

test("a direct phone whose line is in use hears congestion, cause 34", () => {
  const desk = new Desk(directOffice);
  desk.line("fxo/1", { kind: "batteryLost" });
  expect(told(desk.lift(1))).toContain("tone fxs/1 congestion");
});

test("a direct line is the last choice of other phones", () => {
  const desk = new Desk(directOffice);
  desk.lift(2);
  desk.dial(2, "9110");
  expect(desk.state("fxo/2")).toBe("seizing");
  desk.lift(3);
  desk.dial(3, "9110");
  expect(desk.state("fxo/1")).toBe("seizing");
});

test("a direct phone lifted into a call about to ring talks to the caller", () => {
  const desk = new Desk(directOffice);
  desk.lift(1);
  expect(told(desk.line("fxo/1", { kind: "ringStart" }))).toEqual([
    "record fxo/1 1",
    "established fxs/1",
  ]);
  desk.pass(5);
  desk.line("fxo/1", { kind: "tone", tone: "busy" });
  expect(desk.closed()).toMatchObject([
    { direction: "inbound", extension: "801", answerBasis: "station", talkSeconds: 5 },
  ]);
});

test("a direct phone lifted during the caller-ID wait answers", () => {
  const desk = new Desk(directOffice);
  desk.line("fxo/1", { kind: "ringStart" });
  desk.pass(1);
  expect(told(desk.lift(1))).toEqual([
    "seize fxo/1",
    "join fxo/1 1",
    "record fxo/1 1",
    "join fxs/1 1",
    "established fxs/1",
  ]);
  expect(desk.callStates()).toEqual(["established"]);
});

test("makeCall rings the extension, then dials for it", () => {
  const desk = new Desk();
  const effects = desk.command({ service: "makeCall", extension: "801", number: "9110" });
  expect(effects).toContainEqual({ kind: "answerCommand", answer: { accepted: true, call: 1 } });
  expect(told(effects)).toContain("ring fxs/1");
  expect(told(desk.lift(1))).toEqual(["ringOff fxs/1", "seize fxo/1", "originated fxs/1"]);
});

test("makeCall is refused for an unknown or busy extension", () => {
  const desk = new Desk();
  desk.lift(2);
  for (const [ext, reason] of [
    ["899", "noSuchExtension"],
    ["802", "extensionBusy"],
  ] as const) {
    expect(desk.command({ service: "makeCall", extension: ext, number: "803" })).toEqual([
      { kind: "answerCommand", answer: { accepted: false, reason } },
    ]);
  }
});

test("makeCall that nobody answers: noAnswer, the phone stops", () => {
  const desk = new Desk();
  desk.command({ service: "makeCall", extension: "801", number: "803" });
  expect(told(desk.pass(30))).toContain("ringOff fxs/1");
  expect(desk.closed()).toMatchObject([{ disposition: "noAnswer", cause: 19 }]);
});

test("clearConnection releases a call in any state and says no to an unknown one", () => {
  const desk = talking();
  const effects = desk.command({ service: "clearConnection", call: 1 });
  expect(told(effects)).toContain("release fxo/1");
  expect(told(effects)).toContain("tone fxs/1 busy");
  expect(desk.closed()).toMatchObject([{ disposition: "answered", releasedBy: "command" }]);
  expect(desk.command({ service: "clearConnection", call: 77 })).toEqual([
    { kind: "answerCommand", answer: { accepted: false, reason: "noSuchCall" } },
  ]);
});
