// Who may do what: every route of the box with its rule, in one place. A route without a line here
// does not compile; a route of the app that is missing here fails the table's test.
import type { Role } from "./route.ts";

/** always    served to anybody, even before the owner has a password (style sheets, scripts)
 *  welcome   only until the owner has a password
 *  anyone    no sign-in needed, once the owner has a password
 *  line      the line's own rule: line token, or a user allowed to use that extension
 *  [roles]   signed in with one of these; the API token counts as owner */
export type Access = "always" | "welcome" | "anyone" | "line" | readonly Role[];

const owner = ["owner"] as const;
/** `staff` sees own calls alone: handlers ask web/own.ts. */
const everybody = ["owner", "staff"] as const;

export const access = {
  // Pages
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
  "GET /api/v1/calls": everybody,
  "POST /api/v1/calls": everybody,
  "GET /api/v1/calls/:call": everybody,
  "DELETE /api/v1/calls/:call": everybody,
  "POST /api/v1/calls/:call/clearConnection": everybody,
  "GET /api/v1/cdrs": everybody,
  "GET /api/v1/cdrs/:id": everybody,
  "GET /api/v1/cdrs/:id/trace": everybody,
  "GET /api/v1/recordings/:id": everybody,
  "GET /api/v1/extensions": owner,
  "POST /api/v1/extensions": owner,
  "GET /api/v1/extensions/:key": owner,
  "PATCH /api/v1/extensions/:key": owner,
  "DELETE /api/v1/extensions/:key": owner,
  "GET /api/v1/trunks": owner,
  "POST /api/v1/trunks": owner,
  "GET /api/v1/trunks/:key": owner,
  "PATCH /api/v1/trunks/:key": owner,
  "DELETE /api/v1/trunks/:key": owner,
  "GET /api/v1/groups": owner,
  "POST /api/v1/groups": owner,
  "GET /api/v1/groups/:key": owner,
  "PATCH /api/v1/groups/:key": owner,
  "DELETE /api/v1/groups/:key": owner,
  "GET /api/v1/users": owner,
  "POST /api/v1/users": owner,
  "GET /api/v1/users/:name": owner,
  "PATCH /api/v1/users/:name": owner,
  "DELETE /api/v1/users/:name": owner,
  "GET /api/v1/settings": owner,
  "PATCH /api/v1/settings": owner,
  "GET /api/v1/office": owner,
  "PATCH /api/v1/office": owner,
  "GET /api/v1/site": owner,
  "PUT /api/v1/site": owner,
  "GET /api/v1/site/schema": owner,
  "GET /api/v1/audit": owner,
  "POST /api/v1/audit/:change/undo": owner,
} as const satisfies Readonly<Record<`${Method} /${string}`, Access>>;

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
export type RouteKey = keyof typeof access;

export const accessOf = (key: RouteKey): Access => access[key];
