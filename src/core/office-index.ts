// An office made quick to ask: who is on this port, what does this number mean. Built once per
// Office object and remembered beside it, so that 480 ports make no turn slower.
import type { PortName } from "./line.ts";
import type { Extension, Group, Office, OfficeSettings, Trunk } from "./office.ts";

/** What an inside number stands for. */
export type InsideTarget =
  | { readonly kind: "extension"; readonly extension: Extension }
  | { readonly kind: "group"; readonly group: Group; readonly ports: readonly PortName[] };

export interface OfficeIndex {
  readonly office: Office;
  readonly settings: OfficeSettings;
  readonly extensionAt: ReadonlyMap<PortName, Extension>;
  readonly extensions: ReadonlyMap<string, Extension>;
  readonly trunkAt: ReadonlyMap<PortName, Trunk>;
  /** Extensions, groups, and `0` for the operator where nothing else begins with 0. */
  readonly numbers: ReadonlyMap<string, InsideTarget>;
  /** Beginnings of those numbers, without the numbers that nothing longer begins with. */
  readonly beginnings: ReadonlySet<string>;
  /** A4/B6, said on the trunk or on the extension: phone's port → trunk. */
  readonly directTrunk: ReadonlyMap<PortName, Trunk>;
  /** Trunk's port → phone that rings for it. */
  readonly directExtension: ReadonlyMap<PortName, Extension>;
  /** Trunks for outgoing calls in the order they are tried: the office's order, but lines wired
   *  to a phone last, so that they stay free for it. */
  readonly outgoing: readonly Trunk[];
}

const known = new WeakMap<Office, OfficeIndex>();

/** @returns the index of this very object; pure, remembered. */
export function indexOf(office: Office): OfficeIndex {
  const before = known.get(office);
  if (before !== undefined) return before;
  const index = build(office);
  known.set(office, index);
  return index;
}

function build(office: Office): OfficeIndex {
  const extensions = new Map(office.extensions.map((e) => [e.number, e] as const));
  const numbers = numbersOf(office, extensions);
  const direct = directLines(office, extensions);
  const wired = new Set([...direct.directTrunk.values()].map((t) => t.id));
  return {
    office,
    settings: office.settings,
    extensionAt: new Map(office.extensions.map((e) => [e.port, e] as const)),
    extensions,
    trunkAt: new Map(office.trunks.map((t) => [t.port, t] as const)),
    numbers,
    beginnings: beginningsOf([...numbers.keys()]),
    ...direct,
    outgoing: [
      ...office.trunks.filter((t) => !wired.has(t.id)),
      ...office.trunks.filter((t) => wired.has(t.id)),
    ],
  };
}

function numbersOf(office: Office, extensions: ReadonlyMap<string, Extension>) {
  const numbers = new Map<string, InsideTarget>();
  for (const group of office.groups) {
    const members = office.extensions.filter((e) => e.groups.includes(group.number));
    numbers.set(group.number, { kind: "group", group, ports: members.map((e) => e.port) });
  }
  for (const extension of office.extensions) {
    numbers.set(extension.number, { kind: "extension", extension });
  }
  const operator = extensions.get(office.settings.operatorExtension ?? "");
  const zeroTaken = [...numbers.keys(), office.settings.accessPrefix].some((n) =>
    n.startsWith("0"),
  );
  if (operator !== undefined && !zeroTaken) {
    numbers.set("0", { kind: "extension", extension: operator });
  }
  return numbers;
}

function beginningsOf(numbers: readonly string[]): ReadonlySet<string> {
  const beginnings = new Set<string>();
  for (const number of numbers) {
    for (let length = 1; length < number.length; length++) {
      beginnings.add(number.slice(0, length));
    }
  }
  return beginnings;
}

function directLines(office: Office, extensions: ReadonlyMap<string, Extension>) {
  const directTrunk = new Map<PortName, Trunk>();
  const directExtension = new Map<PortName, Extension>();
  for (const trunk of office.trunks) {
    const extension =
      extensions.get(trunk.directExtension ?? "") ??
      office.extensions.find((e) => e.directTrunk === trunk.id);
    if (extension === undefined) continue;
    directExtension.set(trunk.port, extension);
    const own = extension.directTrunk;
    if (own === trunk.id || (own === null && !directTrunk.has(extension.port))) {
      directTrunk.set(extension.port, trunk);
    }
  }
  return { directTrunk, directExtension };
}
