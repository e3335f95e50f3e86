// The edge as a value: every route behind the same guard, every refusal answered in one place.
//
//   Bun.serve ──request──▶ app ──guard──▶ route ──▶ runtime API · history · configuration
//                           │                └─ throws Refusal ─▶ problem+json | the views' page
//                           └─ line sockets: web/line
import { Hono } from "hono";
import { apiRoutes } from "./api/routes.ts";
import { createAttempts } from "./auth/attempts.ts";
import { createInTurn } from "./auth/in-turn.ts";
import { plainPages } from "./auth/plain-views.ts";
import { createAuthRoutes } from "./auth/routes.ts";
import type { WebDeps } from "./deps.ts";
import { refusalOf } from "./failure.ts";
import { admit, requireSetUp, visitOf } from "./guard.ts";
import { lineRoutes } from "./line/routes.ts";
import { allowedMethods } from "./methods.ts";
import { problemResponse, Refusal } from "./problem.ts";
import type { Pages, Route, Visit, WebEnv } from "./route.ts";
import { redirect, setSecurityHeaders } from "./security.ts";

export function buildApp(deps: WebDeps, pages: Pages = plainPages): Hono<WebEnv> {
  const authRoutes = createAuthRoutes(pages.views, createAttempts(deps.clock), createInTurn());
  const routes: readonly Route[] = [...authRoutes, ...apiRoutes, ...lineRoutes, ...pages.routes];
  endSessionsOfChangedUsers(deps);

  const app = new Hono<WebEnv>();
  app.use(async (c, next) => {
    await next();
    setSecurityHeaders(c);
  });
  for (const route of routes) {
    const [method = "GET", path = "/"] = route.key.split(" ");
    app.on(method, path, async (c) => {
      const visit = visitOf(c, deps);
      try {
        return await route.handle(await admit(visit, route));
      } catch (error) {
        return answerFailure(visit, error, pages);
      }
    });
  }
  app.notFound((c) => {
    const visit = visitOf(c, deps);
    try {
      requireSetUp(visit, "anyone");
    } catch (error) {
      return answerFailure(visit, error, pages);
    }
    const allowed = allowedMethods(routes, c.req.path);
    const refusal =
      allowed.length === 0
        ? new Refusal("notFound")
        : new Refusal("methodNotAllowed", "", [], { Allow: allowed.join(", ") });
    return answerFailure(visit, refusal, pages);
  });
  return app;
}

/** API and lines answer problem details; pages are led to where they can go on, or drawn. */
async function answerFailure(visit: Visit, error: unknown, pages: Pages): Promise<Response> {
  const known = refusalOf(error);
  const refusal = known ?? new Refusal("internal");
  if (known === null) {
    const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
    visit.deps.log.write("error", "a request failed", { path: visit.c.req.path, error: what });
  }
  const { path } = visit.c.req;
  if (/^\/(api|line)(\/|$)/.test(path)) return problemResponse(refusal);
  const aim =
    refusal.code === "setUpNeeded"
      ? "/welcome"
      : refusal.code === "signInNeeded"
        ? `/sign-in?next=${encodeURIComponent(pathToReturnTo(visit))}`
        : null;
  if (aim === null) {
    const drawn = await pages.views.refused(visit, refusal);
    for (const [name, value] of Object.entries(refusal.headers)) drawn.headers.set(name, value);
    return drawn;
  }
  if (visit.c.req.header("hx-request") === undefined) return redirect(aim);
  // htmx would put a redirect's page into the fragment's place.
  return new Response(null, { status: refusal.status, headers: { "HX-Redirect": aim } });
}

function pathToReturnTo(visit: Visit): string {
  const { pathname, search } = new URL(visit.c.req.url);
  const isPage = visit.c.req.method === "GET" && visit.c.req.header("hx-request") === undefined;
  return isPage ? `${pathname}${search}` : "/";
}

/** A new password or a removed account ends that user's sessions, whichever way it came about. */
function endSessionsOfChangedUsers(deps: WebDeps): void {
  let before = deps.configuration.current().users;
  deps.configuration.onChange((site) => {
    for (const user of before) {
      const now = site.users.find((known) => known.name === user.name);
      if (now?.passwordHash !== user.passwordHash) deps.accounts.endSessionsOf(user.name);
    }
    before = site.users;
  });
}
