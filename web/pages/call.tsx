// One call: who, when and why; the ladder of what happened; the recording.
import type { Cdr } from "../../src/core/cdr.ts";
import type { Turn } from "../../src/core/effect.ts";
import type { Office } from "../../src/core/office.ts";
import { renderDocument } from "../parts/document.tsx";
import { clockTime, dayName, duration, phoneNumber } from "../parts/format.ts";
import { type Ladder, LadderDrawing, LadderSteps } from "../parts/ladder.tsx";
import { partyName, portLabel, trunkName } from "../parts/names.ts";
import { Empty, Note, Tag } from "../parts/parts.tsx";
import { Player } from "../parts/player.tsx";
import { Head, Shell } from "../parts/shell.tsx";
import type { View } from "../parts/view.ts";
import { ladderOf } from "./call-ladder.ts";
import { resultOf } from "./history.tsx";

export interface CallPageData {
  readonly cdr: Cdr;
  readonly office: Office;
  readonly turns: readonly Turn[];
  /** Whether the recording named by the CDR is on disk. */
  readonly recordingThere: boolean;
  /** The trace holds the whole office: the owner's alone. */
  readonly mayExport: boolean;
}

interface CallProps {
  readonly view: View;
  readonly data: CallPageData;
}

function routeOf({ view: { t }, data: { cdr, office } }: CallProps): string {
  const extension = cdr.extension ?? cdr.calledNumber;
  const trunk = cdr.trunk === null ? "" : trunkName(office, cdr.trunk);
  switch (cdr.direction) {
    case "internal":
      return t("route.internal");
    case "outbound":
      return trunk === ""
        ? t("route.outboundNone", { extension })
        : t("route.outbound", { extension, trunk });
    case "inbound":
      if (cdr.group !== null) {
        const group = cdr.group;
        return cdr.answeredAt !== null && cdr.extension !== null
          ? t("route.groupTook", { trunk, group, extension })
          : t("route.group", { trunk, group });
      }
      if (cdr.answerBasis === "greeting") {
        return cdr.extension === null
          ? t("route.greeting", { trunk })
          : t("route.greetingTook", { trunk, extension });
      }
      return t("route.direct", { trunk, extension });
  }
}

function Why(props: CallProps) {
  const { view, data } = props;
  const { t } = view;
  const { cdr } = data;
  const caller = phoneNumber(cdr.callerNumber) || t("history.withheld");
  const facts: readonly (readonly [string, string | null])[] = [
    [t("call.route"), routeOf(props)],
    [t("call.answerBasis"), cdr.answerBasis && t(`basis.${cdr.answerBasis}`)],
    [t("call.releasedBy"), cdr.releasedBy && t(`released.${cdr.releasedBy}`)],
    [t("call.cause"), cdr.endedAt === null ? null : `${cdr.cause} ${t(`cause.${cdr.cause}`)}`],
    [t("call.numbers"), `${caller} → ${phoneNumber(cdr.calledNumber)}`],
  ];
  return (
    <section class="box" aria-labelledby="why-title">
      <header>
        <h2 id="why-title">{t("call.why")}</h2>
        <Tag kind={resultOf(t, cdr).kind}>{resultOf(t, cdr).text}</Tag>
      </header>
      <dl class="facts">
        {facts.map(
          ([name, value]) =>
            value !== null && (
              <>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </>
            ),
        )}
      </dl>
    </section>
  );
}

/** Left channel: the recorded port; right: what it heard. */
function channels({ view, data }: CallProps): readonly [string, string] {
  const recorded = data.turns
    .flatMap((turn) => turn.effects)
    .find((effect) => effect.kind === "line" && effect.command.kind === "record");
  const other = view.t("call.otherParty");
  if (recorded?.kind !== "line") return [other, other];
  const { port } = recorded.command;
  const { cdr } = data;
  const label = portLabel(data.office, port);
  const outside = cdr.direction === "outbound" ? cdr.calledNumber : cdr.callerNumber;
  if (port.startsWith("fxo/")) {
    return [phoneNumber(outside) || label, cdr.extension ?? other];
  }
  const far =
    cdr.trunk !== null ? outside : label === cdr.callerNumber ? cdr.calledNumber : cdr.callerNumber;
  return [label, phoneNumber(far) || other];
}

function Recording(props: CallProps) {
  const { view, data } = props;
  const { t } = view;
  const { recordingId } = data.cdr;
  const there = recordingId !== null && data.recordingThere;
  return (
    <section class="box" aria-labelledby="recording-title">
      <header>
        <h2 id="recording-title">{t("call.recording")}</h2>
        {there && (
          <a href={`/api/v1/recordings/${recordingId}`} download={`${recordingId}.wav`}>
            {t("call.download")}
          </a>
        )}
      </header>
      {there ? (
        <Player view={view} src={`/api/v1/recordings/${recordingId}`} channels={channels(props)} />
      ) : (
        <Empty
          title={t(recordingId === null ? "call.noRecording" : "call.missingRecording")}
          hint={t(recordingId === null ? "call.noRecordingHint" : "call.missingRecordingHint")}
        />
      )}
    </section>
  );
}

function Path({ view, data, ladder }: CallProps & { ladder: Ladder }) {
  const { t } = view;
  return (
    <section class="box" aria-labelledby="path-title">
      <header>
        <h2 id="path-title">{t("call.path")}</h2>
        {data.mayExport && ladder.rows.length > 0 && (
          <a href={`/api/v1/cdrs/${data.cdr.id}/trace`} download={`trace-${data.cdr.id}.json`}>
            {t("call.export")}
          </a>
        )}
      </header>
      {ladder.rows.length === 0 ? (
        <Empty title={t("call.pathEmpty")} hint={t("call.pathEmptyHint")} />
      ) : (
        <>
          <LadderDrawing view={view} ladder={ladder} />
          <LadderSteps view={view} ladder={ladder} />
        </>
      )}
    </section>
  );
}

function leadOf({ view, data }: CallProps): string {
  const { t } = view;
  const { cdr } = data;
  const when = `${dayName(view, cdr.startedAt)} ${clockTime(view, cdr.startedAt)}`;
  const parts = [t(`call.${cdr.direction}At`, { when })];
  if (cdr.ringSeconds > 0) parts.push(t("call.ring", { time: duration(t, cdr.ringSeconds) }));
  if (cdr.talkSeconds > 0) parts.push(t("call.talk", { time: duration(t, cdr.talkSeconds) }));
  return parts.join(" · ");
}

export function callPage(props: CallProps): string {
  const { view, data } = props;
  const { t } = view;
  const { cdr, office } = data;
  const from = partyName(office, cdr.callerNumber) || t("history.withheld");
  const to = partyName(
    office,
    cdr.extension && cdr.direction === "inbound" ? cdr.extension : cdr.calledNumber,
  );
  const title = t("call.title", { from, to: to || t("history.unknown") });
  const outside = cdr.direction === "outbound" ? cdr.calledNumber : cdr.callerNumber;
  const ladder = ladderOf(t, office, data.turns, outside);
  return renderDocument({
    view,
    title,
    children: (
      <Shell view={view}>
        <Head title={title} lead={leadOf(props)}>
          <a class="btn" href="/history">
            {t("call.back")}
          </a>
        </Head>
        {cdr.endedAt === null && <Note title={t("call.inProgress")} text="" />}
        {cdr.disposition === "interrupted" && cdr.endedAt !== null && (
          <Note alarm title={t("disposition.interrupted")} text={t("call.interruptedNote")} />
        )}
        <div class="two">
          <Path {...props} ladder={ladder} />
          <div class="stack">
            <Recording {...props} />
            <Why {...props} />
          </div>
        </div>
      </Shell>
    ),
  });
}
