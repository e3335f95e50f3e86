// The configuration of a running box as page, API, console and runtime use it.
//
//   page, API, console ──change──▶ Configuration ──one transaction──▶ database + audit log
//                                       └──onChange──▶ runtime (a new Office for call control)
import type { Difference, ListName } from "./differences.ts";
import type { Site, SiteInput } from "./model.ts";

/** One row of the audit log. */
export interface Change {
  readonly id: number;
  /** Epoch ms. */
  readonly at: number;
  /** User name, `token:NAME`, `console` or `box`. */
  readonly who: string;
  /** `extensions.add`, `settings.edit`, `import`, `undo`, `setup`…: pages translate it. */
  readonly what: string;
  readonly differences: readonly Difference[];
  /** The change that this one undid. */
  readonly undoes: number | null;
}

export type ChangeListener = (site: Site, change: Change) => void;

/** Main thread; everything is synchronous and costs one commit (a few ms). Every refusal is a
 *  SettingsError and leaves everything as it was; a full disk is a StoreError store-05. */
export interface Configuration {
  /** The same frozen object until something changes. */
  current(): Site;
  /** Id of the latest change; 0 before the first. */
  revision(): number;

  /** Adds an object from unchecked input. @returns it, completed
   *  @throws SettingsError settings-02, its issues with `field` relative to `raw` */
  add<L extends ListName>(who: string, list: L, raw: unknown): Site[L][number];
  /** Changes the fields that `patch` has. A changed key (number, id, name) is followed by every
   *  reference. @throws SettingsError settings-02, settings-03 (no such object) */
  edit<L extends ListName>(who: string, list: L, key: string, patch: unknown): Site[L][number];
  /** @throws SettingsError settings-02 (calls are still routed to it), settings-03 */
  remove(who: string, list: ListName, key: string): void;
  editSettings(who: string, patch: unknown): Site["settings"];
  editOffice(who: string, patch: unknown): Site["office"];

  /** Any other change: `edit` returns the whole new configuration from the present one.
   *  @returns null when nothing differs */
  change(who: string, what: string, edit: (site: Site) => SiteInput | Site): Change | null;
  /** Replaces everything. A file without users leaves the users as they are.
   *  @returns null when nothing differs */
  import(who: string, site: Site): Change | null;
  /** What `import` would change. */
  previewImport(site: Site): readonly Difference[];
  /** @throws SettingsError settings-03 (no such change), settings-04 (changed since) */
  undo(who: string, id: number): Change;
  /** The audit log, newest first, password hashes blanked. `before`: id of the last one seen. */
  changes(limit: number, before: number | null): readonly Change[];
  /** Called after the commit, in order. @returns unsubscribe */
  onChange(listener: ChangeListener): () => void;
}
