// The line-card and media port: line events out of the card, line commands into it. One driver per
// kind of card (virtual, later DAHDI and SIP) over the same native engine.
//
//   core ──LineCommand──▶ LineCard ──▶ native engine ──▶ copper
//   core ◀──LineEvent──── LineCard ◀── bounded ring ◀── native engine
import type { LineCommand, LineEvent, PortName } from "../core/line.ts";

export interface LineCard {
  /** Performs one command. Never throws for a port that exists; never blocks. Main thread. */
  perform(command: LineCommand): void;
  /** Hands over events in the order of their time. Called on the main thread, once per wake-up. */
  onEvents(listener: (events: readonly LineEvent[]) => void): void;
  /** State of every port as it is now, read before anything is assumed. */
  readBack(): readonly PortState[];
  /** Applies tone plan, ringing cadence, flash window. Takes effect within one tick. */
  configure(settings: LineSettings): void;
  close(): void;
}

export interface PortState {
  readonly port: PortName;
  /** FXS: the telephone's hook; FXO: our own loop. */
  readonly hook: "on" | "off";
  readonly ring: boolean;
  readonly battery: boolean;
}

/** A burst or pause of a cadence: frequencies (0 = not used), level per tone, length. */
export interface ToneSegment {
  /** Hz, up to four at once; empty = silence. */
  readonly toneHz: readonly number[];
  /** dBm0 per frequency; a full-scale sine is +3.14 dBm0. */
  readonly levelDbm0: number;
  /** Length in ms; 0 = for ever. */
  readonly ms: number;
  /** Amplitude modulation, Hz; 0 = none. */
  readonly modulationHz: number;
}

export interface TonePlan {
  readonly country: string;
  /** Each tone: segments played in turn; starts again from `repeatFrom` (-1 = plays once). */
  readonly tones: Readonly<
    Record<string, { readonly segments: readonly ToneSegment[]; readonly repeatFrom: number }>
  >;
  /** Ringing: on, off, on, off… in ms, repeated. */
  readonly ringCadenceMs: readonly number[];
  /** Caller ID sent to telephones. */
  readonly callerIdForm: "bell202" | "v23" | "dtmf";
}

export interface LineSettings {
  readonly plan: TonePlan;
  /** Hook-flash window, ms: shorter is a bounce or a pulse, longer is on-hook. */
  readonly flashMinMs: number;
  readonly flashMaxMs: number;
  readonly echoCancel: boolean;
}

/** The far end of a virtual port: a telephone on an FXS port, an exchange on an FXO port. */
export interface VirtualFarEnd {
  /** PCM int16 LE mono 8 kHz from the far end; at most 1,600 samples, copied. */
  write(pcm: Uint8Array): void;
  hook(state: "on" | "off"): void;
  flash(ms: number): void;
  ring(on: boolean): void;
  polarity(state: "normal" | "reversed"): void;
  battery(on: boolean): void;
  /** Hangs up as contract §3 says and frees the port. */
  detach(): void;
}

/** What a virtual port tells its far end; audio comes 160 samples at a time, every 20 ms. */
export interface VirtualFarEndListener {
  /** Valid during the call only: copy what is to be kept. */
  audio(pcm: Uint8Array): void;
  signal(signal: FarEndSignal): void;
  /** The port was taken out of the configuration: nothing more will come. */
  gone?(): void;
}

export type FarEndSignal =
  | { readonly hook: "on" | "off" }
  | { readonly ring: boolean }
  | { readonly polarity: "normal" | "reversed" }
  | { readonly battery: boolean };

export interface FarEndState {
  readonly line: PortName;
  readonly hook: "on" | "off";
  readonly ring: boolean;
  readonly polarity: "normal" | "reversed";
  readonly battery: boolean;
}

/** A recording that cannot be written goes on being tried; the call goes on in any case. */
export interface RecordingTrouble {
  readonly port: PortName;
  /** errno of the failed write (28 = disk full); 0 = it is written again. */
  readonly errno: number;
}

export interface VirtualCard extends LineCard {
  onRecordingTrouble(listener: (trouble: RecordingTrouble) => void): void;
  /** @returns "noSuchPort" or "taken" when the port cannot be had; never throws. */
  attach(
    port: PortName,
    listener: VirtualFarEndListener,
  ): { readonly farEnd: VirtualFarEnd; readonly state: FarEndState } | "noSuchPort" | "taken";
}
