// What stands where a page can't: not found, no permission, too fast, failed.
import { renderDocument } from "../parts/document.tsx";
import { Gate, roleName, Shell } from "../parts/shell.tsx";
import type { View } from "../parts/view.ts";

export type ProblemKind = "400" | "404" | "403" | "429" | "500" | "507" | "csrf";

/** @param reference number under which the failure stands in the log, for a 500 */
export function problemPage(props: {
  view: View;
  kind: ProblemKind;
  reference?: string | undefined;
}): string {
  const { view, kind, reference } = props;
  const { t } = view;
  const role = view.viewer ? roleName(view, view.viewer.role) : "";
  const body = (
    <div class="problem">
      <h1>{t(`problem.${kind}.title`)}</h1>
      <p>{t(`problem.${kind}.lead`, { role })}</p>
      {reference !== undefined && <p class="mono mute">{t("problem.reference", { reference })}</p>}
      <a class="btn pri" href="/">
        {t("problem.home")}
      </a>
    </div>
  );
  return renderDocument({
    view,
    title: t(`problem.${kind}.title`),
    children: view.viewer ? <Shell view={view}>{body}</Shell> : <Gate view={view}>{body}</Gate>,
  });
}
