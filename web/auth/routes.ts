// Sign-in, sign-out, the first visit and the choice of language: the forms' actions. How they look
// is the views' part.
import { z } from "zod";
import type { Accounts } from "../../src/ports/accounts.ts";
import { SettingsError } from "../../src/settings/issues.ts";
import { check } from "../body.ts";
import { Refusal } from "../problem.ts";
import type { Route, Views, Visit } from "../route.ts";
import { redirect, safeNext } from "../security.ts";
import { type Attempts, WRONG_PER_ACCOUNT, WRONG_PER_ADDRESS } from "./attempts.ts";
import {
  forgetSession,
  keepChoice,
  LANGUAGE_COOKIE,
  startSession,
  THEME_COOKIE,
} from "./cookies.ts";
import type { InTurn } from "./in-turn.ts";

/** Of passwords chosen on the page; the store says the same. */
export const PASSWORD_CHARACTERS_MIN = 8;
export const PASSWORD_CHARACTERS_MAX = 256;
export const OWNER = "owner";

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

export function createAuthRoutes(
  views: Views,
  attempts: Attempts,
  inTurn: InTurn,
): readonly Route[] {
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
          const wanted = check(signInForm, strip(form));
          const user = await checkSignIn(visit, wanted, attempts, inTurn);
          startSession(visit.c, visit.deps.accounts, user, visit.address);
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
        forgetSession(visit.c, visit.deps.accounts);
        return leave(visit, "/sign-in");
      },
    },
    { key: "GET /welcome", handle: (visit) => views.welcome(visit, null) },
    {
      key: "POST /welcome",
      async handle(visit) {
        const { accounts, log } = visit.deps;
        try {
          const form = check(welcomeForm, strip(await visit.body.form()));
          await inTurn(() => claimOwner(accounts, form.password));
        } catch (error) {
          if (!(error instanceof Refusal) || error.code !== "invalid") throw error;
          return withStatus(await views.welcome(visit, error), error);
        }
        log.write("info", "owner's password set", { address: visit.address });
        startSession(visit.c, accounts, OWNER, visit.address);
        return leave(visit, "/");
      },
    },
    {
      key: "POST /preferences",
      async handle(visit) {
        const form = check(preferencesForm, strip(await visit.body.form()));
        if (form.language !== undefined) keepChoice(visit.c, LANGUAGE_COOKIE, form.language);
        if (form.theme !== undefined) keepChoice(visit.c, THEME_COOKIE, form.theme);
        return leave(visit, safeNext(form.back));
      },
    },
  ];
}

/** @throws Refusal `notFound` when somebody else was quicker */
async function claimOwner(accounts: Accounts, password: string): Promise<void> {
  try {
    await accounts.claimOwner(OWNER, password);
  } catch (error) {
    if (error instanceof SettingsError && error.code === "settings-05") {
      throw new Refusal("notFound");
    }
    throw error;
  }
}

/** @returns the account's name. @throws Refusal `wrongPassword`, `tooMany` */
async function checkSignIn(
  visit: Visit,
  form: z.output<typeof signInForm>,
  attempts: Attempts,
  inTurn: InTurn,
): Promise<string> {
  const { accounts, log } = visit.deps;
  const { address } = visit;
  const subjects = [
    { key: `address:${address}`, free: WRONG_PER_ADDRESS },
    { key: `user:${form.name.toLowerCase()}`, free: WRONG_PER_ACCOUNT },
  ];
  const wait = Math.max(...subjects.map(({ key, free }) => attempts.begin(key, free)));
  if (wait > 0) {
    const seconds = Math.ceil(wait / 1000);
    log.write("warn", "sign-in slowed down", { address, account: form.name, seconds });
    throw new Refusal("tooMany", `wait ${seconds} s`, [], { "Retry-After": String(seconds) });
  }
  const user = await inTurn(() => accounts.verify(form.name, form.password));
  for (const { key } of subjects) accounts.noteAttempt(key, user !== null);
  if (user === null) {
    const wrong = attempts.count(`address:${address}`);
    log.write("warn", "wrong password", { address, account: form.name, wrong });
    throw new Refusal("wrongPassword");
  }
  for (const { key } of subjects) attempts.right(key);
  log.write("info", "signed in", { address, account: user.name });
  return user.name;
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
  return new Response(response.body, { status: refusal.status, headers });
}
