// Every cell of every table, and what holds for the tables as such.
import { describe, expect, test } from "bun:test";
import { call } from "../../src/core/call.ts";
import type { Facts } from "../../src/core/call-facts.ts";
import type { CallState } from "../../src/core/call-state.ts";
import { step, type Table } from "../../src/core/fsm.ts";
import type { CallNews, Context, MachineEffect } from "../../src/core/message.ts";
import { indexOf } from "../../src/core/office-index.ts";
import { type StationEvent, type StationState, station } from "../../src/core/station.ts";
import { type TimerName, timerMs, timers } from "../../src/core/timers.ts";
import { trunk } from "../../src/core/trunk.ts";
import type { TrunkEvent, TrunkState } from "../../src/core/trunk-state.ts";
import { office, settings } from "./desk.ts";

const context = (self: Context["self"]): Context => ({
  now: 5_000,
  self,
  nextCall: 8,
  office: indexOf(office()),
  stationIdle: (port) => port === "fxs/3",
  trunkIdle: (port) => port === "fxo/2",
  claimable: () => null,
  speaks: (port) => port === "fxo/2",
});

const stationStates: readonly StationState[] = [
  { kind: "idle" },
  { kind: "initiated", call: 7, hears: "dial" },
  { kind: "dialling", call: 7 },
  { kind: "proceeding", call: 7, hears: "ringback" },
  { kind: "alerting", call: 7 },
  { kind: "connected", call: 7 },
  { kind: "failed", call: 7 },
  { kind: "howling", call: null },
  { kind: "lockedOut" },
];
const stationEvents: readonly StationEvent[] = [
  { kind: "offHook" },
  { kind: "onHook" },
  { kind: "hookFlash", ms: 300 },
  { kind: "digit", digit: "1", by: "dtmf" },
  { kind: "voice" },
  { kind: "silence" },
  { kind: "ring", call: 7, callerId: null },
  { kind: "withdraw", call: 7 },
  { kind: "dialTone", call: 7 },
  { kind: "proceed", call: 7 },
  { kind: "ringback", call: 7 },
  { kind: "connect", call: 7, recording: "7" },
  { kind: "fail", call: 7, tone: "busy" },
  { kind: "expired", timer: "busyTone" },
];

const trunkStates: readonly TrunkState[] = [
  { kind: "idle" },
  { kind: "primed", callerId: null },
  { kind: "ringing", call: 7 },
  { kind: "offered", call: 7 },
  { kind: "ignored" },
  { kind: "seizing", call: 7, digits: "110" },
  { kind: "dialling", call: 7 },
  { kind: "opened", call: 7 },
  {
    kind: "progressing",
    call: 7,
    ringback: "on",
    since: 0,
    voiceSince: 4_000,
    joined: true,
  },
  { kind: "connected", call: 7, since: 0, reversalEnds: true, media: "bridge" },
  { kind: "guard" },
  { kind: "unplugged" },
];
const trunkEvents: readonly TrunkEvent[] = [
  { kind: "ringStart" },
  { kind: "ringStop" },
  {
    kind: "callerId",
    callerId: { number: "1", name: "", presentation: "allowed", form: "v23" },
  },
  { kind: "callerIdFailed", form: "v23" },
  { kind: "polarityReversal", polarity: "reversed" },
  { kind: "openInterval", ms: 300 },
  { kind: "batteryLost" },
  { kind: "batteryReturned" },
  { kind: "tone", tone: "busy" },
  { kind: "toneStopped", tone: "ringback" },
  { kind: "voice" },
  { kind: "silence" },
  { kind: "digit", digit: "1", by: "dtmf" },
  { kind: "playDone", play: 1 },
  { kind: "dialDone" },
  { kind: "seize", call: 7, digits: "110" },
  { kind: "open", call: 7 },
  { kind: "dialled", call: 7, digit: "1", send: true },
  { kind: "answer", call: 7 },
  { kind: "connect", call: 7, recording: null },
  { kind: "play", call: 7, play: 2, clips: ["greeting"] },
  { kind: "stopPlay", call: 7 },
  { kind: "ringback", call: 7 },
  { kind: "release", call: 7 },
  { kind: "expired", timer: "lineGuard" },
];

const facts: Facts = {
  id: 7,
  startedAt: 0,
  answeredAt: null,
  direction: "internal",
  callerNumber: "801",
  callerName: "",
  calledNumber: "802",
  trunk: null,
  extension: null,
  group: null,
  answerBasis: null,
  ringingSince: 1_000,
  rungMs: 0,
  recordingOn: null,
  recordingId: null,
  recorded: true,
  metBusy: false,
};
const callStates: readonly CallState[] = [
  { kind: "initiated", facts, caller: "fxs/1" },
  { kind: "collecting", facts, caller: "fxs/1", digits: "80" },
  { kind: "summoning", facts, caller: "fxs/1", number: "803" },
  { kind: "seizing", facts, caller: "fxs/1", trunk: "fxo/1", number: "110", tried: [] },
  { kind: "opened", facts, caller: "fxs/1", trunk: "fxo/1" },
  { kind: "outgoing", facts, caller: "fxs/1", trunk: "fxo/1", direct: true },
  { kind: "arriving", facts, trunk: "fxo/1" },
  { kind: "waiting", facts, trunk: "fxo/1", wanted: ["fxs/3"] },
  { kind: "greeting", facts, trunk: "fxo/1", play: 70, rounds: 1 },
  { kind: "choosing", facts, trunk: "fxo/1", digits: "80", rounds: 1 },
  { kind: "delivered", facts, from: { kind: "station", port: "fxs/1" }, ringing: ["fxs/2"] },
  { kind: "established", facts, a: "fxs/1", b: "fxo/1", speaking: ["fxs/1"] },
  { kind: "failed", facts, port: "fxs/1" },
  { kind: "ended", facts },
];
const callNews: readonly CallNews[] = [
  { kind: "digit", port: "fxs/1", digit: "3", by: "pulse" },
  { kind: "hungUp", port: "fxs/1" },
  { kind: "answered", port: "fxs/2" },
  { kind: "left", port: "fxs/1" },
  { kind: "offered", callerId: null },
  {
    kind: "identified",
    callerId: { number: "1", name: "", presentation: "allowed", form: "v23" },
  },
  { kind: "gone" },
  { kind: "noDialTone", port: "fxo/1" },
  { kind: "glare", port: "fxo/1" },
  { kind: "cutThrough" },
  { kind: "farAnswered", basis: "reversal", at: 4_000 },
  { kind: "lost", port: "fxo/1", cause: 16, by: "busyTone" },
  { kind: "playDone", play: 70 },
  { kind: "voice", port: "fxs/1" },
  { kind: "silence", port: "fxs/1" },
  { kind: "phoneIdle", port: "fxs/3" },
  { kind: "abort", cause: 16, by: "command" },
  { kind: "expired", timer: "ring" },
];

interface Sample {
  readonly kind: string;
}

function suite<S extends Sample, E extends Sample>(
  name: string,
  table: Table<S, E, MachineEffect, Context>,
  states: readonly S[],
  events: readonly E[],
  self: Context["self"],
): void {
  const rows: Readonly<
    Record<string, { exits: readonly string[]; timers?: readonly string[]; on: object }>
  > = table;
  describe(name, () => {
    test("the samples cover every state and every event", () => {
      expect(states.map((s) => s.kind).sort()).toEqual(Object.keys(rows).sort());
      for (const row of Object.values(rows)) {
        expect(Object.keys(row.on).sort()).toEqual(events.map((e) => e.kind).sort());
      }
    });

    test("every cell answers, keeps to its exits, and answers the same again", () => {
      for (const state of states) {
        for (const event of events) {
          const outcome = step(table, state, event, context(self));
          const cell = `${state.kind} × ${event.kind}`;
          if (outcome.kind === "fault") expect([cell, outcome.why]).toEqual([cell, "cell"]);
          expect(step(table, state, event, context(self))).toEqual(outcome);
        }
      }
    });

    test("every exit is a state; every state but an end can be left", () => {
      for (const [state, { exits }] of Object.entries(rows)) {
        for (const exit of exits) expect(Object.keys(rows)).toContain(exit);
        if (state !== "ended") expect([state, exits.length > 0]).toEqual([state, true]);
      }
    });

    test("only a state with a timer minds its expiry", () => {
      for (const [state, row] of Object.entries(rows)) {
        if (row.timers === undefined) continue;
        const cell = (row.on as Record<string, unknown>).expired;
        expect([state, typeof cell]).toEqual([state, "function"]);
      }
    });
  });
}

suite("station", station, stationStates, stationEvents, "fxs/1");
suite("trunk", trunk, trunkStates, trunkEvents, "fxo/1");
suite("call", call, callStates, callNews, "fxs/1");

test("on-hook brings a station to idle from every state in which its phone is off-hook", () => {
  for (const state of stationStates) {
    const outcome = step(station, state, { kind: "onHook" }, context("fxs/1"));
    const onHook = state.kind === "idle" || state.kind === "alerting";
    expect([state.kind, outcome.kind === "went" ? outcome.state.kind : "stay"]).toEqual([
      state.kind,
      onHook ? "stay" : "idle",
    ]);
  }
});

test("abort ends a call in every state", () => {
  for (const state of callStates) {
    if (state.kind === "ended") continue;
    const event = { kind: "abort", cause: 41, by: "fault" } as const;
    const outcome = step(call, state, event, context("fxs/1"));
    expect(outcome.kind === "went" && ["failed", "ended"].includes(outcome.state.kind)).toBe(true);
  }
});

test("a leg's order to a state that has no call is a fault, and so is leaving by no exit", () => {
  const idle = step(
    station,
    { kind: "idle" },
    { kind: "connect", call: 1, recording: null },
    context("fxs/1"),
  );
  expect(idle).toEqual({ kind: "fault", why: "cell", to: null });
  const noExit: typeof station = { ...station, lockedOut: { ...station.lockedOut, exits: [] } };
  expect(step(noExit, { kind: "lockedOut" }, { kind: "onHook" }, context("fxs/1"))).toEqual({
    kind: "fault",
    why: "exit",
    to: "idle",
  });
});

test("timers: a setting in seconds overrides the default, 0 switches it off", () => {
  expect(timerMs("ring", settings)).toBe(30_000);
  expect(timerMs("silence", { ...settings, silenceReleaseSeconds: 0 })).toBe(0);
  expect(timerMs("lineGuard", settings)).toBe(1_500);
  for (const [name, spec] of Object.entries(timers)) {
    expect([name, spec.source.length > 0]).toEqual([name, true]);
    expect(timerMs(name as TimerName, settings)).toBeGreaterThan(0);
  }
});
