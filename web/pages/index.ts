// The pages of the box as the edge is given them: what it needs drawn, and the routes of each page.
import type { Assets } from "../assets.ts";
import { Refusal } from "../problem.ts";
import type { Pages, Route } from "../route.ts";
import { createViews } from "./edge-views.tsx";
import { historyRoutes } from "./history-routes.tsx";
import { panelRoutes } from "./panel-routes.tsx";
import { phoneRoutes } from "./phone-routes.ts";
import { viewMaker } from "./visit-view.ts";

/** @param assets the built files; see web/build.ts and web/assets.ts */
export function createPages(assets: Assets): Pages {
  const viewOf = viewMaker(assets);
  const assetRoute: Route = {
    key: "GET /assets/*",
    handle(visit) {
      const file = visit.c.req.path.slice("/assets/".length);
      const answer = assets.answer(file, visit.c.req.raw);
      if (answer === null) throw new Refusal("notFound");
      return answer;
    },
  };
  return {
    views: createViews(viewOf),
    routes: [assetRoute, ...panelRoutes(viewOf), ...historyRoutes(viewOf), ...phoneRoutes(viewOf)],
  };
}
