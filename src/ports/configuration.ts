// The configuration as page, API and console see it: one whole value, changed by edits that are
// checked, stored, audited and published as one. src/settings owns the schema; the store keeps it.
//
//   page · API · console ──edit──▶ Configuration ──checked, stored, audited──▶ onChange ──▶ runtime
import type { Extension, Group, OfficeSettings, Trunk } from "../core/office.ts";
import type { Page } from "./store.ts";

export type Language = "zh-CN" | "en";
export type Role = "owner" | "staff";

/** Somebody who may sign in. */
export interface User {
  readonly name: string;
  readonly role: Role;
  /** The extension this person uses; its line and its calls are all that `staff` may see. */
  readonly extension: string | null;
  /** argon2id in PHC form (`$argon2id$…`). Passwords themselves are nowhere. */
  readonly passwordHash: string;
  /** Language of the page; null = as the browser asks. */
  readonly language: Language | null;
}

/** The whole configuration: what a site file holds. The stored one may have more keys than these;
 *  an edit keeps what it does not know. */
export interface Site {
  readonly settings: OfficeSettings;
  readonly extensions: readonly Extension[];
  readonly trunks: readonly Trunk[];
  readonly groups: readonly Group[];
  readonly users: readonly User[];
}

/** Who asked for a change, for the audit. */
export interface Actor {
  readonly name: string;
  readonly via: "page" | "api" | "console" | "start";
}

/** `path` as a person would write it: `extensions[3].number`; empty = the document itself. */
export interface SiteError {
  readonly path: string;
  readonly message: string;
}

export type ChangeAnswer =
  /** `change`: its number in the audit; null when the edit changed nothing. */
  | { readonly accepted: true; readonly change: number | null; readonly site: Site }
  | { readonly accepted: false; readonly errors: readonly SiteError[] };

export interface AuditEntry {
  readonly change: number;
  /** Epoch ms. */
  readonly at: number;
  readonly actor: Actor;
  /** What was done, in a few words: `extension 801 changed`. */
  readonly what: string;
  /** Each value that differs; `before`/`after` undefined = was not there. Hashes never shown. */
  readonly differences: readonly {
    readonly path: string;
    readonly before?: unknown;
    readonly after?: unknown;
  }[];
  /** False for a change that a later one has overtaken, or that was undone. */
  readonly undoable: boolean;
}

export interface Configuration {
  /** The same object until something changes. */
  current(): Site;
  /** Checks what `edit` makes of the present site (schema and cross-references), then stores it in
   *  one transaction with its audit entry. All or nothing; never throws for a bad edit. */
  change(actor: Actor, what: string, edit: (site: Site) => unknown): ChangeAnswer;
  /** A whole new configuration from a site file's parsed JSON. */
  importSite(actor: Actor, document: unknown): ChangeAnswer;
  /** The site file's document. */
  exportSite(): unknown;
  undo(actor: Actor, change: number): ChangeAnswer | "noSuchChange" | "notUndoable";
  /** Newest first. An unreadable cursor gives an empty page. */
  audit(limit: number, cursor: string | null): Page<AuditEntry>;
  /** Called after each accepted change. @returns unsubscribe */
  onChange(listener: (site: Site) => void): () => void;
}
