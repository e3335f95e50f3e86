// What a call knows of itself from its first event to its record: the facts every state of a call
// carries, and the CDR made of them.
import type { Cause } from "./cause.ts";
import type { AnswerBasis, Cdr, Direction, Disposition, ReleasedBy } from "./cdr.ts";
import type { CallEventName, CallId } from "./effect.ts";
import type { CallerId, CallerIdToSend, PortName } from "./line.ts";
import { type Context, line, type MachineEffect } from "./message.ts";

export interface Facts {
  readonly id: CallId;
  readonly startedAt: number;
  readonly answeredAt: number | null;
  readonly direction: Direction;
  readonly callerNumber: string;
  readonly callerName: string;
  readonly calledNumber: string;
  readonly trunk: string | null;
  readonly extension: string | null;
  readonly group: string | null;
  readonly answerBasis: AnswerBasis | null;
  /** Phones ring, or a far end's ringback is heard, since then. */
  readonly ringingSince: number | null;
  /** Ringing before that, ms. */
  readonly rungMs: number;
  /** The port whose line is being recorded. */
  readonly recordingOn: PortName | null;
  readonly recordingId: string | null;
  /** A CDR row exists. Off-hook and back on without a digit leaves none. */
  readonly recorded: boolean;
  /** Somebody the caller asked for was busy and has not rung since: a lost call was "busy". */
  readonly metBusy: boolean;
}

/** How a call ended, for its record. */
export interface End {
  readonly disposition: Disposition;
  readonly cause: Cause;
  readonly by: ReleasedBy;
}

export const newFacts = (
  c: Context,
  id: CallId,
  direction: Direction,
  who: Pick<Facts, "callerNumber" | "callerName" | "trunk" | "extension">,
): Facts => ({
  id,
  startedAt: c.now,
  answeredAt: null,
  direction,
  callerNumber: who.callerNumber,
  callerName: who.callerName,
  calledNumber: "",
  trunk: who.trunk,
  extension: who.extension,
  group: null,
  answerBasis: null,
  ringingSince: null,
  rungMs: 0,
  recordingOn: null,
  recordingId: null,
  recorded: false,
  metBusy: false,
});

const seconds = (ms: number): number => Math.round(ms) / 1_000;

/** The row as it stands now. An open row reads `interrupted`, so that a crash leaves it true. */
export function cdrEffect(f: Facts, c: Context, end: End | null): MachineEffect {
  const ringMs = f.rungMs + (f.ringingSince === null ? 0 : c.now - f.ringingSince);
  const cdr: Cdr = {
    id: f.id,
    startedAt: f.startedAt,
    answeredAt: f.answeredAt,
    endedAt: end === null ? null : c.now,
    direction: f.direction,
    callerNumber: f.callerNumber,
    callerName: f.callerName,
    calledNumber: f.calledNumber,
    trunk: f.trunk,
    extension: f.extension,
    group: f.group,
    disposition: end?.disposition ?? "interrupted",
    cause: end?.cause ?? 31,
    answerBasis: f.answerBasis,
    releasedBy: end?.by ?? null,
    ringSeconds: seconds(ringMs),
    talkSeconds: f.answeredAt === null ? 0 : seconds(c.now - f.answeredAt),
    recordingId: f.recordingId,
  };
  return { kind: "cdr", cdr };
}

/** Inserts the row, or updates it where there is one. */
export function recordFacts(f: Facts, c: Context): readonly [Facts, MachineEffect] {
  const recorded = f.recorded ? f : { ...f, recorded: true };
  return [recorded, cdrEffect(recorded, c, null)];
}

export const startRinging = (f: Facts, at: number): Facts =>
  f.ringingSince === null ? { ...f, ringingSince: at } : f;

/** @param at  may lie before the ringing: keys pressed after the far end had already answered */
export const stopRinging = (f: Facts, at: number): Facts =>
  f.ringingSince === null
    ? f
    : { ...f, ringingSince: null, rungMs: f.rungMs + Math.max(0, at - f.ringingSince) };

export const identify = (f: Facts, callerId: CallerId | null): Facts =>
  callerId === null ? f : { ...f, callerNumber: callerId.number, callerName: callerId.name };

/** Chooses what to record: the id for the first party's port, or null where nothing is. */
export function startRecording(f: Facts, c: Context, port: PortName): Facts {
  if (!c.office.settings.recordCalls || f.recordingId !== null) return f;
  return { ...f, recordingOn: port, recordingId: String(f.id) };
}

/** Caller's identity as a ringing phone shows it; null when there is nothing to show. */
export const callerIdOf = (f: Facts): CallerIdToSend | null =>
  f.callerNumber === "" && f.callerName === ""
    ? null
    : { number: f.callerNumber, name: f.callerName };

export const callEvent = (
  f: Facts,
  event: CallEventName,
  port: PortName | null,
  cause: Cause | null = null,
): MachineEffect => ({ kind: "callEvent", call: f.id, event, port, cause });

/** Stops the recorder and closes the row, in this order. */
export function closeRecord(f: Facts, c: Context, end: End): readonly MachineEffect[] {
  const effects: MachineEffect[] = [];
  if (f.recordingOn !== null) effects.push(line({ kind: "stopRecord", port: f.recordingOn }));
  if (f.recorded) effects.push(cdrEffect(f, c, end));
  return effects;
}
