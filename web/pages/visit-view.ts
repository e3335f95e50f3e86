// From a request to what a page is given: language, theme, who looks, when.
import type { Office } from "../../src/core/office.ts";
import { officeOf, type Site } from "../../src/settings/model.ts";
import type { Assets } from "../assets.ts";
import { translator } from "../locales/catalogue.ts";
import type { View } from "../parts/view.ts";
import { roleOf, type Visit } from "../route.ts";

export type ViewOf = (visit: Visit) => View;

export function viewMaker(assets: Assets): ViewOf {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  return (visit) => {
    const { language, theme, csrf, who } = visit;
    const role = roleOf(who);
    return {
      language,
      t: translator(language),
      theme,
      csrf,
      viewer: role === null ? null : { name: who.kind === "user" ? who.user.name : "API", role },
      path: visit.c.req.path,
      now: visit.deps.clock.now(),
      timeZone,
      asset: (name) => assets.address(name),
    };
  };
}

const offices = new WeakMap<Site, Office>();

/** The office of the present configuration; the same object until something changes. */
export function officeNow(visit: Visit): Office {
  const site = visit.deps.configuration.current();
  const known = offices.get(site);
  if (known) return known;
  const office = officeOf(site);
  offices.set(site, office);
  return office;
}

export function htmlResponse(html: string, status = 200): Response {
  return new Response(html, { status, headers: { "Content-Type": "text/html; charset=utf-8" } });
}

/** Whether htmx asks for a fragment rather than a browser for a page. */
export const wantsFragment = (visit: Visit): boolean =>
  visit.c.req.header("hx-request") !== undefined;
