// Routes of the browser phone: choosing a telephone, and the telephone.
import { sightOf } from "../own.ts";
import { Refusal } from "../problem.ts";
import type { Route, Visit } from "../route.ts";
import { redirect } from "../security.ts";
import { choosePhonePage, phonePage, phoneProps } from "./phone.tsx";
import { htmlResponse, officeNow, type ViewOf } from "./visit-view.ts";

/** What the way from the browser to the card may add to a short time on-hook. */
const hangUpMarginMs = 150;

/** The owner may use any telephone, staff their own: the same rule as the line itself has. */
function allowedPhones(visit: Visit): readonly string[] {
  const sight = sightOf(visit.who);
  const all = officeNow(visit).extensions.map((one) => one.number);
  return sight === "all" ? all : all.filter((number) => number === sight.extension);
}

export function phoneRoutes(viewOf: ViewOf): readonly Route[] {
  return [
    {
      key: "GET /phone",
      handle(visit) {
        const allowed = allowedPhones(visit);
        const [only] = allowed;
        if (only !== undefined && allowed.length === 1) return redirect(`/phone/${only}`);
        const snapshot = visit.deps.runtime.snapshot();
        return htmlResponse(
          choosePhonePage({ view: viewOf(visit), office: officeNow(visit), allowed, snapshot }),
        );
      },
    },
    {
      key: "GET /phone/:number",
      handle(visit) {
        const view = viewOf(visit);
        const number = visit.c.req.param("number") ?? "";
        const { settings } = visit.deps.configuration.current();
        // The middle of the window: neither a pulse nor a hang-up on any side of it.
        const flashMs = Math.round((settings.flashMinMs + settings.flashMaxMs) / 2);
        const hangUpMs = settings.flashMaxMs + hangUpMarginMs;
        const phone = phoneProps(view, officeNow(visit), number, { flashMs, hangUpMs });
        if (phone === null) throw new Refusal("notFound");
        if (!allowedPhones(visit).includes(number)) throw new Refusal("notAllowed");
        const port = phone.line.replace("/line/", "");
        return htmlResponse(phonePage({ view, phone, port }));
      },
    },
  ];
}
