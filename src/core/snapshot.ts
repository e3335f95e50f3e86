// What the outside sees of call control: immutable, versioned, free of machine states.
import type { Direction } from "./cdr.ts";
import type { AlarmCode, CallId } from "./effect.ts";
import type { PortName } from "./line.ts";

export type PortState =
  | "idle"
  | "offHook"
  | "dialling"
  | "ringing"
  | "waiting"
  | "connected"
  | "failed"
  | "releasing"
  | "unplugged";

export interface PortSnapshot {
  readonly port: PortName;
  /** Extension number or trunk id; null for a port nobody configured. */
  readonly label: string | null;
  readonly name: string;
  readonly state: PortState;
  readonly call: CallId | null;
  /** The other party as a person would say it: `802`, `line1`, `13800138000`. */
  readonly peer: string | null;
  readonly since: number;
  readonly recording: boolean;
}

export interface CallSnapshot {
  readonly id: CallId;
  readonly state: "initiated" | "greeting" | "delivered" | "established" | "failed";
  readonly direction: Direction;
  readonly callerNumber: string;
  readonly callerName: string;
  readonly calledNumber: string;
  readonly trunk: string | null;
  readonly extension: string | null;
  readonly group: string | null;
  readonly startedAt: number;
  readonly answeredAt: number | null;
  readonly ports: readonly PortName[];
  readonly recording: boolean;
}

export interface AlarmSnapshot {
  readonly code: AlarmCode | "diskFull" | "engineOverrun" | "storeBehind";
  readonly port: PortName | null;
  readonly since: number;
}

export interface Snapshot {
  /** Counts up by one for every published change. */
  readonly version: number;
  readonly at: number;
  readonly ports: readonly PortSnapshot[];
  readonly calls: readonly CallSnapshot[];
  readonly alarms: readonly AlarmSnapshot[];
}
