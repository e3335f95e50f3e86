// The front panel: the card with its lamps, what wants a hand, today's figures, calls in progress.
// `PanelLive` is both the page's middle and the fragment sent over the event stream.
import type { Office } from "../../src/core/office.ts";
import type { AlarmSnapshot, CallSnapshot, Snapshot } from "../../src/core/snapshot.ts";
import type { Messages } from "../locales/catalogue.ts";
import { Card } from "../parts/card.tsx";
import { renderDocument } from "../parts/document.tsx";
import { clockTime, duration, longDay, timer } from "../parts/format.ts";
import { callerNameBeside, partyName, portLabel, trunkName } from "../parts/names.ts";
import { Empty, type Figure, Figures, Note, Since, Tag } from "../parts/parts.tsx";
import { FormToken, Head, Shell } from "../parts/shell.tsx";
import type { View } from "../parts/view.ts";

export interface DayFigures {
  readonly inbound: number;
  readonly answered: number;
  readonly meanAnswerSeconds: number | null;
}

export interface PanelData {
  readonly snapshot: Snapshot;
  readonly office: Office;
  readonly today: DayFigures;
  readonly yesterday: DayFigures;
  /** Incoming calls of the whole office that may still be answered: not missed yet. */
  readonly stillOpen: number;
  /** Whether this viewer may hang up other people's calls. */
  readonly mayHangUp: boolean;
}

interface PanelProps {
  readonly view: View;
  readonly data: PanelData;
}

function alarmTitle({ view, data }: PanelProps, alarm: AlarmSnapshot): string {
  const port = alarm.port === null ? "" : portLabel(data.office, alarm.port);
  return view.t(`alarm.${alarm.code}.title`, { port });
}

function headline(props: PanelProps): string {
  const { t } = props.view;
  const { alarms, calls } = props.data.snapshot;
  const first = alarms[0];
  if (first && alarms.length === 1) {
    return t("panel.oneAlarm", { what: alarmTitle(props, first) });
  }
  if (alarms.length > 1) return t("panel.alarms", { n: alarms.length });
  if (calls.length === 0) return t("panel.allWell");
  if (calls.every((call) => call.state === "delivered")) return t("panel.ringing");
  return t("panel.busy", { n: calls.length });
}

export function panelFigures({ view, data }: PanelProps): readonly Figure[] {
  const { t } = view;
  const { today, yesterday, snapshot } = data;
  const missed = Math.max(0, today.inbound - today.answered - data.stillOpen);
  const trunks = snapshot.ports.filter((one) => one.port.startsWith("fxo/") && one.label !== null);
  const talking = snapshot.calls.filter((call) => call.state === "established").length;
  const ringing = snapshot.calls.filter((call) => call.state === "delivered").length;
  const before = yesterday.meanAnswerSeconds;
  return [
    {
      label: t("figures.inbound"),
      value: String(today.inbound),
      note:
        today.answered === 0 && missed === 0 ? (
          t("figures.yesterday", { value: yesterday.inbound })
        ) : missed > 0 ? (
          `${t("figures.answered", { n: today.answered })} · ${t("figures.missed", { n: missed })}`
        ) : (
          <b>{t("figures.allAnswered")}</b>
        ),
    },
    {
      label: t("figures.answerTime"),
      value: today.meanAnswerSeconds === null ? "–" : duration(t, today.meanAnswerSeconds),
      note:
        before === null
          ? today.inbound === 0 && t("figures.none")
          : t("figures.yesterday", { value: duration(t, before) }),
    },
    {
      label: t("figures.talking"),
      value: String(talking),
      note: t("figures.ringingNow", { n: ringing }),
    },
    {
      label: t("figures.freeTrunks"),
      value: String(trunks.filter((one) => one.state === "idle").length),
      note: t("figures.ofTrunks", { n: trunks.length }),
    },
  ];
}

/** How the call goes through the box: `外线2 → 800 → 802`. */
function via(office: Office, call: CallSnapshot, internal: string): string {
  const trunk = call.trunk === null ? null : trunkName(office, call.trunk);
  const hops =
    call.direction === "outbound"
      ? [call.extension, trunk]
      : [trunk, call.group, call.extension ?? call.calledNumber];
  const known = hops.filter((hop): hop is string => hop !== null && hop !== "");
  return call.direction === "internal" ? internal : known.join(" → ");
}

function CallRow(props: PanelProps & { call: CallSnapshot }) {
  const { view, data, call } = props;
  const { t } = view;
  const talking = call.state === "established";
  const from = partyName(data.office, call.callerNumber) || t("history.withheld");
  const to = partyName(data.office, call.calledNumber) || "…";
  const name = callerNameBeside(data.office, call.callerNumber, call.callerName);
  const since = talking && call.answeredAt !== null ? call.answeredAt : call.startedAt;
  const kind = talking ? "live" : call.state === "delivered" ? "ring" : "plain";
  return (
    <tr id={`call-${call.id}`}>
      <td class="time">{clockTime(view, call.startedAt)}</td>
      <td class="from">
        {from} {name !== "" && <span class="sub">{name}</span>}
      </td>
      <td class="to">{to}</td>
      <td class="via mute">{via(data.office, call, t("direction.internal"))}</td>
      <td class="state">
        <Tag kind={kind}>
          {t(`call.state.${call.state}`)}{" "}
          <Since since={since} text={timer((view.now - since) / 1000)} />
        </Tag>
      </td>
      <td class="end acts">
        {data.mayHangUp && (
          <form
            method="post"
            action={`/calls/${call.id}/hang-up`}
            hx-post={`/calls/${call.id}/hang-up`}
            hx-swap="none"
            hx-confirm={t("panel.hangUpSure", { from, to })}
          >
            <FormToken view={view} />
            <button
              class="btn small danger"
              type="submit"
              aria-label={t("panel.hangUpCall", { from, to })}
            >
              {t("panel.hangUp")}
            </button>
          </form>
        )}
      </td>
    </tr>
  );
}

const callColumns = ["start", "from", "to", "via", "state", "actions"] as const;

function Calls(props: PanelProps) {
  const { view, data } = props;
  const { t } = view;
  const { calls } = data.snapshot;
  return (
    <section class="box" aria-labelledby="calls-title">
      <header>
        <h2 id="calls-title">{t("panel.calls")}</h2>
        <a href="/history">{t("panel.allCalls")}</a>
      </header>
      {calls.length === 0 ? (
        <Empty title={t("panel.noCalls")} hint={t("panel.noCallsHint")} />
      ) : (
        <table class="calls now">
          <thead>
            <tr>
              {callColumns.map((name) => (
                <th key={name} scope="col" class={name === "via" ? "via" : undefined}>
                  {name === "actions" ? (
                    <span class="sr">{t("col.actions")}</span>
                  ) : (
                    t(`col.${name}`)
                  )}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {calls.map((call) => (
              <CallRow key={call.id} {...props} call={call} />
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

/** Everything on the panel that changes by itself. */
export function PanelLive(props: PanelProps) {
  const { view, data } = props;
  const { t } = view;
  const { alarms, calls, ports } = data.snapshot;
  const phone = ports.some((one) => one.port.startsWith("fxs/"));
  return (
    <>
      <span id="server-now" data-now={Math.round(view.now)} hidden />
      <Head title={headline(props)} lead={longDay(view, view.now)}>
        {phone && (
          <a class="btn pri" href="/phone">
            {t("panel.tryCall")}
          </a>
        )}
      </Head>
      <Card view={view} office={data.office} ports={ports} calls={calls} />
      {alarms.length > 0 && (
        <section class="notes" aria-label={t("alarm.label")}>
          {alarms.map((alarm) => (
            <Note
              key={`${alarm.code} ${alarm.port}`}
              alarm
              title={alarmTitle(props, alarm)}
              text={t(`alarm.${alarm.code}.do` satisfies keyof Messages)}
              when={t("alarm.since", { time: clockTime(view, alarm.since).slice(0, 5) })}
            />
          ))}
        </section>
      )}
      <div id="figures" hx-get="/panel/figures" hx-trigger="every 20s" hx-swap="innerMorph">
        <Figures label={t("figures.title")} figures={panelFigures(props)} />
      </div>
      <Calls {...props} />
    </>
  );
}

export function panelPage(props: PanelProps): string {
  const { view } = props;
  return renderDocument({
    view,
    title: view.t("panel.title"),
    children: (
      <Shell view={view}>
        <div
          class="stack"
          id="live"
          hx-sse:connect="/panel/live"
          hx-swap="innerMorph"
          hx-config='{"sse":{"reconnectMaxDelay":4000,"pauseOnBackground":true}}'
        >
          <PanelLive {...props} />
        </div>
      </Shell>
    ),
  });
}
