// What every page is given besides its own data: who looks, in which language, at what time.
import type { Translate } from "../locales/catalogue.ts";
import type { Language, Theme } from "../route.ts";

export interface Viewer {
  readonly name: string;
  readonly role: string;
}

export interface View {
  readonly language: Language;
  readonly t: Translate;
  readonly theme: Theme;
  /** Null before sign-in. */
  readonly viewer: Viewer | null;
  /** Sent back with every form; empty before sign-in. */
  readonly csrf: string;
  /** Path of the page shown, e.g. `/history`. */
  readonly path: string;
  /** Epoch ms at which the page is drawn. */
  readonly now: number;
  /** IANA name of the office's time zone. */
  readonly timeZone: string;
  /** Address of a built file: `look.css` → `/assets/look-1f3a….css`. */
  readonly asset: (name: string) => string;
}
