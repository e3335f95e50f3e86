// Turns as a ladder in plain text: a column for each port and one for the call, time running down.
// `>` came from the port, `<` went to it, `~` is a timer. Signals, tones, causes and states only.
//
//   time      801 fxs/1          802 fxs/2          call
//   0.000     > off-hook         .                  initiated
//             < dial tone        .                  serviceInitiated 801
import { causeNames } from "./cause.ts";
import type { Cdr } from "./cdr.ts";
import type { CallCommand, CallId, Effect, Input, Step, Turn } from "./effect.ts";
import type { LineCommand, LineEvent, PortName } from "./line.ts";

export interface LadderOptions {
  /** Only this call: its ports and its events. Without it everything in the turns. */
  readonly call?: CallId;
  /** What a port is called beside its name, e.g. its extension; none by default. */
  readonly label?: (port: PortName) => string | null;
}

/** One line of a ladder. `cells[i]` belongs to `lanes[i]`; the last lane is the call's. */
export interface LadderRow {
  /** Milliseconds since the first row. */
  readonly at: number;
  readonly cells: readonly string[];
}

export interface Ladder {
  /** Ports in the order in which they come in. */
  readonly lanes: readonly PortName[];
  readonly rows: readonly LadderRow[];
}

interface Entry {
  readonly lane: PortName | "call";
  readonly text: string;
}

/** Prints turns, oldest first. Lines end without spaces; ends with a newline unless empty. */
export function printLadder(turns: readonly Turn[], options: LadderOptions = {}): string {
  const { lanes, rows } = ladderOf(turns, options);
  if (rows.length === 0) return "";
  const heads = lanes.map((port) => [options.label?.(port) ?? "", port].join(" ").trim());
  const table = [
    ["time", ...heads, "call"],
    ...rows.map((row, n) => [timeOf(row.at, rows[n - 1]?.at), ...row.cells]),
  ];
  const widths = table[0]?.map((_, lane) => Math.max(...table.map((r) => r[lane]?.length ?? 0)));
  const print = (row: readonly string[]): string =>
    row
      .map((cell, lane) => cell.padEnd((widths?.[lane] ?? 0) + 2))
      .join("")
      .trimEnd();
  return `${table.map(print).join("\n")}\n`;
}

/** The same as data, for other ways of drawing it. */
export function ladderOf(turns: readonly Turn[], options: LadderOptions = {}): Ladder {
  const lanes = lanesOf(turns, options.call);
  const rows: { at: number; cells: string[] }[] = [];
  let start: number | null = null;
  let keys: { lane: PortName; row: number } | null = null;
  for (const turn of turns) {
    const at = timeOfInput(turn.input);
    const entries = entriesOf(turn, options.call).filter(
      (e) => e.lane === "call" || lanes.includes(e.lane),
    );
    if (entries.length === 0) continue;
    start ??= at;
    const key = keyOf(turn.input);
    const only = entries.length === 1;
    // Keys that lead to nothing visible are one line, as on a display.
    const before = rows[keys?.row ?? -1];
    if (key !== null && only && before !== undefined && keys?.lane === key.port) {
      const lane = lanes.indexOf(key.port);
      before.cells[lane] = `${before.cells[lane]}${key.digit}`;
      continue;
    }
    addRows(rows, entries, lanes, at - start);
    keys = key !== null && only ? { lane: key.port, row: rows.length - 1 } : null;
  }
  return { lanes, rows };
}

/** Puts entries in rows; one goes beside the last only to its right, so that order still shows. */
function addRows(
  rows: { at: number; cells: string[] }[],
  entries: readonly Entry[],
  lanes: readonly PortName[],
  at: number,
): void {
  let last = Number.POSITIVE_INFINITY;
  let cells: string[] = [];
  for (const { lane, text } of entries) {
    const index = lane === "call" ? lanes.length : lanes.indexOf(lane);
    if (index <= last) {
      cells = [...lanes.map(() => "."), ""];
      rows.push({ at, cells });
    }
    cells[index] = text;
    last = index;
  }
}

function lanesOf(turns: readonly Turn[], call: CallId | undefined): readonly PortName[] {
  const lanes = new Set<PortName>();
  for (const { steps } of turns) {
    for (const step of steps) {
      const port = portOf(step.machine);
      if (port !== null && (call === undefined || step.call === call)) lanes.add(port);
    }
  }
  return [...lanes];
}

function portOf(machine: string): PortName | null {
  const colon = machine.indexOf(":");
  return machine.startsWith("call:") ? null : (machine.slice(colon + 1) as PortName);
}

const timeOfInput = (input: Input): number => (input.kind === "line" ? input.event.at : input.at);

const timeOf = (at: number, before: number | undefined): string =>
  at === before ? "" : (at / 1_000).toFixed(3);

function keyOf(input: Input): { readonly port: PortName; readonly digit: string } | null {
  if (input.kind !== "line" || input.event.kind !== "digit") return null;
  return { port: input.event.port, digit: input.event.digit };
}

function entriesOf(turn: Turn, call: CallId | undefined): readonly Entry[] {
  const entries: Entry[] = [];
  const cause = entryOfInput(turn.input);
  if (cause !== null) entries.push(cause);
  const mine = (id: CallId | null): boolean => call === undefined || id === call;
  const states = turn.steps.filter((s) => isNews(s) && mine(s.call)).map((s) => s.to);
  if (states.length > 0) entries.push({ lane: "call", text: `[${states.join(" ")}]` });
  for (const effect of turn.effects) {
    entries.push(...entriesOfEffect(effect, mine));
  }
  return entries;
}

/** A call came to another state; its coming to an end is told by its events. */
const isNews = (s: Step): boolean =>
  s.machine.startsWith("call:") && s.from !== s.to && s.to !== "ended";

function entryOfInput(input: Input): Entry | null {
  switch (input.kind) {
    case "line":
      return { lane: input.event.port, text: `> ${wordsOfEvent(input.event)}` };
    case "expired":
      return { lane: portOf(input.timer.machine) ?? "call", text: `~ ${input.timer.name}` };
    case "command":
      return { lane: "call", text: `! ${wordsOfService(input.command)}` };
    case "office":
      return { lane: "call", text: "! configuration" };
  }
}

function wordsOfService(command: CallCommand): string {
  return command.service === "makeCall"
    ? `makeCall ${command.extension} to ${command.number}`
    : command.service;
}

function entriesOfEffect(effect: Effect, mine: (id: CallId | null) => boolean): readonly Entry[] {
  if (effect.kind === "cdr") {
    const closed = effect.cdr.endedAt !== null && mine(effect.cdr.id);
    return closed ? wordsOfRecord(effect.cdr).map((text) => ({ lane: "call", text })) : [];
  }
  const entry = entryOfEffect(effect, mine);
  return entry === null ? [] : [entry];
}

function entryOfEffect(
  effect: Exclude<Effect, { readonly kind: "cdr" }>,
  mine: (id: CallId | null) => boolean,
): Entry | null {
  switch (effect.kind) {
    case "line":
      return { lane: effect.command.port, text: `< ${wordsOfCommand(effect.command)}` };
    case "callEvent": {
      if (!mine(effect.call)) return null;
      const about = [effect.event, effect.port, nameOfCause(effect.cause)];
      return { lane: "call", text: about.filter((w) => w !== null).join(" ") };
    }
    case "alarm":
      return {
        lane: effect.port ?? "call",
        text: `${effect.on ? "alarm" : "alarm over"} ${effect.code}`,
      };
    case "answerCommand":
      return {
        lane: "call",
        text: effect.answer.accepted ? "accepted" : `refused ${effect.answer.reason}`,
      };
    case "fault":
      return { lane: "call", text: `FAULT ${effect.machine} ${effect.state} ${effect.event}` };
    case "startTimer":
    case "stopTimer":
      return null;
  }
}

const nameOfCause = (cause: keyof typeof causeNames | null): string | null =>
  cause === null ? null : `${cause} ${causeNames[cause]}`;

/** The closing record: `record: answered (station) by called`, and its figures below. */
function wordsOfRecord(cdr: Cdr): readonly string[] {
  const basis = cdr.answerBasis === null ? "" : ` (${cdr.answerBasis})`;
  const by = cdr.releasedBy === null ? "" : ` by ${cdr.releasedBy}`;
  return [
    `record: ${cdr.disposition}${basis}${by}`,
    `  ${nameOfCause(cdr.cause)}, rang ${cdr.ringSeconds} s, talked ${cdr.talkSeconds} s`,
  ];
}

const words: Readonly<Partial<Record<LineEvent["kind"] | LineCommand["kind"], string>>> = {
  offHook: "off-hook",
  onHook: "on-hook",
  ringStart: "ring",
  ringStop: "ring stops",
  callerIdFailed: "caller ID unreadable",
  openInterval: "open interval",
  batteryLost: "battery lost",
  batteryReturned: "battery back",
  playDone: "played",
  dialDone: "dialled",
  ringOff: "ring off",
  toneOff: "tone off",
  stopPlay: "stop playing",
  join: "join",
  record: "record",
  stopRecord: "stop recording",
};

function wordsOfEvent(event: LineEvent): string {
  switch (event.kind) {
    case "hookFlash":
      return `flash ${Math.round(event.ms)} ms`;
    case "digit":
      return event.by === "pulse" ? `pulses ${event.digit}` : event.digit;
    case "callerId":
      return `caller ID ${event.callerId.number || event.callerId.presentation}`;
    case "polarityReversal":
      return `polarity ${event.polarity}`;
    case "tone":
      return `hears ${event.tone}`;
    case "toneStopped":
      return `${event.tone} over`;
    default:
      return words[event.kind] ?? event.kind;
  }
}

function wordsOfCommand(command: LineCommand): string {
  switch (command.kind) {
    case "ring":
      return command.callerId === null ? "ring" : `ring, from ${command.callerId.number}`;
    case "tone":
      return `${command.tone} tone`;
    case "dial":
      return `dial ${command.digits}`;
    case "play":
      return `play ${command.clips.join(", ")}`;
    default:
      return words[command.kind] ?? command.kind;
  }
}
