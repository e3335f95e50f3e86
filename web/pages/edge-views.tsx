// What the edge itself needs drawn: sign-in, first visit, and refusals.
import { renderToString } from "preact-render-to-string";
import { type ProblemCode, problems, type Refusal } from "../problem.ts";
import type { Views } from "../route.ts";
import { isoTime } from "../time.ts";
import { firstVisitPage, type SignInTrouble, signInPage } from "./gate.tsx";
import { type ProblemKind, problemPage } from "./problem.tsx";
import { htmlResponse, type ViewOf, wantsFragment } from "./visit-view.ts";

function signInTrouble(refusal: Refusal | null): SignInTrouble | null {
  if (refusal === null) return null;
  if (refusal.code !== "tooMany") return { kind: "wrong" };
  const seconds = Number(refusal.headers["Retry-After"] ?? "60");
  return { kind: "locked", minutes: Math.max(1, Math.ceil(seconds / 60)) };
}

const kinds: Partial<Readonly<Record<ProblemCode, ProblemKind>>> = {
  notFound: "404",
  recordingMissing: "404",
  recordingDamaged: "404",
  notAllowed: "403",
  badCsrf: "csrf",
  tooMany: "429",
  busy: "429",
  internal: "500",
  diskFull: "507",
};

export function createViews(viewOf: ViewOf): Views {
  return {
    async signIn(visit, next, refusal) {
      // The name typed before, so that only the password is typed again.
      const { name = "" } = refusal === null ? {} : await visit.body.form();
      const view = { ...viewOf(visit), path: "/sign-in" };
      return htmlResponse(signInPage({ view, trouble: signInTrouble(refusal), name, next }));
    },
    welcome(visit, refusal) {
      const wrong = refusal?.errors.map((error) => error.path) ?? [];
      const trouble = wrong.includes("password") ? "short" : refusal === null ? null : "differs";
      return htmlResponse(firstVisitPage({ view: viewOf(visit), trouble }));
    },
    refused(visit, refusal) {
      const view = viewOf(visit);
      const kind = kinds[refusal.code] ?? "400";
      const { status } = problems[refusal.code];
      if (wantsFragment(visit)) {
        const text = view.t(`problem.${kind}.title`);
        return htmlResponse(
          renderToString(
            <p class="form-error" role="alert">
              {text}
            </p>,
          ),
          status,
        );
      }
      const reference = kind === "500" ? isoTime(view.now) : undefined;
      return htmlResponse(problemPage({ view, kind, reference }), status);
    },
  };
}
