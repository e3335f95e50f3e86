// Sign-in, sign-out, the first visit and the choice of language: the forms' actions. How they look
// is the views' part.
import { deleteCookie, setCookie } from "hono/cookie";
import { z } from "zod";
import type { Configuration } from "../../src/settings/configuration.ts";
import { check } from "../body.ts";
import { hasOwner, LANGUAGE_COOKIE, sessionCookieName, THEME_COOKIE } from "../guard.ts";
import { Refusal } from "../problem.ts";
import type { Route, Views, Visit } from "../route.ts";
import { isTls, redirect, safeNext } from "../security.ts";
import { type Attempts, WRONG_PER_ACCOUNT, WRONG_PER_ADDRESS } from "./attempts.ts";
import { PASSWORD_CHARACTERS_MAX, PASSWORD_CHARACTERS_MIN, type Passwords } from "./passwords.ts";
import { SESSION_LONGEST_MS, type Sessions } from "./sessions.ts";

export const OWNER = "owner";
const YEAR_SECONDS = 365 * 24 * 3600;

const signInForm = z.object({
  name: z.string().min(1).max(64),
  password: z.string().min(1).max(PASSWORD_CHARACTERS_MAX),
  next: z.string().max(500).optional(),
});

const preferencesForm = z.object({
  language: z.enum(["zh-CN", "en"]).optional(),
  theme: z.enum(["auto", "light", "dark"]).optional(),
  back: z.string().max(500).optional(),
});

const welcomeForm = z
  .object({
    password: z.string().min(PASSWORD_CHARACTERS_MIN).max(PASSWORD_CHARACTERS_MAX),
    again: z.string(),
  })
  .refine((form) => form.password === form.again, { path: ["again"], message: "not the same" });

/** Makes the account `owner`, once: later calls change nothing.
 *  @returns false when there is an owner already */
export async function createOwner(
  configuration: Configuration,
  passwords: Passwords,
  password: string,
  via: "page" | "start",
): Promise<boolean> {
  if (hasOwner(configuration)) return false;
  const passwordHash = await passwords.hash(password);
  // Somebody else may have been quicker while the hash was made.
  if (hasOwner(configuration)) return false;
  const who = via === "page" ? OWNER : "box";
  configuration.change(who, "setup", (site) => ({
    ...site,
    users: [
      ...site.users.filter((user) => user.name !== OWNER),
      { name: OWNER, role: "owner", passwordHash, extension: null },
    ],
  }));
  return true;
}

export function createAuthRoutes(
  views: Views,
  sessions: Sessions,
  attempts: Attempts,
): readonly Route[] {
  const startSession = (visit: Visit, user: string): void => {
    if (visit.who.kind === "user") sessions.end(visit.who.session);
    setCookie(visit.c, sessionCookieName(visit.c), sessions.start(user), {
      httpOnly: true,
      sameSite: "Strict",
      secure: isTls(visit.c),
      path: "/",
      maxAge: SESSION_LONGEST_MS / 1000,
    });
  };

  return [
    {
      key: "GET /sign-in",
      handle: (visit) => {
        const next = safeNext(visit.c.req.query("next"));
        return visit.who.kind === "user" ? redirect(next) : views.signIn(visit, next, null);
      },
    },
    {
      key: "POST /sign-in",
      async handle(visit) {
        const form = await visit.body.form();
        const next = safeNext(form.next);
        try {
          startSession(visit, await checkSignIn(visit, attempts, check(signInForm, strip(form))));
        } catch (error) {
          if (!(error instanceof Refusal)) throw error;
          return withStatus(await views.signIn(visit, next, error), error);
        }
        return leave(visit, next);
      },
    },
    {
      key: "POST /sign-out",
      handle(visit) {
        if (visit.who.kind === "user") sessions.end(visit.who.session);
        deleteCookie(visit.c, sessionCookieName(visit.c), { path: "/", secure: isTls(visit.c) });
        return leave(visit, "/sign-in");
      },
    },
    { key: "GET /welcome", handle: (visit) => views.welcome(visit, null) },
    {
      key: "POST /welcome",
      async handle(visit) {
        const { configuration, passwords, log } = visit.deps;
        try {
          const form = check(welcomeForm, strip(await visit.body.form()));
          if (!(await createOwner(configuration, passwords, form.password, "page"))) {
            throw new Refusal("notFound");
          }
        } catch (error) {
          if (!(error instanceof Refusal) || error.code !== "invalid") throw error;
          return withStatus(await views.welcome(visit, error), error);
        }
        log("info", "ownerPasswordSet", { address: visit.address });
        startSession(visit, OWNER);
        return leave(visit, "/");
      },
    },
    {
      key: "POST /preferences",
      async handle(visit) {
        const form = check(preferencesForm, strip(await visit.body.form()));
        if (form.language !== undefined) setChoice(visit, LANGUAGE_COOKIE, form.language);
        if (form.theme !== undefined) setChoice(visit, THEME_COOKIE, form.theme);
        return leave(visit, safeNext(form.back));
      },
    },
  ];
}

/** @returns the account's name. @throws Refusal `notAllowed` (wrong), `tooMany` */
async function checkSignIn(
  visit: Visit,
  attempts: Attempts,
  form: z.output<typeof signInForm>,
): Promise<string> {
  const { configuration, passwords, log } = visit.deps;
  const keys = [
    { key: `address ${visit.address}`, free: WRONG_PER_ADDRESS },
    { key: `account ${form.name.toLowerCase()}`, free: WRONG_PER_ACCOUNT },
  ];
  const wait = Math.max(...keys.map(({ key, free }) => attempts.begin(key, free)));
  if (wait > 0) {
    const seconds = Math.ceil(wait / 1000);
    log("warn", "signInSlowed", { address: visit.address, account: form.name, seconds });
    throw new Refusal("tooMany", `wait ${seconds} s`, [], { "Retry-After": String(seconds) });
  }
  const user = configuration.current().users.find((known) => known.name === form.name);
  if (!(await passwords.verify(form.password, user?.passwordHash ?? null)) || user === undefined) {
    const wrong = attempts.count(`address ${visit.address}`);
    log("warn", "signInWrong", { address: visit.address, account: form.name, wrong });
    throw new Refusal("notAllowed", "wrong name or password");
  }
  for (const { key } of keys) attempts.right(key);
  log("info", "signedIn", { address: visit.address, account: user.name });
  return user.name;
}

function setChoice(visit: Visit, cookie: string, value: string): void {
  setCookie(visit.c, cookie, value, {
    httpOnly: true,
    sameSite: "Strict",
    secure: isTls(visit.c),
    path: "/",
    maxAge: YEAR_SECONDS,
  });
}

function strip(form: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const { csrf, ...fields } = form;
  return fields;
}

/** After a form: htmx is told to load a whole page, a browser is sent there. Made by the context,
 *  because cookies set on it belong to this answer. */
function leave(visit: Visit, to: string): Response {
  if (visit.c.req.header("hx-request") === undefined) return visit.c.redirect(to, 303);
  return visit.c.body(null, 204, { "HX-Redirect": to });
}

function withStatus(response: Response, refusal: Refusal): Response {
  const headers = new Headers(response.headers);
  for (const [name, value] of Object.entries(refusal.headers)) headers.set(name, value);
  // A wrong password is not a missing permission: 401 as for no sign-in at all.
  const status = refusal.code === "notAllowed" ? 401 : refusal.status;
  return new Response(response.body, { status, headers });
}
