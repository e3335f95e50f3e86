// Records of the native module in and out of the driver's types (native/include/linefinder.h).
import type {
  CallerIdForm,
  Digit,
  HeardTone,
  LineCommand,
  LineEvent,
  LineSignal,
  PortName,
  ToneName,
} from "../../core/line.ts";
import type { LineSettings, PortState, TonePlan } from "../../ports/line-card.ts";
import { layout } from "./native.ts";

const fxoBit = 0x4000;
const numberMask = 0x3fff;
/** Ports of one kind, by number: LF_MAX_PORTS. */
export const portNumberMax = 512;
/** Clips in one play: LF_MAX_PLAY. */
const playMax = 128;
const tones: readonly ToneName[] = [
  ...(["dial", "stutter", "ringback", "busy", "congestion", "unobtainable", "sit"] as const),
  ...(["callWaiting", "howler", "confirmation", "record"] as const),
];
const callerIdForms: readonly CallerIdForm[] = ["bell202", "v23", "dtmf"];
const presentations = ["allowed", "private", "unavailable"] as const;
const heardTones = new Map<number, HeardTone>([
  [1, "dial"],
  [2, "ringback"],
  [3, "busy"],
  [4, "congestion"],
  [5, "sit"],
  [6, "howler"],
  [32, "faxCalling"],
  [33, "faxAnswer"],
]);

/** @returns the native number, or 0 (no port) for a number out of range */
export function portId(port: PortName): number {
  const number = Number(port.slice(4));
  if (!Number.isInteger(number) || number < 1 || number > portNumberMax) return 0;
  return port.startsWith("fxo/") ? number | fxoBit : number;
}

export function portName(id: number): PortName {
  return (id & fxoBit) !== 0 ? `fxo/${id & numberMask}` : `fxs/${id & numberMask}`;
}

const utf8 = new TextDecoder();
const toUtf8 = new TextEncoder();

function readText(bytes: Uint8Array, at: number, size: number): string {
  const field = bytes.subarray(at, at + size);
  const end = field.indexOf(0);
  return utf8.decode(end < 0 ? field : field.subarray(0, end));
}

/** Writes whole characters only, always followed by a NUL. */
function writeText(bytes: Uint8Array, at: number, size: number, text: string): void {
  toUtf8.encodeInto(text, bytes.subarray(at, at + size - 1));
}

/** A failed write of a recording, or its end: not a line event, so kept apart. */
export interface RecordTrouble {
  readonly port: PortName;
  /** errno; 0 = writing again. */
  readonly errno: number;
}

/** @param toEpochMs  maps CLOCK_MONOTONIC µs to the box's clock */
export function readEvent(
  bytes: Uint8Array,
  index: number,
  toEpochMs: (us: number) => number,
): LineEvent | RecordTrouble {
  const start = index * layout.event;
  const view = new DataView(bytes.buffer, bytes.byteOffset + start, layout.event);
  const port = portName(view.getUint16(8, true));
  const at = toEpochMs(Number(view.getBigInt64(0, true)));
  const code = view.getUint16(10, true);
  const value = view.getUint32(12, true);
  if (code === 20) return { port, errno: value };
  const form = view.getUint8(16);
  if (code === 7) {
    return {
      at,
      port,
      kind: "callerId",
      callerId: {
        number: readText(bytes, start + 24, 40),
        name: readText(bytes, start + 64, 72),
        presentation: presentations[view.getUint8(17)] ?? "unavailable",
        form: callerIdForms[form] ?? "bell202",
      },
    };
  }
  return { at, port, ...readSignal(code, value, form) };
}

function readSignal(code: number, value: number, form: number): LineSignal {
  const simple = simpleSignals[code];
  if (simple !== undefined) return { kind: simple };
  const heard = heardTones.get(value);
  switch (code) {
    case 3:
      return { kind: "hookFlash", ms: value };
    case 4:
      return {
        kind: "digit",
        digit: String.fromCharCode(value) as Digit,
        by: form === 1 ? "pulse" : "dtmf",
      };
    case 8:
      return { kind: "callerIdFailed", form: callerIdForms[form] ?? "bell202" };
    case 9:
      return { kind: "polarityReversal", polarity: value === 1 ? "reversed" : "normal" };
    case 10:
      return { kind: "openInterval", ms: value };
    case 13:
      return heard === undefined ? unknown(code, value) : { kind: "tone", tone: heard };
    case 14:
      return heard === undefined ? unknown(code, value) : { kind: "toneStopped", tone: heard };
    case 17:
      return { kind: "playDone", play: value };
    case 19:
      return { kind: "overflow", lost: value };
    default:
      return unknown(code, value);
  }
}

const simpleSignals: Readonly<
  Record<
    number,
    | "offHook"
    | "onHook"
    | "ringStart"
    | "ringStop"
    | "batteryLost"
    | "batteryReturned"
    | "voice"
    | "silence"
    | "dialDone"
  >
> = {
  1: "offHook",
  2: "onHook",
  5: "ringStart",
  6: "ringStop",
  11: "batteryLost",
  12: "batteryReturned",
  15: "voice",
  16: "silence",
  18: "dialDone",
};

function unknown(code: number, value: number): LineSignal {
  return { kind: "unknown", raw: code * 0x10000 + (value & 0xffff) };
}

const commandCodes: Readonly<Record<LineCommand["kind"], number>> = {
  ring: 1,
  ringOff: 2,
  seize: 3,
  release: 4,
  tone: 5,
  toneOff: 6,
  dial: 7,
  play: 8,
  stopPlay: 9,
  join: 10,
  leave: 11,
  record: 12,
  stopRecord: 13,
};
const body = 16;

/** What a command needs that only the driver knows. */
export interface CommandContext {
  clipId(name: string): number | null;
  recordingPath(recording: string): string;
}

/** @returns a record of its own, for it may have to wait; never throws */
export function writeCommand(command: LineCommand, context: CommandContext): Uint8Array {
  const bytes = new Uint8Array(layout.command);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, commandCodes[command.kind], true);
  view.setUint16(2, portId(command.port), true);
  switch (command.kind) {
    case "ring":
      if (command.callerId === null) break;
      view.setUint16(14, 2, true);
      writeText(bytes, body, 33, command.callerId.number);
      writeText(bytes, body + 40, 65, command.callerId.name);
      break;
    case "tone":
      view.setUint32(4, tones.indexOf(command.tone), true);
      break;
    case "dial":
      writeText(bytes, body, 72, command.digits);
      break;
    case "play": {
      const ids = command.clips.flatMap((clip) => context.clipId(clip) ?? []).slice(0, playMax);
      view.setUint32(4, command.play, true);
      view.setUint16(12, ids.length, true);
      view.setUint16(14, command.loop ? 1 : 0, true);
      ids.forEach((id, at) => {
        view.setUint16(body + 2 * at, id, true);
      });
      break;
    }
    case "join":
      view.setUint32(4, command.bridge, true);
      view.setInt32(8, Math.round(command.gainDb * 100), true);
      break;
    case "record":
      writeText(bytes, body, 1024, context.recordingPath(command.recording));
      break;
  }
  return bytes;
}

const segmentMax = 16;
const segmentBytes = 28;
const toneBytes = segmentMax * segmentBytes + 8;
const cadenceMax = 16;

/** @throws RangeError for a plan that does not fit (config/ and its loader have seen to it) */
export function writeSettings(settings: LineSettings): Uint8Array {
  const bytes = new Uint8Array(layout.settings);
  const view = new DataView(bytes.buffer);
  const { plan, flashMinMs, flashMaxMs, echoCancel } = settings;
  const cadence = plan.ringCadenceMs;
  if (cadence.length % 2 !== 0 || cadence.length > cadenceMax) {
    throw new RangeError(`ringing of ${plan.country}: on, off… at most ${cadenceMax}`);
  }
  const form = callerIdForms.indexOf(plan.callerIdForm);
  [layout.version, flashMinMs, flashMaxMs, echoCancel ? 1 : 0, form, cadence.length].forEach(
    (value, at) => {
      view.setUint32(4 * at, value, true);
    },
  );
  cadence.forEach((ms, at) => {
    view.setUint32(24 + 4 * at, ms, true);
  });
  tones.forEach((tone, at) => {
    writeTone(view, 92 + at * toneBytes, plan, tone);
  });
  return bytes;
}

function writeTone(view: DataView, start: number, plan: TonePlan, name: ToneName): void {
  const tone = plan.tones[name] ?? { segments: [], repeatFrom: -1 };
  if (tone.segments.length > segmentMax) {
    throw new RangeError(`tone ${name} of ${plan.country}: at most ${segmentMax} segments`);
  }
  tone.segments.forEach((segment, index) => {
    const at = start + index * segmentBytes;
    segment.toneHz.slice(0, 4).forEach((hz, place) => {
      view.setFloat32(at + 4 * place, hz, true);
    });
    view.setFloat32(at + 16, segment.levelDbm0, true);
    view.setUint32(at + 20, segment.ms, true);
    view.setFloat32(at + 24, segment.modulationHz, true);
  });
  view.setInt32(start + segmentMax * segmentBytes, tone.segments.length, true);
  view.setInt32(start + segmentMax * segmentBytes + 4, tone.repeatFrom, true);
}

export const stateBits = { offHook: 1, ring: 2, reversed: 4, battery: 8 } as const;

export function readPortState(bytes: Uint8Array, index: number): PortState {
  const view = new DataView(bytes.buffer, bytes.byteOffset + index * layout.portState);
  const state = view.getUint8(2);
  return {
    port: portName(view.getUint16(0, true)),
    hook: (state & stateBits.offHook) !== 0 ? "off" : "on",
    ring: (state & stateBits.ring) !== 0,
    battery: (state & stateBits.battery) !== 0,
  };
}
