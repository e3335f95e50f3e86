// The HTML document around every page: head, stylesheet, scripts. No inline style or script: the
// content security policy forbids both.
import type { ComponentChildren } from "preact";
import { renderToString } from "preact-render-to-string";
import type { View } from "./view.ts";

export interface DocumentProps {
  readonly view: View;
  readonly title: string;
  /** Built scripts besides the page's own, e.g. `phone.js`. */
  readonly scripts?: readonly string[];
  readonly children: ComponentChildren;
}

function Document({ view, title, scripts = [], children }: DocumentProps) {
  const theme = view.theme === "auto" ? {} : { "data-theme": view.theme };
  return (
    <html lang={view.language} {...theme}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="csrf" content={view.csrf} />
        <meta
          name="htmx-config"
          content='{"includeIndicatorCSS":false,"history":"reload","defaultTimeout":15000}'
        />
        <title>{`${title} · ${view.t("product.name")}`}</title>
        <link rel="icon" type="image/svg+xml" href={view.asset("mark.svg")} />
        <link rel="stylesheet" href={view.asset("look.css")} />
        {["htmx.js", "page.js", ...scripts].map((name) => (
          <script key={name} src={view.asset(name)} defer />
        ))}
      </head>
      <body>{children}</body>
    </html>
  );
}

/** A whole page as HTML text. */
export function renderDocument(props: DocumentProps): string {
  return `<!doctype html>${renderToString(<Document {...props} />)}`;
}
