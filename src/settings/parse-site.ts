// From an unknown value to a checked configuration, or to the list of everything wrong with it.
// Pure; the file around it is site-file.ts.
import type { z } from "zod";
import { crossCheck, type Placed, type Readable } from "./cross-checks.ts";
import { issue, issuesOf, quote, type SettingsIssue } from "./issues.ts";
import {
  cardSchema,
  extensionSchema,
  groupSchema,
  portIndex,
  type Site,
  settingsSchema,
  siteSchema,
  trunkSchema,
  userSchema,
} from "./model.ts";

export type ParsedSite =
  | { readonly ok: true; readonly site: Site }
  | { readonly ok: false; readonly issues: readonly SettingsIssue[] };

/** Reads a configuration; both sides of a direct line are filled in from either.
 *  @returns the frozen site, or every issue found; never throws. */
export function parseSite(raw: unknown): ParsedSite {
  const version = isRecord(raw) ? raw.version : undefined;
  if (typeof version === "number" && version > 1) {
    const sentence = `${quote(version)} is newer than this Linefinder understands (1)`;
    return { ok: false, issues: [issue(["version"], "newerVersion", sentence)] };
  }
  const parsed = siteSchema.safeParse(raw, { reportInput: true });
  const shape = parsed.success ? [] : issuesOf(parsed.error);
  const parts = parsed.success ? wholeOf(parsed.data) : readableOf(raw);
  const issues = [...shape, ...crossCheck(parts)];
  if (!parsed.success || issues.length > 0) return { ok: false, issues };
  return { ok: true, site: freeze(inOrder(wireDirectLines(parsed.data))) };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Picks what can be judged out of a file that may be wrong elsewhere. */
function readableOf(raw: unknown): Readable {
  const file = isRecord(raw) ? raw : {};
  const unreadable = new Set<string>();
  const pick = <T>(list: string, key: string, schema: z.ZodType<T>): readonly Placed<T>[] => {
    const items = file[list];
    if (!Array.isArray(items)) return [];
    return items.flatMap((item: unknown, index) => {
      const parsed = schema.safeParse(item);
      if (parsed.success) return [{ index, value: parsed.data }];
      const name = isRecord(item) ? item[key] : null;
      if (typeof name === "string") unreadable.add(`${list}/${name}`);
      return [];
    });
  };
  const settings = settingsSchema.safeParse(file.settings ?? {});
  const cards = cardSchema.array().safeParse(file.cards ?? []);
  return {
    settings: settings.success ? settings.data : null,
    cards: cards.success ? cards.data : null,
    trunks: pick("trunks", "id", trunkSchema),
    extensions: pick("extensions", "number", extensionSchema),
    groups: pick("groups", "number", groupSchema),
    users: pick("users", "name", userSchema),
    unreadable,
  };
}

type RawSite = z.output<typeof siteSchema>;

function wholeOf(site: RawSite): Readable {
  const place = <T>(items: readonly T[]) => items.map((value, index) => ({ index, value }));
  return {
    settings: site.settings,
    cards: site.cards,
    trunks: place(site.trunks),
    extensions: place(site.extensions),
    groups: place(site.groups),
    users: place(site.users),
    unreadable: new Set(),
  };
}

function wireDirectLines(site: RawSite): RawSite {
  const trunks = site.trunks.map((trunk) => ({
    ...trunk,
    directExtension:
      trunk.directExtension ??
      site.extensions.find((extension) => extension.directTrunk === trunk.id)?.number ??
      null,
  }));
  const extensions = site.extensions.map((extension) => ({
    ...extension,
    directTrunk:
      extension.directTrunk ??
      site.trunks.find((trunk) => trunk.directExtension === extension.number)?.id ??
      null,
  }));
  return { ...site, trunks, extensions };
}

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const byNumber = (a: string, b: string): number => Number(a) - Number(b);

/** One order for equal configurations: by physical position, number or name (D1 counts on it). */
function inOrder(site: RawSite): Site {
  return {
    version: site.version,
    office: site.office,
    settings: site.settings,
    cards: site.cards,
    trunks: site.trunks.toSorted((a, b) => portIndex(a.port) - portIndex(b.port)),
    extensions: site.extensions
      .map((extension) => ({ ...extension, groups: extension.groups.toSorted(byNumber) }))
      .sort((a, b) => portIndex(a.port) - portIndex(b.port)),
    groups: site.groups.toSorted((a, b) => byNumber(a.number, b.number)),
    users: site.users.toSorted((a, b) => byText(a.name, b.name)),
  };
}

function freeze<T>(value: T): T {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const part of Object.values(value)) freeze(part);
  }
  return value;
}
