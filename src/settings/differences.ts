// What differs between two configurations, object by object: shown before an import, kept in the
// audit log, turned round to undo a change. Pure.
import type { Site, SiteInput } from "./model.ts";

/** One object that differs. `null` before = added, `null` after = removed. */
export interface Difference {
  /** `extensions/801`, `trunks/line1`, `groups/800`, `users/owner`, `settings/ringSeconds`,
   *  `office/name`, `cards` (the whole list: its order numbers the ports). */
  readonly path: string;
  readonly before: unknown;
  readonly after: unknown;
}

export const listKeys = {
  trunks: "id",
  extensions: "number",
  groups: "number",
  users: "name",
} as const;

export type ListName = keyof typeof listKeys;

/** Every object of a site under its path. */
function objectsOf(site: Site): Map<string, unknown> {
  const objects = new Map<string, unknown>([["cards", site.cards]]);
  for (const [key, value] of Object.entries(site.office)) objects.set(`office/${key}`, value);
  for (const [key, value] of Object.entries(site.settings)) objects.set(`settings/${key}`, value);
  for (const trunk of site.trunks) objects.set(`trunks/${trunk.id}`, trunk);
  for (const extension of site.extensions) objects.set(`extensions/${extension.number}`, extension);
  for (const group of site.groups) objects.set(`groups/${group.number}`, group);
  for (const user of site.users) objects.set(`users/${user.name}`, user);
  return objects;
}

/** @returns what leads from `before` to `after`, in the order of paths; empty when equal. */
export function differences(before: Site, after: Site): readonly Difference[] {
  const [old, fresh] = [objectsOf(before), objectsOf(after)];
  const found: Difference[] = [];
  for (const path of new Set([...old.keys(), ...fresh.keys()])) {
    const difference = {
      path,
      before: old.get(path) ?? null,
      after: fresh.get(path) ?? null,
    };
    if (!Bun.deepEquals(difference.before, difference.after)) found.push(difference);
  }
  return found.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Turns a change round on top of what the site is now.
 *  @returns the draft to check, or the path of the first object changed since */
export function reverse(
  site: Site,
  changes: readonly Difference[],
): { readonly draft: SiteInput } | { readonly changedSince: string } {
  const objects = objectsOf(site);
  for (const change of changes) {
    if (!Bun.deepEquals(objects.get(change.path) ?? null, change.after)) {
      return { changedSince: change.path };
    }
    if (change.before === null && !change.path.startsWith("settings/")) {
      objects.delete(change.path);
    } else objects.set(change.path, change.before);
  }
  return { draft: assemble(objects) };
}

/** The inverse of `objectsOf`. The result is unchecked: parse it. */
function assemble(objects: ReadonlyMap<string, unknown>): SiteInput {
  const draft: Record<string, unknown> = {
    version: 1,
    office: {},
    settings: {},
    cards: objects.get("cards"),
    trunks: [],
    extensions: [],
    groups: [],
    users: [],
  };
  for (const [path, value] of objects) {
    const slash = path.indexOf("/");
    const part = draft[path.slice(0, slash)];
    if (slash < 0) continue;
    if (Array.isArray(part)) part.push(value);
    else Object.assign(part as object, { [path.slice(slash + 1)]: value });
  }
  // Typed by the parse that follows; every part came out of a checked site or its audit log.
  return draft as SiteInput;
}

/** The same differences with password hashes blanked: for pages, logs and the API. */
export function withoutSecrets(changes: readonly Difference[]): readonly Difference[] {
  const blank = (value: unknown): unknown =>
    typeof value === "object" && value !== null && "passwordHash" in value
      ? { ...value, passwordHash: "(hidden)" }
      : value;
  return changes.map((change) => ({
    path: change.path,
    before: blank(change.before),
    after: blank(change.after),
  }));
}
