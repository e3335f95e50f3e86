// Routes of the front panel: the page, its event stream, its figures, hanging up a call.
import { renderToString } from "preact-render-to-string";
import type { Snapshot } from "../../src/core/snapshot.ts";
import type { Clock } from "../../src/ports/clock.ts";
import type { CallHistory } from "../../src/ports/store.ts";
import { eventStream } from "../live/stream.ts";
import { maySeeCall, sightOf, snapshotFor } from "../own.ts";
import { isoDay, startOfDay } from "../parts/format.ts";
import { Figures } from "../parts/parts.tsx";
import type { View } from "../parts/view.ts";
import { Refusal } from "../problem.ts";
import type { Route, Visit } from "../route.ts";
import { redirect } from "../security.ts";
import { type PanelData, PanelLive, panelFigures, panelPage } from "./panel.tsx";
import { htmlResponse, officeNow, type ViewOf, wantsFragment } from "./visit-view.ts";

/** Many pages and many lamps ask for the same figures; the database is asked this often at most. */
const figuresKeptMs = 2000;
const dayMs = 86_400_000;

interface TwoDays {
  readonly at: number;
  readonly today: PanelData["today"];
  readonly yesterday: PanelData["yesterday"];
}

function createFigures() {
  let kept: TwoDays | null = null;
  return (view: View, history: CallHistory, clock: Clock): TwoDays => {
    const now = clock.now();
    if (kept && now - kept.at < figuresKeptMs && now >= kept.at) return kept;
    const midnight = startOfDay(view.timeZone, isoDay(view, now)) ?? now;
    const before = startOfDay(view.timeZone, isoDay(view, midnight - 1)) ?? midnight - dayMs;
    kept = {
      at: now,
      today: history.figures(midnight, now + 1),
      yesterday: history.figures(before, midnight),
    };
    return kept;
  };
}

/** Stands for each reader's own token in what is drawn for all of them. */
const tokenMark = "\u0001token\u0001";

/** Draws a state once for everybody who sees the same of it: 112 ports and 60 calls take 5 ms, and
 *  every open page asks for them ten times a second. */
function createDrawing() {
  let drawnOf: Snapshot | null = null;
  const drawn = new Map<string, string>();
  return (snapshot: Snapshot, view: View, sees: string, draw: (view: View) => string): string => {
    if (drawnOf !== snapshot) drawn.clear();
    drawnOf = snapshot;
    const key = `${view.language} ${sees}`;
    const html = drawn.get(key) ?? draw({ ...view, csrf: tokenMark });
    drawn.set(key, html);
    return html.replaceAll(tokenMark, view.csrf);
  };
}

export function panelRoutes(viewOf: ViewOf): readonly Route[] {
  const figures = createFigures();
  const drawing = createDrawing();
  const dataOf = (visit: Visit, view: View, snapshot: Snapshot): PanelData => {
    const { today, yesterday } = figures(view, visit.deps.history, visit.deps.clock);
    return {
      snapshot: snapshotFor(sightOf(visit.who), snapshot),
      office: officeNow(visit),
      today,
      yesterday,
      stillOpen: snapshot.calls.filter(
        (call) => call.direction === "inbound" && call.answeredAt === null,
      ).length,
      mayHangUp: true,
    };
  };
  return [
    {
      key: "GET /",
      handle(visit) {
        const view = viewOf(visit);
        const data = dataOf(visit, view, visit.deps.runtime.snapshot());
        return htmlResponse(panelPage({ view, data }));
      },
    },
    {
      key: "GET /panel/live",
      handle(visit) {
        const draw = (snapshot: Snapshot) => {
          const sight = sightOf(visit.who);
          const sees = sight === "all" ? "all" : `only ${sight.extension}`;
          const data = drawing(snapshot, { ...viewOf(visit), path: "/" }, sees, (view) =>
            renderToString(<PanelLive view={view} data={dataOf(visit, view, snapshot)} />),
          );
          return [{ event: "", data }];
        };
        return eventStream(visit, {
          begin: () => draw(visit.deps.live.current().snapshot),
          tell: (event) => (event.kind === "change" ? draw(event.snapshot) : []),
        });
      },
    },
    {
      key: "GET /panel/figures",
      handle(visit) {
        const view = viewOf(visit);
        const data = dataOf(visit, view, visit.deps.runtime.snapshot());
        const list = panelFigures({ view, data });
        return htmlResponse(
          renderToString(<Figures label={view.t("figures.title")} figures={list} />),
        );
      },
    },
    {
      key: "POST /calls/:id/hang-up",
      async handle(visit) {
        const id = Number(visit.c.req.param("id"));
        const call = visit.deps.runtime.snapshot().calls.find((one) => one.id === id);
        // Somebody else's call looks to staff as if it were not there.
        if (call && !maySeeCall(sightOf(visit.who), call)) throw new Refusal("notFound");
        const answer = await visit.deps.runtime.command({ service: "clearConnection", call: id });
        visit.deps.log.write("info", "callHungUpFromPage", { call: id, done: answer.accepted });
        return wantsFragment(visit) ? new Response(null, { status: 204 }) : redirect("/");
      },
    },
  ];
}
