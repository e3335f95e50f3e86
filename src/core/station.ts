// A station: an FXS port with a telephone on it. It knows what its phone does and hears; what the
// call is about, the call knows.
import type { CallId } from "./effect.ts";
import { go, type Table } from "./fsm.ts";
import type { LineSignal, PortName, ToneName } from "./line.ts";
import {
  type Context,
  type Expired,
  line,
  type MachineEffect,
  type StationOrder,
  tell,
} from "./message.ts";

export type StationState =
  /** On-hook. Out: `offHook` (a new call, or the answer on its direct trunk), `ring`. */
  | { readonly kind: "idle" }
  /** Off-hook with a new call; hears what the call orders. Out: the first digit. */
  | { readonly kind: "initiated"; readonly call: CallId; readonly hears: ToneName | null }
  /** The call collects digits; silence. Out: `proceed`, `ringback`, `fail`. */
  | { readonly kind: "dialling"; readonly call: CallId }
  /** Waits for the other side, with or without ringback; or has just answered. */
  | { readonly kind: "proceeding"; readonly call: CallId; readonly hears: ToneName | null }
  /** On-hook and ringing. Out: `offHook` answers, `withdraw` or `fail` stops. */
  | { readonly kind: "alerting"; readonly call: CallId }
  /** In the call's bridge. */
  | { readonly kind: "connected"; readonly call: CallId }
  /** Off-hook and hears why the call ended; `call` is null on a port without an extension. */
  | { readonly kind: "failed"; readonly call: CallId | null }
  /** Still off-hook: howler. */
  | { readonly kind: "howling"; readonly call: CallId | null }
  /** Still off-hook: silence and an alarm, until on-hook. */
  | { readonly kind: "lockedOut" };

/** Signals of a line card that mean something on a station. */
export type StationSignal = Extract<
  LineSignal,
  { readonly kind: "offHook" | "onHook" | "hookFlash" | "digit" | "voice" | "silence" }
>;
export type StationEvent = StationSignal | StationOrder | Expired;

const idle: StationState = { kind: "idle" };

const tone = (port: PortName, name: ToneName): MachineEffect =>
  line({ kind: "tone", port, tone: name });
const toneOff = (port: PortName): MachineEffect => line({ kind: "toneOff", port });
const silenced = (port: PortName, hears: ToneName | null): readonly MachineEffect[] =>
  hears === null ? [] : [toneOff(port)];
const join = (c: Context, call: CallId, recording: string | null): readonly MachineEffect[] => {
  const joined = line({ kind: "join", port: c.self, bridge: call, gainDb: 0 });
  return recording === null
    ? [joined]
    : [joined, line({ kind: "record", port: c.self, recording })];
};
const leave = (c: Context): MachineEffect => line({ kind: "leave", port: c.self });
const hungUp = (c: Context, call: CallId): MachineEffect =>
  tell(call, { kind: "hungUp", port: c.self });
const left = (c: Context, call: CallId | null): readonly MachineEffect[] =>
  call === null ? [] : [tell(call, { kind: "left", port: c.self })];

function lift(_s: StationState, _e: StationEvent, c: Context) {
  if (!c.office.extensionAt.has(c.self)) {
    return go<StationState, MachineEffect>(
      { kind: "failed", call: null },
      tone(c.self, "congestion"),
    );
  }
  const call = c.claimable(c.self);
  if (call !== null) {
    return go<StationState, MachineEffect>(
      { kind: "proceeding", call, hears: null },
      tell(call, { kind: "answered", port: c.self }),
    );
  }
  return go<StationState, MachineEffect>(
    { kind: "initiated", call: c.nextCall, hears: null },
    { kind: "open", call: c.nextCall, origin: { kind: "station", port: c.self } },
  );
}

// The switchboard checks that a phone is idle before a call may ring it, that an order's call is
// the station's own, and that an expiry is of a running timer; hence these faults.
const noOrders = {
  withdraw: "fault",
  dialTone: "fault",
  proceed: "fault",
  ringback: "fault",
  connect: "fault",
  fail: "fault",
} as const;

export const station: Table<StationState, StationEvent, MachineEffect, Context> = {
  idle: {
    exits: ["initiated", "proceeding", "alerting", "failed"],
    on: {
      ...noOrders,
      offHook: lift,
      ring: (_s, e, c) =>
        go(
          { kind: "alerting", call: e.call },
          line({ kind: "ring", port: c.self, callerId: e.callerId }),
        ),
      // Echoes of a hang-up: pulses, a late DTMF digit, the end of speech.
      onHook: "stay",
      hookFlash: "stay",
      digit: "stay",
      voice: "stay",
      silence: "stay",
      expired: "fault",
    },
  },
  initiated: {
    exits: ["idle", "dialling", "connected", "failed"],
    on: {
      ...noOrders,
      onHook: (s, _e, c) => go(idle, ...silenced(c.self, s.hears), hungUp(c, s.call)),
      digit: (s, e, c) =>
        go(
          { kind: "dialling", call: s.call },
          ...silenced(c.self, s.hears),
          tell(s.call, { ...e, port: c.self }),
        ),
      dialTone: (s, _e, c) => go({ ...s, hears: "dial" }, tone(c.self, "dial")),
      connect: (s, e, c) =>
        go({ kind: "connected", call: s.call }, ...join(c, s.call, e.recording)),
      fail: (s, e, c) => go({ kind: "failed", call: s.call }, tone(c.self, e.tone)),
      offHook: "stay",
      hookFlash: "stay",
      voice: "stay",
      silence: "stay",
      ring: "fault",
      expired: "fault",
    },
  },
  dialling: {
    exits: ["idle", "proceeding", "failed"],
    on: {
      ...noOrders,
      onHook: (s, _e, c) => go(idle, hungUp(c, s.call)),
      digit: (s, e, c) => go(s, tell(s.call, { ...e, port: c.self })),
      proceed: (s) => go({ kind: "proceeding", call: s.call, hears: null }),
      ringback: (s, _e, c) =>
        go({ kind: "proceeding", call: s.call, hears: "ringback" }, tone(c.self, "ringback")),
      fail: (s, e, c) => go({ kind: "failed", call: s.call }, tone(c.self, e.tone)),
      offHook: "stay",
      hookFlash: "stay",
      voice: "stay",
      silence: "stay",
      ring: "fault",
      expired: "fault",
    },
  },
  proceeding: {
    exits: ["idle", "connected", "failed"],
    on: {
      ...noOrders,
      onHook: (s, _e, c) => go(idle, ...silenced(c.self, s.hears), hungUp(c, s.call)),
      ringback: (s, _e, c) => go({ ...s, hears: "ringback" }, tone(c.self, "ringback")),
      connect: (s, e, c) =>
        go(
          { kind: "connected", call: s.call },
          ...silenced(c.self, s.hears),
          ...join(c, s.call, e.recording),
        ),
      fail: (s, e, c) => go({ kind: "failed", call: s.call }, tone(c.self, e.tone)),
      // A phone that was rung for makeCall is here already.
      proceed: "stay",
      digit: "stay",
      offHook: "stay",
      hookFlash: "stay",
      voice: "stay",
      silence: "stay",
      ring: "fault",
      expired: "fault",
    },
  },
  alerting: {
    exits: ["idle", "proceeding"],
    on: {
      ...noOrders,
      offHook: (s, _e, c) =>
        go(
          { kind: "proceeding", call: s.call, hears: null },
          line({ kind: "ringOff", port: c.self }),
          tell(s.call, { kind: "answered", port: c.self }),
        ),
      withdraw: (_s, _e, c) => go(idle, line({ kind: "ringOff", port: c.self })),
      fail: (_s, _e, c) => go(idle, line({ kind: "ringOff", port: c.self })),
      // Ringing current shakes the hook: legal, nothing to do.
      onHook: "stay",
      hookFlash: "stay",
      digit: "stay",
      voice: "stay",
      silence: "stay",
      ring: "fault",
      expired: "fault",
    },
  },
  connected: {
    exits: ["idle", "failed"],
    on: {
      ...noOrders,
      onHook: (s, _e, c) => go(idle, leave(c), hungUp(c, s.call)),
      digit: (s, e, c) => go(s, tell(s.call, { ...e, port: c.self })),
      voice: (s, _e, c) => go(s, tell(s.call, { kind: "voice", port: c.self })),
      silence: (s, _e, c) => go(s, tell(s.call, { kind: "silence", port: c.self })),
      fail: (s, e, c) => go({ kind: "failed", call: s.call }, leave(c), tone(c.self, e.tone)),
      // Hold and consultation are later work; until then a flash changes nothing.
      hookFlash: "stay",
      offHook: "stay",
      ring: "fault",
      expired: "fault",
    },
  },
  failed: {
    exits: ["idle", "howling"],
    timers: ["busyTone"],
    on: {
      ...noOrders,
      onHook: (s, _e, c) => go(idle, toneOff(c.self), ...left(c, s.call)),
      expired: (s, _e, c) => go({ kind: "howling", call: s.call }, tone(c.self, "howler")),
      offHook: "stay",
      hookFlash: "stay",
      digit: "stay",
      voice: "stay",
      silence: "stay",
      ring: "fault",
    },
  },
  howling: {
    exits: ["idle", "lockedOut"],
    timers: ["howler"],
    on: {
      ...noOrders,
      onHook: (s, _e, c) => go(idle, toneOff(c.self), ...left(c, s.call)),
      expired: (s, _e, c) =>
        go(
          { kind: "lockedOut" },
          toneOff(c.self),
          { kind: "alarm", code: "stationOffHook", port: c.self, on: true },
          ...left(c, s.call),
        ),
      offHook: "stay",
      hookFlash: "stay",
      digit: "stay",
      voice: "stay",
      silence: "stay",
      ring: "fault",
    },
  },
  lockedOut: {
    exits: ["idle"],
    on: {
      ...noOrders,
      onHook: (_s, _e, c) =>
        go(idle, { kind: "alarm", code: "stationOffHook", port: c.self, on: false }),
      offHook: "stay",
      hookFlash: "stay",
      digit: "stay",
      voice: "stay",
      silence: "stay",
      ring: "fault",
      expired: "fault",
    },
  },
};
