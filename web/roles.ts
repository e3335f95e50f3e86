// Who may do what: every route of the box with its rule, in one place. A route without a line here
// does not compile; a route of the app that is missing here fails the table's test.
import type { Role } from "./route.ts";

/** always    served to anybody, even before the owner has a password (style sheets, scripts)
 *  welcome   only until the owner has a password
 *  anyone    no sign-in needed, once the owner has a password
 *  line      the line's own rule: line token, or a user allowed to use that extension
 *  [roles]   signed in with one of these; the API token counts as owner */
export type Access = "always" | "welcome" | "anyone" | "line" | readonly Role[];

const everybody = ["owner", "staff"] as const;

export const access = {
  // Pages. `staff` sees own calls alone: handlers ask web/own.ts.
  "GET /sign-in": "anyone",
  "POST /sign-in": "anyone",
  "POST /sign-out": everybody,
  "GET /welcome": "welcome",
  "POST /welcome": "welcome",
  "POST /preferences": "always",
  "GET /assets/*": "always",
  "GET /": everybody,
  "GET /panel/live": everybody,
  "GET /panel/figures": everybody,
  "POST /calls/:id/hang-up": everybody,
  "GET /history": everybody,
  "GET /history/:id": everybody,
  "GET /phone": everybody,
  "GET /phone/:number": everybody,

  // Lines
  "GET /line/fxs/:port": "line",
  "GET /line/fxo/:port": "line",

  // API
  "GET /api/v1/health": "anyone",
  "GET /api/v1/openapi.json": "anyone",
  "GET /api/v1/me": everybody,
  "GET /api/v1/events": everybody,
} as const satisfies Readonly<Record<`${Method} /${string}`, Access>>;

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
export type RouteKey = keyof typeof access;

export const accessOf = (key: RouteKey): Access => access[key];
