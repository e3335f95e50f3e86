// The configuration in the database: every change is checked, one transaction, one row of the
// audit log, and then told to whoever listens. Main thread.
import { desc, eq, lt } from "drizzle-orm";
import type { Clock } from "../ports/clock.ts";
import type { Change, ChangeListener, Configuration } from "../settings/configuration.ts";
import {
  type Difference,
  differences,
  type ListName,
  listKeys,
  reverse,
  withoutSecrets,
} from "../settings/differences.ts";
import {
  addObject,
  type Edit,
  editObject,
  editPart,
  headline,
  removeObject,
} from "../settings/edits.ts";
import { issue, SettingsError } from "../settings/issues.ts";
import type { Site, SiteInput } from "../settings/model.ts";
import { parseSite } from "../settings/parse-site.ts";
import { requireSite } from "../settings/site-file.ts";
import { StoreError, storeError } from "./errors.ts";
import { audit } from "./schema.ts";
import { type Drizzle, readSiteRows, writeSiteRows } from "./site-rows.ts";

/** Most rows that one reading of the audit log gives. */
const changesMost = 500;

export class StoredConfiguration implements Configuration {
  readonly #database: Drizzle;
  readonly #clock: Clock;
  readonly #file: string;
  readonly #listeners = new Set<ChangeListener>();
  #site: Site;
  #revision: number;

  /** Reads what is stored. @throws StoreError store-07 when it breaks today's rules */
  constructor(database: Drizzle, clock: Clock, file: string) {
    this.#database = database;
    this.#clock = clock;
    this.#file = file;
    const parsed = parseSite(readSiteRows(database));
    if (!parsed.ok) {
      const reasons = parsed.issues.map((found) => `${found.path}: ${found.message}`).join("; ");
      const sentence = `The configuration in ${file} cannot be used (${reasons}).`;
      throw new StoreError("store-07", `${sentence} It was not changed.`);
    }
    this.#site = parsed.site;
    const last = database.select({ id: audit.id }).from(audit).orderBy(desc(audit.id)).limit(1);
    this.#revision = last.get()?.id ?? 0;
  }

  current(): Site {
    return this.#site;
  }

  revision(): number {
    return this.#revision;
  }

  add<L extends ListName>(who: string, list: L, raw: unknown): Site[L][number] {
    const edit = addObject(this.#site, list, raw);
    const key = keyOf(raw, list);
    this.#applyEdit(who, `${list}.add`, edit);
    return this.#find(list, key);
  }

  edit<L extends ListName>(who: string, list: L, key: string, patch: unknown): Site[L][number] {
    const edit = editObject(this.#site, list, key, patch);
    this.#applyEdit(who, `${list}.edit`, edit);
    return this.#find(list, keyOf(patch, list) || key);
  }

  remove(who: string, list: ListName, key: string): void {
    this.#applyEdit(who, `${list}.remove`, removeObject(this.#site, list, key));
  }

  editSettings(who: string, patch: unknown): Site["settings"] {
    this.#applyEdit(who, "settings.edit", editPart(this.#site, "settings", patch));
    return this.#site.settings;
  }

  editOffice(who: string, patch: unknown): Site["office"] {
    this.#applyEdit(who, "office.edit", editPart(this.#site, "office", patch));
    return this.#site.office;
  }

  change(who: string, what: string, edit: (site: Site) => SiteInput | Site): Change | null {
    return this.#apply(who, what, requireSite(edit(this.#site), headline), null);
  }

  import(who: string, site: Site): Change | null {
    return this.#apply(who, "import", this.#withUsers(site), null);
  }

  previewImport(site: Site): readonly Difference[] {
    return withoutSecrets(differences(this.#site, this.#withUsers(site)));
  }

  undo(who: string, id: number): Change {
    const row = this.#database.select().from(audit).where(eq(audit.id, id)).get();
    if (row === undefined) throw new SettingsError("settings-03", `There is no change ${id}.`);
    const reversed = reverse(this.#site, changeOf(row).differences);
    if ("changedSince" in reversed) {
      const sentence = `Cannot be undone: ${reversed.changedSince} has been changed since.`;
      throw new SettingsError("settings-04", sentence);
    }
    const change = this.#apply(who, "undo", requireSite(reversed.draft, headline), id);
    if (change === null) throw new SettingsError("settings-04", "Nothing is left of that change.");
    return change;
  }

  changes(limit: number, before: number | null): readonly Change[] {
    return this.#database
      .select()
      .from(audit)
      .where(before === null ? undefined : lt(audit.id, before))
      .orderBy(desc(audit.id))
      .limit(Math.max(0, Math.min(limit, changesMost)))
      .all()
      .map((row) => {
        const change = changeOf(row);
        return { ...change, differences: withoutSecrets(change.differences) };
      });
  }

  onChange(listener: ChangeListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** A file without users is about lines and telephones: it locks nobody out. */
  #withUsers(site: Site): Site {
    if (site.users.length > 0) return site;
    const phones = new Set(site.extensions.map((extension) => extension.number));
    const users = this.#site.users.map((user) =>
      phones.has(user.extension ?? "") ? user : { ...user, extension: null },
    );
    return requireSite({ ...site, users }, headline);
  }

  #applyEdit(who: string, what: string, edit: Edit): void {
    const parsed = parseSite(edit.draft);
    if (parsed.ok) {
      this.#apply(who, what, parsed.site, null);
      return;
    }
    const prefix = `${edit.focus}.`;
    const issues = parsed.issues.map((found) =>
      found.path.startsWith(prefix) ? { ...found, field: found.path.slice(prefix.length) } : found,
    );
    throw new SettingsError("settings-02", headline, issues);
  }

  #apply(who: string, what: string, site: Site, undoes: number | null): Change | null {
    const changes = differences(this.#site, site);
    if (changes.length === 0) return null;
    refuseLosingOwner(this.#site, site);
    const row = { at: this.#clock.now(), who, what, differences: JSON.stringify(changes), undoes };
    let id: number;
    try {
      id = this.#database.transaction(
        (transaction) => {
          writeSiteRows(transaction as unknown as Drizzle, this.#site, site);
          return transaction.insert(audit).values(row).returning({ id: audit.id }).get().id;
        },
        // Waits for the writer thread's commit here, not half-way through.
        { behavior: "immediate" },
      );
    } catch (error) {
      throw storeError(error, this.#file);
    }
    this.#site = site;
    this.#revision = id;
    const change: Change = { ...row, id, differences: withoutSecrets(changes) };
    for (const listener of this.#listeners) listener(site, change);
    return change;
  }

  #find<L extends ListName>(list: L, key: string): Site[L][number] {
    const rows: readonly Site[L][number][] = this.#site[list];
    const row = rows.find((candidate) => keyOf(candidate, list) === key);
    if (row !== undefined) return row;
    throw new SettingsError("settings-03", `There is no ${key} among the ${list}.`);
  }
}

const keyOf = (row: unknown, list: ListName): string => {
  const key: unknown = (row as Record<string, unknown>)[listKeys[list]];
  return typeof key === "string" ? key : "";
};

function refuseLosingOwner(before: Site, after: Site): void {
  const owned = (site: Site) => site.users.some((user) => user.role === "owner");
  if (!owned(before) || owned(after)) return;
  const found = issue(["users"], "noOwnerLeft", "at least one owner must remain");
  throw new SettingsError("settings-02", headline, [found]);
}

function changeOf(row: typeof audit.$inferSelect): Change {
  return { ...row, differences: JSON.parse(row.differences) as readonly Difference[] };
}
