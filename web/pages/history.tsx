// Call history: one row a call, newest first, filtered by text, direction, result and day.
// The rows alone are also the fragment that a changed filter or “earlier calls” brings.
import type { Cdr, Direction, Disposition } from "../../src/core/cdr.ts";
import type { Office } from "../../src/core/office.ts";
import type { Page } from "../../src/ports/store.ts";
import type { MessageKey, Translate } from "../locales/catalogue.ts";
import { renderDocument } from "../parts/document.tsx";
import { clockTime, dayName, duration, isoDay } from "../parts/format.ts";
import { callerNameBeside, partyName, trunkName } from "../parts/names.ts";
import { Empty, Field, Skeleton, Tag, type TagKind } from "../parts/parts.tsx";
import { Head, Shell } from "../parts/shell.tsx";
import type { View } from "../parts/view.ts";

/** The filter as it stands in the address; values that nobody offered are kept as "". */
export interface HistoryQuery {
  readonly text: string;
  readonly direction: Direction | "";
  readonly disposition: Disposition | "";
  /** 2026-11-20, in the office's time zone; "" = open. */
  readonly from: string;
  readonly to: string;
  readonly cursor: string | null;
  /** Day of the last row already shown, so that a further page doesn't repeat its heading. */
  readonly day: string;
}

export interface HistoryData {
  readonly query: HistoryQuery;
  /** Null when the store could not be read. */
  readonly page: Page<Cdr> | null;
  readonly office: Office;
  /** Fields of the query that can't be read, with what is wrong. */
  readonly wrong: { readonly from?: string; readonly to?: string };
}

interface HistoryProps {
  readonly view: View;
  readonly data: HistoryData;
}

const directions: readonly Direction[] = ["inbound", "outbound", "internal"];
const dispositions: readonly Disposition[] = [
  "answered",
  "noAnswer",
  "busy",
  "failed",
  "abandoned",
  "interrupted",
];

function oneOf<T extends string>(values: readonly T[], value: string | null): T | "" {
  return values.find((one) => one === value) ?? "";
}

export function readHistoryQuery(search: URLSearchParams): HistoryQuery {
  return {
    text: (search.get("text") ?? "").trim().slice(0, 80),
    direction: oneOf(directions, search.get("direction")),
    disposition: oneOf(dispositions, search.get("disposition")),
    from: (search.get("from") ?? "").trim().slice(0, 10),
    to: (search.get("to") ?? "").trim().slice(0, 10),
    cursor: search.get("cursor"),
    day: search.get("day") ?? "",
  };
}

function historyAddress(query: HistoryQuery, more: { cursor: string; day: string } | null): string {
  const search = new URLSearchParams();
  for (const name of ["text", "direction", "disposition", "from", "to"] as const) {
    if (query[name] !== "") search.set(name, query[name]);
  }
  if (more) {
    search.set("cursor", more.cursor);
    search.set("day", more.day);
  }
  const text = search.toString();
  return text === "" ? "/history" : `/history?${text}`;
}

/** How a call ended, in the reader's words: an unanswered incoming call is a missed one. */
export function resultOf(t: Translate, cdr: Cdr): { text: string; kind: TagKind } {
  if (cdr.endedAt === null) return { text: t("disposition.open"), kind: "live" };
  const missed =
    cdr.direction === "inbound" &&
    (cdr.disposition === "noAnswer" || cdr.disposition === "abandoned");
  if (missed) return { text: t("disposition.missed"), kind: "miss" };
  const kinds: Readonly<Record<Disposition, TagKind>> = {
    answered: "ok",
    noAnswer: "plain",
    busy: "ring",
    failed: "miss",
    abandoned: "plain",
    interrupted: "miss",
  };
  return { text: t(`disposition.${cdr.disposition}`), kind: kinds[cdr.disposition] };
}

const arrows: Readonly<Record<Direction, string>> = {
  inbound: "↙",
  outbound: "↗",
  internal: "⇄",
};

function HistoryRow({ view, office, cdr }: { view: View; office: Office; cdr: Cdr }) {
  const { t } = view;
  const result = resultOf(t, cdr);
  const name = callerNameBeside(office, cdr.callerNumber, cdr.callerName);
  const took =
    cdr.direction === "inbound" && cdr.extension !== null ? cdr.extension : cdr.calledNumber;
  return (
    <tr>
      <td class="time">{clockTime(view, cdr.startedAt)}</td>
      <td class="num mute">
        <span aria-hidden="true">{arrows[cdr.direction]}</span> {t(`direction.${cdr.direction}`)}
      </td>
      <td class="wide">
        <a class="open" href={`/history/${cdr.id}`}>
          {partyName(office, cdr.callerNumber) || t("history.withheld")}
          {" → "}
          {partyName(office, took) || t("history.unknown")}
        </a>{" "}
        {name !== "" && <span class="sub">{name}</span>}
      </td>
      <td class="via mute">{cdr.trunk === null ? "" : trunkName(office, cdr.trunk)}</td>
      <td>
        <Tag kind={result.kind}>{result.text}</Tag>
      </td>
      <td class="num end">
        {cdr.talkSeconds > 0 ? duration(t, cdr.talkSeconds) : <span class="mute">–</span>}
      </td>
      <td class="acts">
        {cdr.recordingId !== null && (
          <span class="row">
            <button
              class="btn small"
              type="button"
              data-play={`/api/v1/recordings/${cdr.recordingId}`}
              aria-label={`${t("history.play")} ${clockTime(view, cdr.startedAt)}`}
              data-pause-label={t("player.pause")}
            >
              ▶ {t("player.play")}
            </button>
            <a
              class="btn small"
              href={`/api/v1/recordings/${cdr.recordingId}`}
              download={`${cdr.recordingId}.wav`}
            >
              {t("history.download")}
            </a>
          </span>
        )}
      </td>
    </tr>
  );
}

/** Table rows with a heading for each day, and the link to the page after them. */
export function HistoryRows({ view, data }: HistoryProps) {
  const { query, page, office } = data;
  const items = page?.items ?? [];
  let shownDay = query.day;
  const rows = items.flatMap((cdr) => {
    const day = isoDay(view, cdr.startedAt);
    const heading = day === shownDay ? [] : [<DayRow key={day} view={view} at={cdr.startedAt} />];
    shownDay = day;
    return [...heading, <HistoryRow key={cdr.id} view={view} office={office} cdr={cdr} />];
  });
  const next = page?.nextCursor ?? null;
  const address = next === null ? null : historyAddress(query, { cursor: next, day: shownDay });
  return (
    <>
      {rows}
      {address !== null && (
        <tr class="more">
          <td colSpan={historyColumns.length} class="wide">
            <a
              class="btn"
              href={address}
              hx-get={address}
              hx-target="closest tr"
              hx-swap="outerHTML"
            >
              {view.t("history.more")}
            </a>
          </td>
        </tr>
      )}
    </>
  );
}

function DayRow({ view, at }: { view: View; at: number }) {
  return (
    <tr class="day">
      <th scope="rowgroup" colSpan={historyColumns.length}>
        {dayName(view, at)}
      </th>
    </tr>
  );
}

const historyColumns: readonly MessageKey[] = [
  "col.start",
  "history.direction",
  "col.from",
  "col.via",
  "col.result",
  "col.duration",
  "col.recording",
];

/** The list or what stands in its place; a changed filter swaps it. */
export function HistoryResults(props: HistoryProps) {
  const { view, data } = props;
  const { t } = view;
  const { query, page } = data;
  const filtered = historyAddress(query, null) !== "/history";
  if (page === null) {
    return <Empty title={t("history.failed")} hint={t("history.failedHint")} />;
  }
  // A search may come back without a row and yet not have seen all: then it can be gone on with.
  if (page.items.length === 0 && page.nextCursor === null) {
    return filtered ? (
      <Empty title={t("history.noMatch")} hint={t("history.noMatchHint")}>
        <p>
          <a href="/history">{t("history.clear")}</a>
        </p>
      </Empty>
    ) : (
      <Empty title={t("history.empty")} hint={t("history.emptyHint")} />
    );
  }
  return (
    <table class="calls">
      <thead>
        <tr>
          {historyColumns.map((key) => (
            <th
              key={key}
              scope="col"
              class={key === "col.via" ? "via" : key === "col.duration" ? "end" : undefined}
            >
              {key === "col.from" ? `${t("col.from")} → ${t("col.to")}` : t(key)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        <HistoryRows {...props} />
      </tbody>
    </table>
  );
}

function Choice(props: {
  view: View;
  name: "direction" | "disposition";
  label: string;
  values: readonly string[];
  chosen: string;
}) {
  const { view, name, values, chosen } = props;
  return (
    <Field name={name} label={props.label}>
      {(attributes) => (
        <select {...attributes}>
          <option value="">{view.t("history.any")}</option>
          {values.map((value) => (
            <option key={value} value={value} selected={value === chosen}>
              {view.t(`${name}.${value}` as MessageKey)}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

function Filters({ view, data }: HistoryProps) {
  const { t } = view;
  const { query, wrong } = data;
  const day = (name: "from" | "to") => (
    <Field name={name} label={t(`history.${name}`)} error={wrong[name]}>
      {(attributes) => <input {...attributes} type="date" value={wrong[name] ? "" : query[name]} />}
    </Field>
  );
  return (
    <form
      class="filters"
      method="get"
      action="/history"
      hx-get="/history"
      hx-target="#results"
      hx-trigger="submit, change, input changed delay:350ms from:#field-text"
      hx-sync="this:replace"
      hx-push-url="true"
    >
      <Field name="text" label={t("history.search")} class="search">
        {(attributes) => <input {...attributes} type="search" value={query.text} maxLength={80} />}
      </Field>
      <Choice
        view={view}
        name="direction"
        label={t("history.direction")}
        values={directions}
        chosen={query.direction}
      />
      <Choice
        view={view}
        name="disposition"
        label={t("history.result")}
        values={dispositions}
        chosen={query.disposition}
      />
      {day("from")}
      {day("to")}
      <button class="btn" type="submit">
        {t("history.filter")}
      </button>
    </form>
  );
}

export function historyPage(props: HistoryProps): string {
  const { view } = props;
  const { t } = view;
  return renderDocument({
    view,
    title: t("history.title"),
    children: (
      <Shell view={view}>
        <Head title={t("history.title")} lead={t("history.lead")} />
        <search>
          <Filters {...props} />
        </search>
        <div class="box" id="results" data-failed={t("history.failed")}>
          <HistoryResults {...props} />
        </div>
        <template id="results-loading">
          <Skeleton label={t("common.loading")} />
        </template>
      </Shell>
    ),
  });
}
