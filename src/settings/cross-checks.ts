// Rules between the objects of a configuration: numbers, ports, references, direct lines.
// Works on whatever parts of a file are readable, so that one reading names every error. Pure.
import { type IssueCode, issue, quote, type SettingsIssue } from "./issues.ts";
import {
  portIndex,
  type SiteCard,
  type SiteExtension,
  type SiteGroup,
  type SiteSettings,
  type SiteTrunk,
  type SiteUser,
} from "./model.ts";

/** An object together with its place in the file. */
export interface Placed<T> {
  readonly index: number;
  readonly value: T;
}

/** The readable parts of a file. `null`: that part was not readable, do not judge by it. */
export interface Readable {
  readonly settings: SiteSettings | null;
  readonly cards: readonly SiteCard[] | null;
  readonly trunks: readonly Placed<SiteTrunk>[];
  readonly extensions: readonly Placed<SiteExtension>[];
  readonly groups: readonly Placed<SiteGroup>[];
  readonly users: readonly Placed<SiteUser>[];
  /** Keys of objects that were not readable: referring to one is no error of its own. */
  readonly unreadable: ReadonlySet<string>;
}

type Path = readonly PropertyKey[];
type Report = (path: Path, code: IssueCode, message: string) => void;

/** @returns every violated rule; empty for a sound configuration. */
export function crossCheck(site: Readable): readonly SettingsIssue[] {
  const issues: SettingsIssue[] = [];
  const report: Report = (path, code, message) => issues.push(issue(path, code, message));
  checkNumbers(site, report);
  checkPorts(site, report);
  checkReferences(site, report);
  checkDirectLines(site, report);
  checkUsers(site, report);
  const s = site.settings;
  if (s !== null && s.flashMinMs >= s.flashMaxMs) {
    report(["settings", "flashMinMs"], "flashWindow", `must be below flashMaxMs (${s.flashMaxMs})`);
  }
  return issues;
}

/** Extensions and groups share one numbering; none may look like a call to the outside. */
function checkNumbers(site: Readable, report: Report): void {
  const holder = new Map<string, string>();
  const prefix = site.settings?.accessPrefix ?? null;
  const claim = (list: string, key: string, index: number, value: string): void => {
    const path = [list, index, key];
    const other = holder.get(value);
    if (other !== undefined) report(path, "duplicate", `${quote(value)} is taken by ${other}`);
    else holder.set(value, `${list}[${index}]`);
  };
  const reachable = (path: Path, value: string): void => {
    if (prefix !== null && value.startsWith(prefix)) {
      const sentence = `${quote(value)} begins with the access prefix ${quote(prefix)}`;
      report(path, "beginsWithAccessPrefix", sentence);
    }
  };
  for (const { index, value } of site.extensions) {
    claim("extensions", "number", index, value.number);
    reachable(["extensions", index, "number"], value.number);
  }
  for (const { index, value } of site.groups) {
    claim("groups", "number", index, value.number);
    reachable(["groups", index, "number"], value.number);
  }
  holder.clear();
  for (const { index, value } of site.trunks) claim("trunks", "id", index, value.id);
  holder.clear();
  site.cards?.forEach((card, index) => {
    claim("cards", "id", index, card.id);
  });
}

function checkPorts(site: Readable, report: Report): void {
  const holder = new Map<string, string>();
  const total = (kind: "fxo" | "fxs") =>
    site.cards === null ? null : site.cards.reduce((sum, card) => sum + card[kind], 0);
  const check = (list: string, index: number, port: string, ports: number | null): void => {
    const path = [list, index, "port"];
    const other = holder.get(port);
    if (other !== undefined) report(path, "portTaken", `${quote(port)} is taken by ${other}`);
    else holder.set(port, `${list}[${index}]`);
    if (ports !== null && portIndex(port) > ports) {
      const kind = port.slice(0, 3);
      report(path, "noSuchPort", `${quote(port)}: the cards have ${ports} ${kind} ports`);
    }
  };
  for (const { index, value } of site.trunks) check("trunks", index, value.port, total("fxo"));
  for (const { index, value } of site.extensions) {
    check("extensions", index, value.port, total("fxs"));
  }
}

function checkReferences(site: Readable, report: Report): void {
  const extensions = new Set(site.extensions.map((e) => e.value.number));
  const groups = new Set(site.groups.map((g) => g.value.number));
  const trunks = new Set(site.trunks.map((t) => t.value.id));
  const refer = (
    path: Path,
    to: string | null,
    known: ReadonlySet<string>,
    list: "extensions" | "groups" | "trunks",
  ): void => {
    if (to === null || known.has(to) || site.unreadable.has(`${list}/${to}`)) return;
    const [code, noun] = missing[list];
    report(path, code, `there is no ${noun} ${quote(to)}`);
  };
  const operator = site.settings?.operatorExtension ?? null;
  refer(["settings", "operatorExtension"], operator, extensions, "extensions");
  for (const { index, value } of site.trunks) {
    refer(["trunks", index, "directExtension"], value.directExtension, extensions, "extensions");
    refer(["trunks", index, "group"], value.group, groups, "groups");
  }
  for (const { index, value } of site.extensions) {
    refer(["extensions", index, "directTrunk"], value.directTrunk, trunks, "trunks");
    value.groups.forEach((number, at) => {
      const path = ["extensions", index, "groups", at];
      refer(path, number, groups, "groups");
      if (value.groups.indexOf(number) < at) {
        report(path, "duplicate", `${quote(number)} stands there twice`);
      }
    });
  }
  for (const { index, value } of site.users) {
    refer(["users", index, "extension"], value.extension, extensions, "extensions");
  }
}

const missing = {
  extensions: ["noSuchExtension", "extension"],
  groups: ["noSuchGroup", "group"],
  trunks: ["noSuchTrunk", "trunk"],
} as const satisfies Record<string, readonly [IssueCode, string]>;

/** A4 and B6 are two names of one wire: what either side says must fit the other. */
function checkDirectLines(site: Readable, report: Report): void {
  const phoneOf = new Map<string, string>();
  const trunkOf = new Map<string, string>();
  const wire = (path: Path, trunk: string, extension: string): void => {
    const phone = phoneOf.get(trunk);
    const line = trunkOf.get(extension);
    if (phone !== undefined && phone !== extension) {
      const sentence = `${quote(trunk)} is wired to ${quote(phone)} already`;
      report(path, "directLineContradiction", sentence);
    } else if (line !== undefined && line !== trunk) {
      const sentence = `${quote(extension)} is wired to ${quote(line)} already`;
      report(path, "directLineContradiction", sentence);
    } else {
      phoneOf.set(trunk, extension);
      trunkOf.set(extension, trunk);
    }
  };
  for (const { index, value } of site.trunks) {
    if (value.directExtension === null) continue;
    wire(["trunks", index, "directExtension"], value.id, value.directExtension);
  }
  for (const { index, value } of site.extensions) {
    if (value.directTrunk === null) continue;
    wire(["extensions", index, "directTrunk"], value.directTrunk, value.number);
  }
}

function checkUsers(site: Readable, report: Report): void {
  const seen = new Map<string, number>();
  for (const { index, value } of site.users) {
    // Two people must not be told apart by capitals alone.
    const key = value.name.normalize("NFKC").toLowerCase();
    const other = seen.get(key);
    if (other === undefined) seen.set(key, index);
    else {
      const sentence = `${quote(value.name)} is taken by users[${other}]`;
      report(["users", index, "name"], "duplicate", sentence);
    }
  }
}
