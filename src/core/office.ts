// The part of the configuration that call control reads. Immutable: a change is a new Office.
// src/settings owns the full model and produces this.
import type { PortName } from "./line.ts";

export interface Extension {
  readonly number: string;
  readonly name: string;
  readonly port: PortName;
  /** A4/B6: trunk this phone is wired to; off-hook reaches the exchange at once. */
  readonly directTrunk: string | null;
  readonly groups: readonly string[];
}

export interface Trunk {
  readonly id: string;
  readonly name: string;
  readonly port: PortName;
  /** A4: rings this extension. Wins over `group`. Neither: the greeting answers. */
  readonly directExtension: string | null;
  readonly group: string | null;
  /** A11: digits this line needs before every outside number. */
  readonly linePrefix: string;
}

export interface Group {
  readonly number: string;
  readonly name: string;
}

export interface OfficeSettings {
  readonly country: string;
  /** A12: dialled before an outside number by phones without a direct line. */
  readonly accessPrefix: string;
  readonly operatorExtension: string | null;
  /** B15 */
  readonly ringSeconds: number;
  readonly firstDigitSeconds: number;
  readonly interDigitSeconds: number;
  /** How long busy/congestion is played before the howler, and the howler before lock-out. */
  readonly busyToneSeconds: number;
  readonly howlerSeconds: number;
  /** A connected trunk with nothing said either way for this long is released; 0 = never. */
  readonly silenceReleaseSeconds: number;
  readonly dialToneWaitSeconds: number;
  /** How long a ringing trunk waits for caller ID before the call is offered. */
  readonly callerIdWaitSeconds: number;
  /** Greeting: how often it is repeated before the caller is released. */
  readonly greetingRounds: number;
  readonly recordCalls: boolean;
}

export interface Office {
  readonly settings: OfficeSettings;
  /** In order of the office's numbering (physical position). */
  readonly extensions: readonly Extension[];
  readonly trunks: readonly Trunk[];
  readonly groups: readonly Group[];
}
