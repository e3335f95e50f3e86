// Edits of one object, as drafts of a whole configuration. References follow a renamed object; the
// two sides of a direct line (A4, B6) move together. Pure: the result still has to be checked.
import { type ListName, listKeys } from "./differences.ts";
import { type IssueCode, quote, SettingsError } from "./issues.ts";
import type { Site } from "./model.ts";

/** A configuration being edited. Values may be anything until they are checked. */
type Row = Record<string, unknown>;
interface Draft {
  version: 1;
  office: Row;
  settings: Row;
  cards: Row[];
  trunks: Row[];
  extensions: Row[];
  groups: Row[];
  users: Row[];
}

/** A draft and the place of the object it is about, e.g. `extensions[3]`. */
export interface Edit {
  readonly draft: unknown;
  readonly focus: string;
}

const draftOf = (site: Site): Draft => structuredClone(site) as unknown as Draft;

/** @throws SettingsError settings-02 when `raw` is no object */
export function addObject(site: Site, list: ListName, raw: unknown): Edit {
  const draft = draftOf(site);
  const focus = `${list}[${draft[list].length}]`;
  const row = rowOf(raw, focus);
  refuseTakenWire(draft, list, row, focus);
  draft[list].push(row);
  return { draft, focus };
}

/** @throws SettingsError settings-02 (no object), settings-03 (no such object) */
export function editObject(site: Site, list: ListName, key: string, patch: unknown): Edit {
  const draft = draftOf(site);
  const index = indexOf(draft, list, key);
  const focus = `${list}[${index}]`;
  const before = draft[list][index] ?? {};
  const after = { ...before, ...rowOf(patch, focus) };
  draft[list][index] = after;
  renameReferences(draft, list, key, after[listKeys[list]]);
  const wire = wireOf(list);
  if (wire !== null && before[wire.own] !== after[wire.own]) {
    unplug(draft, list, after[wire.key], before[wire.own]);
    refuseTakenWire(draft, list, after, focus);
  }
  return { draft, focus };
}

/** What merely belongs to the object goes with it (membership, direct line, a user's telephone).
 *  What routes calls to it is refused: nothing may silently go elsewhere.
 *  @throws SettingsError settings-02 (still used), settings-03 (no such object) */
export function removeObject(site: Site, list: ListName, key: string): Edit {
  const draft = draftOf(site);
  const index = indexOf(draft, list, key);
  const focus = `${list}[${index}]`;
  const [row] = draft[list].splice(index, 1);
  if (list === "groups") {
    const trunk = draft.trunks.find((candidate) => candidate.group === key);
    if (trunk !== undefined) throw stillUsed(focus, `line ${quote(trunk.id)} rings this group`);
    for (const extension of draft.extensions) {
      extension.groups = (extension.groups as unknown[]).filter((number) => number !== key);
    }
  }
  if (list === "extensions") {
    if (draft.settings.operatorExtension === key) throw stillUsed(focus, "this is the operator");
    for (const user of draft.users) if (user.extension === key) user.extension = null;
  }
  const wire = wireOf(list);
  if (wire !== null) unplug(draft, list, key, row?.[wire.own]);
  return { draft, focus };
}

/** @throws SettingsError settings-02 when `patch` is no object */
export function editPart(site: Site, part: "settings" | "office", patch: unknown): Edit {
  const draft = draftOf(site);
  draft[part] = { ...draft[part], ...rowOf(patch, part) };
  return { draft, focus: part };
}

function rowOf(raw: unknown, focus: string): Row {
  if (typeof raw === "object" && raw !== null && !Array.isArray(raw)) return { ...raw };
  throw refusal(focus, "wrongType", `expected an object, got ${quote(raw)}`);
}

function indexOf(draft: Draft, list: ListName, key: string): number {
  const index = draft[list].findIndex((row) => row[listKeys[list]] === key);
  if (index >= 0) return index;
  throw new SettingsError("settings-03", `There is no ${quote(key)} among the ${list}.`);
}

function refusal(focus: string, code: IssueCode, message: string, field = ""): SettingsError {
  const path = field === "" ? focus : `${focus}.${field}`;
  return new SettingsError("settings-02", headline, [{ path, field, code, message }]);
}

export const headline = "The change was refused; nothing was changed.";

const stillUsed = (focus: string, why: string) => refusal(focus, "stillUsed", why);

/** Which field of which list is the other end of a direct line. */
function wireOf(list: ListName) {
  if (list === "trunks") {
    return { own: "directExtension", key: "id", far: "extensions", back: "directTrunk" } as const;
  }
  if (list === "extensions") {
    return { own: "directTrunk", key: "number", far: "trunks", back: "directExtension" } as const;
  }
  return null;
}

/** Clears the far end of a wire that `key` has left. */
function unplug(draft: Draft, list: ListName, key: unknown, partner: unknown): void {
  const wire = wireOf(list);
  if (wire === null) return;
  const far = draft[wire.far].find((row) => row[listKeys[wire.far]] === partner);
  if (far !== undefined && far[wire.back] === key) far[wire.back] = null;
}

/** A wire is not taken away from somebody else in passing. */
function refuseTakenWire(draft: Draft, list: ListName, row: Row, focus: string): void {
  const wire = wireOf(list);
  if (wire === null || row[wire.own] === null || row[wire.own] === undefined) return;
  const far = draft[wire.far].find((candidate) => candidate[listKeys[wire.far]] === row[wire.own]);
  const holder = far?.[wire.back] ?? null;
  if (holder === null || holder === row[wire.key]) return;
  const sentence = `${quote(row[wire.own])} is wired to ${quote(holder)} already`;
  throw refusal(focus, "directLineContradiction", sentence, wire.own);
}

function renameReferences(draft: Draft, list: ListName, from: string, to: unknown): void {
  if (from === to) return;
  const follow = (rows: readonly Row[], field: string): void => {
    for (const row of rows) if (row[field] === from) row[field] = to;
  };
  if (list === "extensions") {
    follow([draft.settings], "operatorExtension");
    follow(draft.trunks, "directExtension");
    follow(draft.users, "extension");
  } else if (list === "trunks") follow(draft.extensions, "directTrunk");
  else if (list === "groups") {
    follow(draft.trunks, "group");
    for (const extension of draft.extensions) {
      const groups = extension.groups as unknown[];
      extension.groups = groups.map((number) => (number === from ? to : number));
    }
  }
}
