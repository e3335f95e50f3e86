// Every timer of call control: name, default, where it comes from, and the setting that overrides
// it. A state's row lists the ones it starts on entry; leaving the state stops all of them.
import type { OfficeSettings } from "./office.ts";

type SecondsSetting = {
  [K in keyof OfficeSettings]: OfficeSettings[K] extends number ? K : never;
}[keyof OfficeSettings];

interface TimerSpec {
  /** Milliseconds; used where no setting overrides it. */
  readonly ms: number;
  /** Setting in seconds that overrides `ms`; its 0 means "never expires". */
  readonly setting: SecondsSetting | null;
  readonly source: string;
}

export const timers = {
  // Stations and the numbers dialled on them
  firstDigit: {
    ms: 16_000,
    setting: "firstDigitSeconds",
    source: "Asterisk sig_analog; CN 10-20 s",
  },
  interDigit: { ms: 8_000, setting: "interDigitSeconds", source: "Asterisk sig_analog 8 s" },
  busyTone: { ms: 40_000, setting: "busyToneSeconds", source: "CN gateways 40-60 s" },
  howler: { ms: 60_000, setting: "howlerSeconds", source: "CN gateways 40-60 s" },
  ring: { ms: 60_000, setting: "ringSeconds", source: "B15; CN gateways 50-80 s" },
  // Trunks
  callerIdWait: {
    ms: 4_000,
    setting: "callerIdWaitSeconds",
    source: "GR-30: ends before ring two",
  },
  // Longer than the longest pause of a cadence (TW/SG 3 s, CN/US 4 s).
  ringStopped: { ms: 8_000, setting: null, source: "DAHDI chan_dahdi 8 s" },
  primed: { ms: 6_000, setting: null, source: "ours: DTMF caller ID of 16 digits is 2.3 s" },
  dialToneWait: { ms: 5_000, setting: "dialToneWaitSeconds", source: "Q.543 95 % within 1 s" },
  dialling: { ms: 30_000, setting: null, source: "ours: 32 digits at 200 ms with pauses" },
  lineGuard: { ms: 1_500, setting: null, source: "Black Box FX160: 0.75-2.25 s before reseizing" },
  // No ringback at all after dialling: music instead of it, or an answerer who says nothing.
  assumedAnswer: { ms: 30_000, setting: null, source: "ours: colour ringback lasts under 60 s" },
  // Ringback is over and nobody speaks.
  silentAnswer: { ms: 4_000, setting: null, source: "ours: one ringback period" },
  silence: { ms: 0, setting: "silenceReleaseSeconds", source: "ours; 0 = never" },
  directTalk: { ms: 5_000, setting: null, source: "ours: a direct line looked at, not used" },
  // Greeting. The first is for a player whose end got lost.
  greetingPlay: { ms: 120_000, setting: null, source: "ours: no greeting is longer" },
  greetingWait: { ms: 5_000, setting: null, source: "Asterisk dialplan, between digits" },
} as const satisfies Record<string, TimerSpec>;

export type TimerName = keyof typeof timers;

/** Not timers but spans compared with event times. */
export const spans = {
  /** A reversal this soon after the answer is the answer's own bounce. Source: chan_dahdi. */
  polarityGuardMs: 600,
} as const;

/** How long a timer runs under these settings, ms; 0 = it is not started. */
export function timerMs(name: TimerName, settings: OfficeSettings): number {
  const spec: TimerSpec = timers[name];
  return spec.setting === null ? spec.ms : settings[spec.setting] * 1_000;
}
