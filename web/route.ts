// A route of the box as a value: its key in the table of rules, and what it does with a visit.
import type { Context } from "hono";
import type { Session } from "../src/ports/accounts.ts";
import type { SiteUser } from "../src/settings/model.ts";
import type { ApiDoc } from "./api/doc.ts";
import type { Body } from "./body.ts";
import type { WebDeps } from "./deps.ts";
import type { LineSocketData } from "./line/socket.ts";
import type { Refusal } from "./problem.ts";
import type { RouteKey } from "./roles.ts";

export type Role = SiteUser["role"];
export type Language = "zh-CN" | "en";
export type Theme = "auto" | "light" | "dark";

/** Bun's server as the second argument of `app.fetch(request, { server })`; absent in tests that
 *  use no socket. */
export interface WebEnv {
  Bindings: { server?: Bun.Server<LineSocketData> };
}

/** Who asks. */
export type Visitor =
  | { readonly kind: "nobody" }
  | { readonly kind: "user"; readonly user: SiteUser; readonly session: Session }
  /** `name`: as the audit calls it. */
  | { readonly kind: "apiToken"; readonly role: Role; readonly name: string }
  | { readonly kind: "lineToken" };

/** One request on its way through: everything a page or an endpoint may ask for. */
export interface Visit {
  readonly c: Context<WebEnv>;
  readonly deps: WebDeps;
  readonly who: Visitor;
  readonly language: Language;
  readonly theme: Theme;
  /** For the `csrf` field of forms and the `X-CSRF-Token` header; empty when not signed in. */
  readonly csrf: string;
  /** The body, already read; empty for GET. */
  readonly body: Body;
  /** The sender's address as the socket has it, `unknown` without one. */
  readonly address: string;
}

export interface Route {
  readonly key: RouteKey;
  /** How large a body may be, when other than BODY_BYTES_MAX. */
  readonly bodyBytesMax?: number;
  /** For endpoints of the API: what OpenAPI says about it. */
  readonly doc?: ApiDoc;
  /** May throw a Refusal. */
  handle(visit: Visit): Response | Promise<Response>;
}

/** What the edge needs drawn. The pages give theirs; `plainViews` is what it does without them. */
export interface Views {
  /** `next`: where to go afterwards; `refusal`: why the last attempt failed. */
  signIn(visit: Visit, next: string, refusal: Refusal | null): Response | Promise<Response>;
  /** First visit: asks for the owner's password. */
  welcome(visit: Visit, refusal: Refusal | null): Response | Promise<Response>;
  /** Any other refusal of a page: not found, not allowed, too large… */
  refused(visit: Visit, refusal: Refusal): Response | Promise<Response>;
}

export interface Pages {
  readonly views: Views;
  readonly routes: readonly Route[];
}

export function roleOf(who: Visitor): Role | null {
  if (who.kind === "user") return who.user.role;
  return who.kind === "apiToken" ? who.role : null;
}

/** As the audit names who changed something. */
export function auditName(who: Visitor): string {
  if (who.kind === "user") return who.user.name;
  return who.kind === "apiToken" ? who.name : "nobody";
}
