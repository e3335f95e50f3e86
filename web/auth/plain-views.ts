// The least that a browser needs when no pages are given: unstyled forms. Used by tests of the
// edge; the box's own views are web/pages.
import { html } from "hono/html";
import { problems, type Refusal } from "../problem.ts";
import type { Pages, Visit } from "../route.ts";

async function page(visit: Visit, title: string, body: unknown): Promise<Response> {
  const text = await html`<!doctype html>
<html lang="${visit.language}"><head><meta charset="utf-8"><title>${title}</title></head>
<body><h1>${title}</h1>${body}</body></html>`;
  return new Response(String(text), { headers: { "Content-Type": "text/html; charset=utf-8" } });
}

const said = (refusal: Refusal | null) =>
  refusal === null
    ? ""
    : html`<p role="alert">${problems[refusal.code].title}: ${refusal.detail}
${refusal.errors.map((error) => `${error.path}: ${error.message}`).join("; ")}</p>`;

export const plainPages: Pages = {
  routes: [],
  views: {
    signIn: (visit, next, refusal) =>
      page(
        visit,
        "Sign in",
        html`${said(refusal)}<form method="post" action="/sign-in">
<input type="hidden" name="csrf" value="${visit.csrf}">
<input type="hidden" name="next" value="${next}">
<label>Name <input name="name" autocomplete="username"></label>
<label>Password <input name="password" type="password" autocomplete="current-password"></label>
<button>Sign in</button></form>`,
      ),
    welcome: (visit, refusal) =>
      page(
        visit,
        "Choose the owner's password",
        html`${said(refusal)}<form method="post" action="/welcome">
<label>Password <input name="password" type="password" autocomplete="new-password"></label>
<label>Again <input name="again" type="password" autocomplete="new-password"></label>
<button>Set</button></form>`,
      ),
    async refused(visit, refusal) {
      const { status, title } = problems[refusal.code];
      const response = await page(visit, title, html`<p>${refusal.detail}</p>`);
      return new Response(response.body, { status, headers: response.headers });
    },
  },
};
