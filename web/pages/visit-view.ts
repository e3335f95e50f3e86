// From a request to what a page is given: language, theme, who looks, when.
import type { Office } from "../../src/core/office.ts";
import { officeOf, type Site } from "../../src/settings/model.ts";
import type { Assets } from "../assets.ts";
import { translator } from "../locales/catalogue.ts";
import type { View } from "../parts/view.ts";
import { type Language, roleOf, type Visit } from "../route.ts";

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

const offices: Readonly<Record<Language, WeakMap<Site, Office>>> = {
  "zh-CN": new WeakMap(),
  en: new WeakMap(),
};

/** 外线1 is called Line 1 in English as long as nobody gave it a name of its own. */
function inLanguage(office: Office, language: Language): Office {
  const plainName = /^(?:外线|Line )(\d{1,3})$/;
  const trunks = office.trunks.map((trunk) => {
    const n = plainName.exec(trunk.name)?.[1];
    return n === undefined ? trunk : { ...trunk, name: translator(language)("trunk.plain", { n }) };
  });
  return { ...office, trunks };
}

/** The office of the present configuration as the reader names it; the same object until something
 *  changes. */
export function officeNow(visit: Visit): Office {
  const site = visit.deps.configuration.current();
  const known = offices[visit.language].get(site);
  if (known) return known;
  const office = inLanguage(officeOf(site), visit.language);
  offices[visit.language].set(site, office);
  return office;
}

export function htmlResponse(html: string, status = 200): Response {
  return new Response(html, { status, headers: { "Content-Type": "text/html; charset=utf-8" } });
}

/** Whether htmx asks for a fragment rather than a browser for a page. */
export const wantsFragment = (visit: Visit): boolean =>
  visit.c.req.header("hx-request") !== undefined;
