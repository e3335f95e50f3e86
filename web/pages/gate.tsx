// The pages before anybody is signed in: first visit and sign-in. Plain forms, no scripts needed.
import { PASSWORD_CHARACTERS_MIN } from "../auth/routes.ts";
import { renderDocument } from "../parts/document.tsx";
import { Field } from "../parts/parts.tsx";
import { FormToken, Gate } from "../parts/shell.tsx";
import type { View } from "../parts/view.ts";

export type SignInTrouble =
  | { readonly kind: "wrong" }
  | { readonly kind: "expired" }
  | { readonly kind: "locked"; readonly minutes: number };

function signInMessage(view: View, trouble: SignInTrouble): string {
  switch (trouble.kind) {
    case "wrong":
      return view.t("sign-in.wrong");
    case "expired":
      return view.t("sign-in.expired");
    case "locked":
      return view.t("sign-in.locked", { minutes: trouble.minutes });
  }
}

/** @param next path to go to afterwards */
export function signInPage(props: {
  view: View;
  trouble: SignInTrouble | null;
  name: string;
  next: string;
}): string {
  const { view, trouble } = props;
  const { t } = view;
  return renderDocument({
    view,
    title: t("sign-in.title"),
    children: (
      <Gate view={view}>
        <div>
          <h1>{t("sign-in.title")}</h1>
          <p class="lead">{t("sign-in.lead")}</p>
        </div>
        {trouble && (
          <p class="form-error" role="alert">
            {signInMessage(view, trouble)}
          </p>
        )}
        <form method="post" action="/sign-in">
          <FormToken view={view} />
          <input type="hidden" name="next" value={props.next} />
          <Field name="name" label={t("sign-in.name")}>
            {(attributes) => (
              <input
                {...attributes}
                type="text"
                value={props.name}
                autofocus={props.name === ""}
                autocomplete="username"
                autocapitalize="none"
                spellcheck={false}
                required
              />
            )}
          </Field>
          <Field name="password" label={t("sign-in.password")}>
            {(attributes) => (
              <input
                {...attributes}
                type="password"
                autofocus={props.name !== ""}
                autocomplete="current-password"
                required
              />
            )}
          </Field>
          <button class="btn pri wide" type="submit" disabled={trouble?.kind === "locked"}>
            {t("sign-in.submit")}
          </button>
        </form>
      </Gate>
    ),
  });
}

export type FirstVisitTrouble = "short" | "differs";

export function firstVisitPage(props: { view: View; trouble: FirstVisitTrouble | null }): string {
  const { view, trouble } = props;
  const { t } = view;
  const min = PASSWORD_CHARACTERS_MIN;
  return renderDocument({
    view,
    title: t("first.title"),
    children: (
      <Gate view={view}>
        <div>
          <h1>{t("first.title")}</h1>
          <p class="lead">{t("first.lead")}</p>
        </div>
        <form method="post" action="/welcome">
          <FormToken view={view} />
          <input type="hidden" name="name" value="owner" autocomplete="username" />
          <Field
            name="password"
            label={t("first.password")}
            hint={t("first.passwordHint", { min })}
            error={trouble === "short" ? t("first.short", { min }) : undefined}
          >
            {(attributes) => (
              <input
                {...attributes}
                type="password"
                autofocus
                autocomplete="new-password"
                minLength={min}
                required
              />
            )}
          </Field>
          <Field
            name="again"
            label={t("first.repeat")}
            error={trouble === "differs" ? t("first.differs") : undefined}
          >
            {(attributes) => (
              <input {...attributes} type="password" autocomplete="new-password" required />
            )}
          </Field>
          <button class="btn pri wide" type="submit">
            {t("first.submit")}
          </button>
        </form>
        <small>{t("first.calls")}</small>
      </Gate>
    ),
  });
}
