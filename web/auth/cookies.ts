// The session's cookie, and the browser's choices that need no account.
import type { Context } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import type { Accounts, Session } from "../../src/ports/accounts.ts";
import type { Clock } from "../../src/ports/clock.ts";
import { isTls } from "../security.ts";

/** Not used for so long: sign in again. */
export const SESSION_IDLE_MS = 7 * 24 * 3_600_000;
/** In any case after so long. */
export const SESSION_LONGEST_MS = 30 * 24 * 3_600_000;
/** Renewing is a commit: at most this often. */
const RENEW_STEP_MS = 5 * 60_000;
const YEAR_SECONDS = 365 * 24 * 3600;

export const LANGUAGE_COOKIE = "lf_language";
export const THEME_COOKIE = "lf_theme";

/** `__Host-` binds the cookie to this host and to TLS; browsers refuse the name without TLS. */
export const sessionCookieName = (c: Context): string =>
  isTls(c) ? "__Host-lf_session" : "lf_session";

function strictCookie(c: Context, name: string, value: string, maxAge: number): void {
  const secure = isTls(c);
  setCookie(c, name, value, { httpOnly: true, sameSite: "Strict", secure, path: "/", maxAge });
}

export const keepChoice = (c: Context, cookie: string, value: string): void =>
  strictCookie(c, cookie, value, YEAR_SECONDS);

export function startSession(c: Context, accounts: Accounts, user: string, address: string): void {
  endSession(c, accounts);
  const { token } = accounts.startSession(user, address, SESSION_IDLE_MS);
  strictCookie(c, sessionCookieName(c), token, SESSION_LONGEST_MS / 1000);
}

export function endSession(c: Context, accounts: Accounts): void {
  const token = getCookie(c, sessionCookieName(c));
  if (token !== undefined) accounts.endSession(token);
}

export function forgetSession(c: Context, accounts: Accounts): void {
  endSession(c, accounts);
  deleteCookie(c, sessionCookieName(c), { path: "/", secure: isTls(c) });
}

/** The session of a request; renews it now and then. */
export function sessionOf(c: Context, accounts: Accounts, clock: Clock): Session | null {
  const token = getCookie(c, sessionCookieName(c));
  const session = token === undefined ? null : accounts.session(token);
  if (token === undefined || session === null) return null;
  const now = clock.now();
  const left = session.createdAt + SESSION_LONGEST_MS - now;
  if (left <= 0) {
    accounts.endSession(token);
    return null;
  }
  if (now - session.seenAt > RENEW_STEP_MS) {
    accounts.renewSession(token, Math.min(SESSION_IDLE_MS, left));
  }
  return session;
}
