// A configuration without a database, over the real edits and checks.
import type { Change, ChangeListener, Configuration } from "../../../src/settings/configuration.ts";
import { differences } from "../../../src/settings/differences.ts";
import {
  addObject,
  type Edit,
  editObject,
  editPart,
  removeObject,
} from "../../../src/settings/edits.ts";
import { SettingsError } from "../../../src/settings/issues.ts";
import type { Site } from "../../../src/settings/model.ts";
import { requireSite } from "../../../src/settings/site-file.ts";

export function memoryConfiguration(start: unknown, now: () => number): Configuration {
  let site = requireSite(start, "bad start");
  const changes: Change[] = [];
  const befores = new Map<number, Site>();
  const listeners = new Set<ChangeListener>();

  const store = (who: string, what: string, after: Site, undoes: number | null): Change | null => {
    const found = differences(site, after);
    if (found.length === 0) return null;
    const change = { id: changes.length + 1, at: now(), who, what, differences: found, undoes };
    befores.set(change.id, site);
    changes.push(change);
    site = after;
    for (const listener of listeners) listener(site, change);
    return change;
  };
  const apply = (who: string, what: string, { draft, focus }: Edit): void => {
    try {
      store(who, what, requireSite(draft, "refused"), null);
    } catch (error) {
      if (!(error instanceof SettingsError)) throw error;
      const issues = error.issues.map((issue) => ({
        ...issue,
        field: issue.path.startsWith(`${focus}.`) ? issue.path.slice(focus.length + 1) : null,
      }));
      throw new SettingsError(error.code, error.message, issues);
    }
  };
  const keyOf = (row: object): string =>
    String("number" in row ? row.number : "id" in row ? row.id : "name" in row ? row.name : "");

  return {
    current: () => site,
    revision: () => changes.length,
    add(who, list, raw) {
      const before = new Set(site[list].map(keyOf));
      apply(who, `${list}.add`, addObject(site, list, raw));
      const added = site[list].find((row) => !before.has(keyOf(row)));
      if (added === undefined) throw new Error("nothing added");
      return added;
    },
    edit(who, list, key, patch) {
      apply(who, `${list}.edit`, editObject(site, list, key, patch));
      const named = Object.values({ ...(patch as object) }).find((value) =>
        site[list].some((row) => keyOf(row) === value && value !== key),
      );
      const kept = site[list].find((row) => keyOf(row) === key);
      const row = kept ?? site[list].find((one) => keyOf(one) === named);
      if (row === undefined) throw new Error("nothing edited");
      return row;
    },
    remove(who, list, key) {
      apply(who, `${list}.remove`, removeObject(site, list, key));
    },
    editSettings(who, patch) {
      apply(who, "settings.edit", editPart(site, "settings", patch));
      return site.settings;
    },
    editOffice(who, patch) {
      apply(who, "office.edit", editPart(site, "office", patch));
      return site.office;
    },
    change: (who, what, edit) => store(who, what, requireSite(edit(site), "refused"), null),
    import: (who, after) => store(who, "import", after, null),
    previewImport: (after) => differences(site, after),
    undo(who, id) {
      const before = befores.get(id);
      if (before === undefined) throw new SettingsError("settings-03", "no such change");
      if (id !== changes.length) throw new SettingsError("settings-04", "changed since");
      const change = store(who, "undo", before, id);
      if (change === null) throw new Error("nothing to undo");
      return change;
    },
    changes: (limit, before) =>
      changes
        .toReversed()
        .filter((change) => before === null || change.id < before)
        .slice(0, limit),
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
