// Every request passes here: who is it, is the box set up, does the route's rule let them, did the
// request come from our own page.
import type { Context } from "hono";
import { getCookie } from "hono/cookie";
import { LANGUAGE_COOKIE, sessionOf, THEME_COOKIE } from "./auth/cookies.ts";
import { sameSecret } from "./auth/tokens.ts";
import { BODY_BYTES_MAX, type Body, readBody } from "./body.ts";
import type { WebDeps } from "./deps.ts";
import { chooseLanguage } from "./language.ts";
import { Refusal } from "./problem.ts";
import { type Access, accessOf } from "./roles.ts";
import {
  type Language,
  type Route,
  roleOf,
  type Theme,
  type Visit,
  type Visitor,
  type WebEnv,
} from "./route.ts";
import { originOf } from "./security.ts";

export function identify(c: Context<WebEnv>, deps: WebDeps): Visitor {
  const bearer = /^Bearer +(\S+)$/i.exec(c.req.header("authorization") ?? "")?.[1];
  if (bearer !== undefined) return identifyBearer(bearer, deps);
  // Browsers and many clients can't set headers on a WebSocket.
  const query = c.req.path.startsWith("/line/") ? c.req.query("token") : undefined;
  if (query !== undefined) {
    return { kind: sameSecret(query, deps.tokens.line) ? "lineToken" : "nobody" };
  }
  // A program that presents anything else than a bearer is not treated by its cookie.
  if (c.req.header("authorization") !== undefined) return { kind: "nobody" };
  const session = sessionOf(c, deps.accounts, deps.clock);
  return session === null ? { kind: "nobody" } : { kind: "user", user: session.user, session };
}

function identifyBearer(bearer: string, deps: WebDeps): Visitor {
  // All three are asked, whatever the first one says.
  const api = sameSecret(bearer, deps.tokens.api);
  const line = sameSecret(bearer, deps.tokens.line);
  const made = deps.accounts.token(bearer);
  if (api) return { kind: "apiToken", role: "owner", name: "token:environment" };
  if (line) return { kind: "lineToken" };
  return made === null
    ? { kind: "nobody" }
    : { kind: "apiToken", role: made.role, name: `token:${made.name}` };
}

/** The browser's own choice, else what it asks for, else the office's. */
function languageFor(c: Context<WebEnv>, deps: WebDeps): Language {
  const cookie = getCookie(c, LANGUAGE_COOKIE);
  if (cookie === "zh-CN" || cookie === "en") return cookie;
  const { language } = deps.configuration.current().office;
  return chooseLanguage(c.req.header("accept-language"), language);
}

function themeFor(c: Context<WebEnv>): Theme {
  const cookie = getCookie(c, THEME_COOKIE);
  return cookie === "light" || cookie === "dark" ? cookie : "auto";
}

const noBody: Body = {
  json() {
    throw new Refusal("wrongType", "a body is needed");
  },
  form: async () => ({}),
  files: async () => ({}),
};

export function visitOf(c: Context<WebEnv>, deps: WebDeps): Visit {
  const who = identify(c, deps);
  return {
    c,
    deps,
    who,
    language: languageFor(c, deps),
    theme: themeFor(c),
    csrf: who.kind === "user" ? who.session.csrf : "",
    body: noBody,
    address: c.env?.server?.requestIP(c.req.raw)?.address ?? "unknown",
  };
}

/** Lets a visit pass to its route, with its body read. @throws Refusal */
export async function admit(visit: Visit, route: Route): Promise<Visit> {
  const rule = accessOf(route.key);
  requireSetUp(visit, rule);
  requireRole(visit, rule);
  const method = visit.c.req.method;
  if (method === "GET" || method === "HEAD") return visit;
  if (visit.who.kind !== "apiToken" && originOf(visit.c.req.raw.headers) === "other") {
    throw new Refusal("crossSite");
  }
  const body = await readBody(visit.c.req.raw, route.bodyBytesMax ?? BODY_BYTES_MAX);
  const admitted = { ...visit, body };
  await requireCsrf(admitted);
  return admitted;
}

/** Until the owner has a password only the first visit is served, and who holds a token. */
export function requireSetUp(visit: Visit, rule: Access): void {
  const ready = visit.deps.accounts.hasOwner();
  if (rule === "always") return;
  if (rule === "welcome") {
    if (ready) throw new Refusal("notFound");
    return;
  }
  const holdsToken = visit.who.kind === "apiToken" || visit.who.kind === "lineToken";
  if (!ready && !holdsToken) throw new Refusal("setUpNeeded");
}

function requireRole(visit: Visit, rule: Access): void {
  if (typeof rule === "string") return;
  const role = roleOf(visit.who);
  if (role === null) {
    throw new Refusal("signInNeeded", "", [], { "WWW-Authenticate": 'Bearer realm="linefinder"' });
  }
  if (!rule.includes(role)) throw new Refusal("notAllowed");
}

/** A session's cookie comes along by itself; the token shows that our own page sent the request. */
async function requireCsrf(visit: Visit): Promise<void> {
  if (visit.who.kind !== "user") return;
  const header = visit.c.req.header("x-csrf-token");
  const isForm = /^(application\/x-www-form-urlencoded|multipart\/form-data)\b/i.test(
    visit.c.req.header("content-type") ?? "",
  );
  const field = header === undefined && isForm ? (await visit.body.form()).csrf : undefined;
  if (!sameSecret(header ?? field ?? "", visit.csrf)) throw new Refusal("badCsrf");
}
