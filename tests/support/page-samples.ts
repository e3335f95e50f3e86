// An office in the middle of a morning, for pages drawn without a box behind them.
import type { Cdr } from "../../src/core/cdr.ts";
import type { Effect, Turn } from "../../src/core/effect.ts";
import type { LineEvent, PortName } from "../../src/core/line.ts";
import type { Office } from "../../src/core/office.ts";
import type { CallSnapshot, PortSnapshot, Snapshot } from "../../src/core/snapshot.ts";
import { translator } from "../../web/locales/catalogue.ts";
import type { PanelData } from "../../web/pages/panel.tsx";
import type { View } from "../../web/parts/view.ts";

/** Friday, 20 November 2026, 10:42:15 in Shanghai. */
export const sampleNow = Date.parse("2026-11-20T10:42:15.300+08:00");

const names = ["前台", "财务", "店长", "库房", "采购", "配送", "会议室", ""];

export const sampleOffice: Office = {
  settings: {
    country: "cn",
    accessPrefix: "9",
    operatorExtension: "801",
    ringSeconds: 30,
    firstDigitSeconds: 15,
    interDigitSeconds: 5,
    busyToneSeconds: 40,
    howlerSeconds: 60,
    silenceReleaseSeconds: 180,
    dialToneWaitSeconds: 5,
    callerIdWaitSeconds: 5,
    greetingRounds: 3,
    recordCalls: true,
  },
  extensions: names.map((name, index) => ({
    number: String(801 + index),
    name,
    port: `fxs/${index + 1}` as PortName,
    directTrunk: null,
    groups: ["800"],
  })),
  trunks: [1, 2, 3, 4].map((n) => ({
    id: `line${n}`,
    name: `外线${n}`,
    port: `fxo/${n}` as PortName,
    directExtension: null,
    group: n === 2 ? "800" : null,
    linePrefix: "",
  })),
  groups: [{ number: "800", name: "全店" }],
};

export function sampleView(changes: Partial<View> = {}): View {
  const language = changes.language ?? "zh-CN";
  return {
    language,
    t: translator(language),
    theme: "auto",
    viewer: { name: "owner", role: "owner" },
    csrf: "sample",
    path: "/",
    now: sampleNow,
    timeZone: "Asia/Shanghai",
    asset: (name) => `/assets/${name}`,
    ...changes,
  };
}

function port(
  name: PortName,
  state: PortSnapshot["state"],
  more: Partial<PortSnapshot> = {},
): PortSnapshot {
  const extension = sampleOffice.extensions.find((one) => one.port === name);
  const trunk = sampleOffice.trunks.find((one) => one.port === name);
  return {
    port: name,
    label: extension?.number ?? trunk?.id ?? null,
    name: extension?.name ?? trunk?.name ?? "",
    state,
    call: null,
    peer: null,
    since: sampleNow - 600_000,
    recording: false,
    ...more,
  };
}

const talk = { since: sampleNow - 134_000, recording: true };
const short = { since: sampleNow - 41_000 };
const rings = { since: sampleNow - 4_000 };

const call: CallSnapshot = {
  id: 41,
  state: "established",
  direction: "inbound",
  callerNumber: "01055550100",
  callerName: "",
  calledNumber: "803",
  trunk: "line1",
  extension: "803",
  group: null,
  startedAt: sampleNow - 140_000,
  answeredAt: sampleNow - 134_000,
  ports: ["fxo/1", "fxs/3"],
  recording: true,
};

export const busySnapshot: Snapshot = {
  version: 7,
  at: sampleNow,
  ports: [
    port("fxo/1", "connected", { ...talk, call: 41, peer: "803" }),
    port("fxo/2", "ringing", { ...rings, call: 43, peer: "13800138000" }),
    port("fxo/3", "idle"),
    port("fxo/4", "unplugged"),
    port("fxs/1", "dialling"),
    port("fxs/2", "ringing", { ...rings, call: 43, peer: "line2" }),
    port("fxs/3", "connected", { ...talk, call: 41, peer: "line1" }),
    port("fxs/4", "idle"),
    port("fxs/5", "connected", { ...short, call: 42, peer: "806" }),
    port("fxs/6", "connected", { ...short, call: 42, peer: "805" }),
    port("fxs/7", "idle"),
    port("fxs/8", "offHook"),
  ],
  calls: [
    call,
    {
      ...call,
      id: 43,
      state: "delivered",
      callerNumber: "13800138000",
      callerName: "王先生",
      calledNumber: "800",
      trunk: "line2",
      extension: "802",
      group: "800",
      startedAt: sampleNow - 4_000,
      answeredAt: null,
      recording: false,
    },
    {
      ...call,
      id: 42,
      direction: "internal",
      callerNumber: "805",
      calledNumber: "806",
      trunk: null,
      extension: "805",
      startedAt: sampleNow - 46_000,
      answeredAt: sampleNow - 41_000,
    },
  ],
  alarms: [{ code: "trunkUnplugged", port: "fxo/4", since: sampleNow - 1_500_000 }],
};

export const quietSnapshot: Snapshot = {
  version: 1,
  at: sampleNow,
  ports: busySnapshot.ports.map((one) => port(one.port, "idle")),
  calls: [],
  alarms: [],
};

export const samplePanel = (snapshot: Snapshot): PanelData => ({
  snapshot,
  office: sampleOffice,
  today: { inbound: 38, answered: 35, meanAnswerSeconds: 6.2 },
  yesterday: { inbound: 41, answered: 39, meanAnswerSeconds: 7.9 },
  stillOpen: 0,
  mayHangUp: true,
});

export function sampleCdr(changes: Partial<Cdr> = {}): Cdr {
  return {
    id: 40,
    startedAt: sampleNow - 600_000,
    answeredAt: sampleNow - 595_600,
    endedAt: sampleNow - 280_000,
    direction: "inbound",
    callerNumber: "13800138000",
    callerName: "",
    calledNumber: "800",
    trunk: "line2",
    extension: "802",
    group: "800",
    disposition: "answered",
    cause: 16,
    answerBasis: "station",
    releasedBy: "busyTone",
    ringSeconds: 4.4,
    talkSeconds: 315,
    recordingId: "rec-40",
    ...changes,
  };
}

export const sampleCdrs: readonly Cdr[] = [
  sampleCdr({
    id: 42,
    endedAt: null,
    talkSeconds: 0,
    recordingId: null,
    startedAt: sampleNow - 9e4,
  }),
  sampleCdr(),
  sampleCdr({
    id: 39,
    startedAt: sampleNow - 1_500_000,
    direction: "outbound",
    callerNumber: "803",
    calledNumber: "01055550100",
    trunk: "line1",
    extension: "803",
    group: null,
    answerBasis: "ringbackVoice",
    talkSeconds: 58,
    recordingId: "rec-39",
  }),
  sampleCdr({
    id: 38,
    startedAt: sampleNow - 3_200_000,
    callerNumber: "",
    disposition: "abandoned",
    answerBasis: null,
    releasedBy: "caller",
    answeredAt: null,
    talkSeconds: 0,
    recordingId: null,
    cause: 19,
  }),
  sampleCdr({
    id: 37,
    startedAt: sampleNow - 80_000_000,
    direction: "internal",
    callerNumber: "805",
    calledNumber: "806",
    trunk: null,
    extension: "805",
    group: null,
    disposition: "busy",
    answeredAt: null,
    talkSeconds: 0,
    recordingId: null,
    cause: 17,
  }),
  sampleCdr({
    id: 36,
    startedAt: sampleNow - 82_000_000,
    disposition: "interrupted",
    talkSeconds: 4000,
    recordingId: "rec-36",
  }),
];

const start = sampleNow - 600_000;

function heard(
  after: number,
  name: PortName,
  signal: object,
  effects: readonly Effect[] = [],
): Turn {
  const event = { at: start + after, port: name, ...signal } as LineEvent;
  return { input: { kind: "line", event }, effects, calls: [40], steps: [] };
}

const does = (...commands: readonly object[]): Effect[] =>
  commands.map((command) => ({ kind: "line", command }) as Effect);

/** A call from outside to the group, answered by 802, ended by the exchange's busy tone. */
export const sampleTurns: readonly Turn[] = [
  heard(0, "fxo/2", { kind: "ringStart" }),
  heard(
    1506,
    "fxo/2",
    {
      kind: "callerId",
      callerId: { number: "13800138000", name: "", presentation: "allowed", form: "bell202" },
    },
    does(
      ...sampleOffice.extensions.map((one) => ({
        kind: "ring",
        port: one.port,
        callerId: { number: "13800138000", name: "" },
      })),
    ),
  ),
  heard(
    4400,
    "fxs/2",
    { kind: "offHook" },
    does(
      { kind: "ringOff", port: "fxs/2" },
      { kind: "seize", port: "fxo/2" },
      { kind: "join", port: "fxo/2", bridge: 1, gainDb: 0 },
      { kind: "join", port: "fxs/2", bridge: 1, gainDb: 0 },
      { kind: "record", port: "fxs/2", recording: "rec-40" },
    ),
  ),
  heard(4900, "fxs/2", { kind: "digit", digit: "1", by: "dtmf" }),
  heard(5100, "fxs/2", { kind: "digit", digit: "2", by: "dtmf" }),
  heard(
    319_000,
    "fxo/2",
    { kind: "tone", tone: "busy" },
    does(
      { kind: "release", port: "fxo/2" },
      { kind: "leave", port: "fxs/2" },
      { kind: "tone", port: "fxs/2", tone: "busy" },
    ),
  ),
  heard(320_000, "fxs/2", { kind: "onHook" }),
];
