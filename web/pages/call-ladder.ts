// A call's turns as a ladder for people: who did what to whom, in the reader's language. The raw
// trace keeps everything; this leaves out what only says that something else ended.
import type { Turn } from "../../src/core/effect.ts";
import type { LineCommand, LineEvent, PortName } from "../../src/core/line.ts";
import type { Office } from "../../src/core/office.ts";
import type { Translate } from "../locales/catalogue.ts";
import { phoneNumber } from "../parts/format.ts";
import type { Ladder, LadderKind } from "../parts/ladder.tsx";
import { portLabel } from "../parts/names.ts";

/** A row before its columns are numbered: `box` is the switch itself. */
interface Line {
  readonly at: number;
  readonly from: PortName | "box";
  readonly to: PortName | "box";
  readonly kind: LadderKind;
  readonly what: string;
  readonly both: boolean;
  /** Digits gathered into one row. */
  readonly digits: string | null;
}

interface Said {
  readonly kind: LadderKind;
  readonly what: string;
}

function eventSaid(t: Translate, event: LineEvent): Said | null {
  switch (event.kind) {
    case "offHook":
      return { kind: "go", what: t("ladder.offHook") };
    case "onHook":
      return { kind: "end", what: t("ladder.onHook") };
    case "hookFlash":
      return { kind: "go", what: t("ladder.hookFlash", { ms: Math.round(event.ms) }) };
    case "digit":
      return null;
    case "ringStart":
      return { kind: "ring", what: t("ladder.ringStart") };
    case "callerId": {
      const number = phoneNumber(event.callerId.number);
      return {
        kind: "go",
        what: number === "" ? t("ladder.callerIdNone") : t("ladder.callerId", { number }),
      };
    }
    case "callerIdFailed":
      return { kind: "quiet", what: t("ladder.callerIdFailed") };
    case "polarityReversal":
      return { kind: "go", what: t("ladder.polarityReversal") };
    case "openInterval":
      return { kind: "end", what: t("ladder.openInterval", { ms: Math.round(event.ms) }) };
    case "batteryLost":
      return { kind: "end", what: t("ladder.batteryLost") };
    case "batteryReturned":
      return { kind: "quiet", what: t("ladder.batteryReturned") };
    case "tone": {
      const ends = event.tone === "busy" || event.tone === "congestion" || event.tone === "sit";
      const tone = t(`tone.${event.tone}`);
      return { kind: ends ? "end" : "quiet", what: t("ladder.heard", { tone }) };
    }
    case "voice":
      // On an outside line it tells the answer; a telephone's user is expected to talk.
      return event.port.startsWith("fxo/") ? { kind: "quiet", what: t("ladder.voice") } : null;
    case "overflow":
      return { kind: "end", what: t("ladder.overflow", { lost: event.lost }) };
    case "unknown":
      return { kind: "quiet", what: t("ladder.unknown", { raw: event.raw }) };
    case "ringStop":
    case "toneStopped":
    case "silence":
    case "playDone":
    case "dialDone":
      return null;
  }
}

function commandSaid(t: Translate, command: LineCommand): Said | null {
  switch (command.kind) {
    case "ring": {
      const number = command.callerId?.number ?? "";
      return {
        kind: "ring",
        what:
          number === "" ? t("ladder.ring") : t("ladder.ringWith", { number: phoneNumber(number) }),
      };
    }
    case "seize":
      return { kind: "go", what: t("ladder.seize") };
    case "release":
      return { kind: "end", what: t("ladder.release") };
    case "tone":
      return { kind: "quiet", what: t("ladder.tone", { tone: t(`tone.${command.tone}`) }) };
    case "dial":
      return { kind: "go", what: t("ladder.dial", { digits: command.digits }) };
    case "play":
      return { kind: "quiet", what: t("ladder.play", { clips: command.clips.join(" ") }) };
    case "record":
      return { kind: "quiet", what: t("ladder.record") };
    case "ringOff":
    case "toneOff":
    case "stopPlay":
    case "stopRecord":
    case "join":
    case "leave":
      return null;
  }
}

function eventLine(t: Translate, event: LineEvent): Line | null {
  const base = { at: event.at, from: event.port, to: "box", both: false } as const;
  if (event.kind === "digit") {
    return { ...base, kind: "go", what: event.by, digits: event.digit };
  }
  const said = eventSaid(t, event);
  return said && { ...base, ...said, digits: null };
}

/** Ports joined to one bridge in one turn make one row from the first to the second. */
function joinLine(t: Translate, at: number, commands: readonly LineCommand[]): Line | null {
  const joins = commands.filter((one) => one.kind === "join");
  const [first, second] = joins;
  if (!first) return null;
  return {
    at,
    from: first.port,
    to: second?.port ?? "box",
    kind: "go",
    what: t("ladder.join"),
    both: true,
    digits: null,
  };
}

function turnLines(t: Translate, turn: Turn): Line[] {
  const { input } = turn;
  const at = input.kind === "line" ? input.event.at : input.at;
  const lines: Line[] = [];
  if (input.kind === "line") {
    const line = eventLine(t, input.event);
    if (line) lines.push(line);
  }
  if (input.kind === "command") {
    const what = t("ladder.command");
    lines.push({ at, from: "box", to: "box", kind: "go", what, both: false, digits: null });
  }
  const commands = turn.effects.flatMap((one) => (one.kind === "line" ? [one.command] : []));
  for (const command of commands) {
    const said = commandSaid(t, command);
    if (said) {
      const to = command.kind === "record" ? "box" : command.port;
      lines.push({ at, from: "box", to, ...said, both: false, digits: null });
    }
  }
  const join = joinLine(t, at, commands);
  if (join) lines.push(join);
  return lines;
}

/** Digits dialled one after the other on one port become one row. */
function gatherDigits(t: Translate, lines: readonly Line[]): Line[] {
  const gathered: Line[] = [];
  for (const line of lines) {
    const last = gathered.at(-1);
    if (line.digits !== null && last?.digits && last.from === line.from) {
      gathered[gathered.length - 1] = { ...last, digits: last.digits + line.digits };
    } else {
      gathered.push(line);
    }
  }
  return gathered.map((line) =>
    line.digits === null
      ? line
      : {
          ...line,
          what: t(line.what === "pulse" ? "ladder.digitsPulse" : "ladder.digits", {
            digits: line.digits,
          }),
        },
  );
}

/** More telephones than this that only rang share one column. */
const maxIdleColumns = 2;

/** @param otherParty number of the outside party, written under the trunk; "" when there is none
 *  @returns columns and rows; no rows when the turns say nothing a person would read */
export function ladderOf(
  t: Translate,
  office: Office,
  turns: readonly Turn[],
  otherParty: string,
): Ladder {
  const lines = gatherDigits(
    t,
    turns.flatMap((turn) => turnLines(t, turn)),
  );
  const ports = [...new Set(lines.flatMap((line) => [line.from, line.to]))].filter(
    (one): one is PortName => one !== "box",
  );
  const acted = (port: PortName) =>
    lines.some((line) => line.from === port || (line.to === port && line.kind !== "ring"));
  const onlyRang = ports.filter((port) => port.startsWith("fxs/") && !acted(port));
  const shared = new Set(onlyRang.length > maxIdleColumns ? onlyRang : []);
  const column = (port: PortName) => ({
    id: port as string,
    label: portLabel(office, port),
    sub: port.startsWith("fxo/") ? phoneNumber(otherParty) : stationName(office, port),
  });
  const trunks = ports.filter((port) => port.startsWith("fxo/"));
  const stations = ports.filter((port) => port.startsWith("fxs/") && !shared.has(port));
  const columns = [
    ...trunks.map(column),
    ...(trunks.length === 0 ? stations.slice(0, 1).map(column) : []),
    { id: "box", label: t("ladder.box"), sub: "" },
    ...(trunks.length === 0 ? stations.slice(1) : stations).map(column),
    ...(shared.size > 0
      ? [{ id: "shared", label: t("ladder.others", { n: shared.size }), sub: "" }]
      : []),
  ];
  const index = (end: PortName | "box") => {
    const id = end !== "box" && shared.has(end) ? "shared" : end;
    return columns.findIndex((one) => one.id === id);
  };
  const seen = new Set<string>();
  const rows = lines
    .map((line) => ({ ...line, from: index(line.from), to: index(line.to) }))
    .filter((row) => {
      const key = `${row.at} ${row.from} ${row.to} ${row.what}`;
      if (seen.has(key)) return false;
      seen.add(key);
      return true;
    });
  return { columns, rows };
}

/** Written under the number, so left out when it says the same. */
function stationName(office: Office, port: PortName): string {
  const station = office.extensions.find((one) => one.port === port);
  return station === undefined || station.name === station.number ? "" : station.name;
}
