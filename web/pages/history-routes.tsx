// Routes of the call history: the list, its rows as a fragment, one call.
import { renderToString } from "preact-render-to-string";
import type { Cdr } from "../../src/core/cdr.ts";
import type { CdrFilter, Page } from "../../src/ports/store.ts";
import { isOneWalk, visibleFilter } from "../api/cdrs.ts";
import { maySeeCall, sightOf } from "../own.ts";
import { nextDay, startOfDay } from "../parts/format.ts";
import type { View } from "../parts/view.ts";
import { Refusal } from "../problem.ts";
import { type Route, roleOf, type Visit } from "../route.ts";
import { callPage } from "./call.tsx";
import {
  type HistoryData,
  type HistoryQuery,
  HistoryResults,
  HistoryRows,
  historyPage,
  readHistoryQuery,
} from "./history.tsx";
import { htmlResponse, officeNow, type ViewOf, wantsFragment } from "./visit-view.ts";

const rowsPerPage = 50;

interface Days {
  readonly filter: Pick<CdrFilter, "from" | "to">;
  readonly wrong: HistoryData["wrong"];
}

/** Both days belong to the range, so it ends when the day after `to` begins. */
function readDays(view: View, query: HistoryQuery): Days {
  const from = query.from === "" ? null : startOfDay(view.timeZone, query.from);
  const last = query.to === "" ? null : startOfDay(view.timeZone, query.to);
  const to = last === null ? null : startOfDay(view.timeZone, nextDay(query.to));
  const message = view.t("history.badDate");
  return {
    filter: {
      ...(from === null ? {} : { from }),
      ...(to === null ? {} : { to: to - 1 }),
    },
    wrong: {
      ...(query.from !== "" && from === null ? { from: message } : {}),
      ...(query.to !== "" && to === null ? { to: message } : {}),
    },
  };
}

/** @returns null when the store can't be read; the page says so in place of the rows */
async function readPage(visit: Visit, query: HistoryQuery, days: Days): Promise<Page<Cdr> | null> {
  const filter = visibleFilter(visit, {
    ...days.filter,
    ...(query.text === "" ? {} : { text: query.text }),
    ...(query.direction === "" ? {} : { direction: query.direction }),
    ...(query.disposition === "" ? {} : { disposition: query.disposition }),
  });
  if (filter === null) return { items: [], nextCursor: null };
  const { history, log } = visit.deps;
  try {
    // What one index answers is read here; the rest is looked for on the store's own thread.
    return isOneWalk(filter)
      ? history.list(filter, rowsPerPage, query.cursor)
      : await history.search(filter, rowsPerPage, query.cursor);
  } catch (error) {
    log.write("error", "historyUnreadable", { error: String(error) });
    return null;
  }
}

export function historyRoutes(viewOf: ViewOf): readonly Route[] {
  return [
    {
      key: "GET /history",
      async handle(visit) {
        const view = viewOf(visit);
        const query = readHistoryQuery(new URL(visit.c.req.url).searchParams);
        const days = readDays(view, query);
        const page = await readPage(visit, query, days);
        const data = { query, page, office: officeNow(visit), wrong: days.wrong };
        if (!wantsFragment(visit)) return htmlResponse(historyPage({ view, data }));
        const Part = query.cursor === null ? HistoryResults : HistoryRows;
        return htmlResponse(renderToString(<Part view={view} data={data} />));
      },
    },
    {
      key: "GET /history/:id",
      handle(visit) {
        const { history } = visit.deps;
        const id = Number(visit.c.req.param("id"));
        const cdr = Number.isSafeInteger(id) ? history.get(id) : null;
        if (cdr === null || !maySeeCall(sightOf(visit.who), cdr)) throw new Refusal("notFound");
        const view = { ...viewOf(visit), path: `/history/${id}` };
        const data = {
          cdr,
          office: officeNow(visit),
          turns: history.turns(id) ?? [],
          recordingThere:
            cdr.recordingId !== null && history.recordingPath(cdr.recordingId) !== null,
          mayExport: roleOf(visit.who) === "owner",
        };
        return htmlResponse(callPage({ view, data }));
      },
    },
  ];
}
