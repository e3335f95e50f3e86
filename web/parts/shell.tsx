// The frame of every page after sign-in: side bar with the navigation, the main column, and what
// may appear above it (lost connection, confirmation).
import type { ComponentChildren } from "preact";
import { languages, type MessageKey } from "../locales/catalogue.ts";
import type { Theme } from "../route.ts";
import type { View } from "./view.ts";

interface NavItem {
  readonly path: string;
  readonly label: MessageKey;
}

/** A new page adds its line here and its messages to the catalogues. */
const navItems: readonly NavItem[] = [
  { path: "/", label: "nav.panel" },
  { path: "/history", label: "nav.history" },
  { path: "/phone", label: "nav.phone" },
];

const themes: readonly Theme[] = ["auto", "light", "dark"];

export function Mark({ view }: { view: View }) {
  return (
    <a class="mark" href="/">
      <svg viewBox="0 0 24 24" aria-hidden="true">
        <rect class="mark-tile" width="24" height="24" rx="6.5" />
        <path class="mark-line" d="M6.5 15.5V13a5.5 5.5 0 0 1 11 0v2.5" />
        <circle class="mark-dot" cx="6.5" cy="16" r="1.9" />
        <circle class="mark-dot" cx="17.5" cy="16" r="1.9" />
      </svg>
      {view.t("product.name")}
    </a>
  );
}

/** Hidden fields every form carries: the session's CSRF token and where to come back to. */
export function FormToken({ view }: { view: View }) {
  return <input type="hidden" name="csrf" value={view.csrf} />;
}

/** Language and appearance: plain forms, so that they work before sign-in and without scripts. */
export function Preferences({ view }: { view: View }) {
  const choice = (name: "language" | "theme", value: string, now: string, label: string) => (
    <button
      key={value}
      class="text-button"
      type="submit"
      name={name}
      value={value}
      aria-pressed={value === now ? "true" : "false"}
      lang={name === "language" ? value : undefined}
    >
      {label}
    </button>
  );
  const { t } = view;
  return (
    <form method="post" action="/preferences" class="preferences">
      <FormToken view={view} />
      <input type="hidden" name="back" value={view.path} />
      <fieldset class="switch">
        <legend class="sr">{t("nav.language")}</legend>
        {languages.map((value) => choice("language", value, view.language, t(`language.${value}`)))}
      </fieldset>
      <fieldset class="switch">
        <legend class="sr">{t("nav.theme")}</legend>
        {themes.map((value) => choice("theme", value, view.theme, t(`theme.${value}`)))}
      </fieldset>
    </form>
  );
}

function isCurrent(item: NavItem, path: string): boolean {
  return item.path === "/" ? path === "/" : path === item.path || path.startsWith(`${item.path}/`);
}

function Side({ view }: { view: View }) {
  const { t, viewer } = view;
  return (
    <div class="side">
      <Mark view={view} />
      <button class="btn small menu" type="button" aria-expanded="false" aria-controls="fold">
        {t("nav.menu")}
      </button>
      <div class="fold" id="fold">
        <nav class="nav" aria-label={t("nav.label")}>
          {navItems.map((item) => (
            <a
              key={item.path}
              href={item.path}
              aria-current={isCurrent(item, view.path) ? "page" : undefined}
            >
              {t(item.label)}
            </a>
          ))}
        </nav>
        <div class="side-foot">
          <Preferences view={view} />
          {viewer && (
            <div class="who">
              <span>{viewer.name}</span>
              <span class="mute">{roleName(view, viewer.role)}</span>
              <form method="post" action="/sign-out">
                <FormToken view={view} />
                <button class="text-button" type="submit">
                  {t("nav.signOut")}
                </button>
              </form>
            </div>
          )}
        </div>
      </div>
    </div>
  );
}

export function roleName(view: View, role: string): string {
  const known: Readonly<Record<string, MessageKey>> = {
    owner: "role.owner",
    staff: "role.staff",
  };
  const key = known[role];
  return key ? view.t(key) : role;
}

/** The question asked before something that can't be taken back; opened by web/islands/page.ts. */
function ConfirmDialog({ view }: { view: View }) {
  return (
    <dialog id="confirm" aria-labelledby="confirm-question">
      <form method="dialog">
        <p id="confirm-question" />
        <div class="row">
          <button class="btn" type="submit" value="no">
            {view.t("common.cancel")}
          </button>
          <button class="btn danger" type="submit" value="yes" id="confirm-yes" />
        </div>
      </form>
    </dialog>
  );
}

export function Shell({ view, children }: { view: View; children: ComponentChildren }) {
  const { t } = view;
  return (
    <>
      <a class="skip" href="#main">
        {t("nav.skip")}
      </a>
      <div class="busy-bar" aria-hidden="true" />
      <div class="shell">
        <Side view={view} />
        <main id="main" tabIndex={-1}>
          <div class="link-lost" role="status" hidden>
            <b>{t("link.lost")}</b> <span>{t("link.stale")}</span>
          </div>
          {children}
        </main>
      </div>
      <ConfirmDialog view={view} />
    </>
  );
}

/** Headline of a page: a sentence, a line below it, and what one can do. */
export function Head(props: {
  title: string;
  lead?: ComponentChildren;
  children?: ComponentChildren;
}) {
  return (
    <div class="head">
      <div>
        <h1>{props.title}</h1>
        {props.lead && <p>{props.lead}</p>}
      </div>
      {props.children && <div class="row">{props.children}</div>}
    </div>
  );
}

/** Frame of the pages before sign-in. */
export function Gate({ view, children }: { view: View; children: ComponentChildren }) {
  return (
    <div class="gate">
      <main id="main">
        <div class="box">
          <Mark view={view} />
          {children}
        </div>
        <div class="foot">
          <span>{view.t("product.what")}</span>
          <Preferences view={view} />
        </div>
      </main>
    </div>
  );
}
