// The browser phone's two pages: choosing a telephone, and the telephone itself (an island that
// holds the handset; web/islands/phone).
import type { Office } from "../../src/core/office.ts";
import type { Snapshot } from "../../src/core/snapshot.ts";
import { messagesFor } from "../locales/catalogue.ts";
import { renderDocument } from "../parts/document.tsx";
import { Empty } from "../parts/parts.tsx";
import { Head, Shell } from "../parts/shell.tsx";
import type { View } from "../parts/view.ts";

export interface PhoneProps {
  readonly number: string;
  readonly name: string;
  /** Address of the line, `/line/fxs/1`. */
  readonly line: string;
  readonly accessPrefix: string;
  readonly worklet: string;
  /** Length of a timed flash, well inside the office's window. */
  readonly flashMs: number;
  /** On-hook for longer than this is a hang-up, not a flash. */
  readonly hangUpMs: number;
  readonly extensions: readonly { readonly number: string; readonly name: string }[];
  readonly messages: Readonly<Record<string, string>>;
}

/** What the island is given, as JSON in its element.
 *  @returns null when there is no such extension */
export function phoneProps(
  view: View,
  office: Office,
  number: string,
  timing: Pick<PhoneProps, "flashMs" | "hangUpMs">,
): PhoneProps | null {
  const extension = office.extensions.find((one) => one.number === number);
  if (!extension) return null;
  return {
    number,
    name: extension.name,
    line: `/line/${extension.port}`,
    accessPrefix: office.settings.accessPrefix,
    worklet: view.asset("worklet.js"),
    ...timing,
    extensions: office.extensions
      .filter((one) => one.number !== number)
      .map((one) => ({ number: one.number, name: one.name })),
    messages: messagesFor(view.language, "phone.", "link."),
  };
}

export function phonePage(props: { view: View; phone: PhoneProps; port: string }): string {
  const { view, phone } = props;
  const { t } = view;
  const title =
    phone.name === "" || phone.name === phone.number
      ? `${t("phone.title")} ${phone.number}`
      : `${t("phone.title")} ${phone.number} · ${phone.name}`;
  return renderDocument({
    view,
    title,
    scripts: ["phone.js"],
    children: (
      <Shell view={view}>
        <Head title={title} lead={t("phone.lead", { port: props.port })}>
          <a class="btn" href="/phone">
            {t("phone.choose")}
          </a>
        </Head>
        <div id="phone" data-props={JSON.stringify(phone)}>
          <noscript>{t("phone.noScript")}</noscript>
        </div>
      </Shell>
    ),
  });
}

export function choosePhonePage(props: {
  view: View;
  /** The extensions this viewer may use. */
  office: Office;
  allowed: readonly string[];
  snapshot: Snapshot;
}): string {
  const { view, office, allowed, snapshot } = props;
  const { t } = view;
  const phones = office.extensions.filter((one) => allowed.includes(one.number));
  const state = (port: string) => snapshot.ports.find((one) => one.port === port)?.state ?? "idle";
  return renderDocument({
    view,
    title: t("phone.title"),
    children: (
      <Shell view={view}>
        <Head title={t("phone.choose")} lead={t("phone.chooseHint")} />
        {phones.length === 0 ? (
          <div class="box">
            <Empty title={t("phone.none")} hint={t("phone.noneHint")} />
          </div>
        ) : (
          <ul class="choices">
            {phones.map((one) => (
              <li key={one.number}>
                <a class="box choice" href={`/phone/${one.number}`}>
                  <b>{one.number}</b>
                  <span>{one.name !== one.number && one.name}</span>
                  <small>{t(`port.${state(one.port)}`)}</small>
                </a>
              </li>
            ))}
          </ul>
        )}
      </Shell>
    ),
  });
}
