import { describe, expect, test } from "bun:test";
import { addObject, type Edit, editObject, removeObject } from "../../src/settings/edits.ts";
import { formatIssue, SettingsError } from "../../src/settings/issues.ts";
import type { Site } from "../../src/settings/model.ts";
import { parseSite } from "../../src/settings/parse-site.ts";

function site(raw: unknown): Site {
  const parsed = parseSite(raw);
  if (!parsed.ok) throw new Error(parsed.issues.map(formatIssue).join("\n"));
  return parsed.site;
}

const start = site({
  version: 1,
  settings: { operatorExtension: "801" },
  cards: [{ id: "virtual", kind: "virtual", fxo: 4, fxs: 8 }],
  trunks: [
    { id: "line1", port: "fxo/1", directExtension: "802" },
    { id: "line2", port: "fxo/2", group: "800" },
  ],
  extensions: [
    { number: "801", port: "fxs/1", groups: ["800"] },
    { number: "802", port: "fxs/2" },
    { number: "803", port: "fxs/3" },
  ],
  groups: [{ number: "800" }, { number: "810" }],
  users: [],
});

const after = (edit: Edit): Site => site(edit.draft);
const wires = (of: Site) => [
  of.trunks.map((trunk) => trunk.directExtension),
  of.extensions.map((extension) => extension.directTrunk),
];

function refusal(work: () => unknown): readonly string[] {
  try {
    work();
  } catch (error) {
    if (error instanceof SettingsError) return [error.code, ...error.issues.map(formatIssue)];
    throw error;
  }
  return [];
}

describe("A4, B6: the two sides of a direct line move together", () => {
  test("set at the line", () => {
    const edited = after(editObject(start, "trunks", "line2", { directExtension: "803" }));
    expect(wires(edited)).toEqual([
      ["802", "803"],
      [null, "line1", "line2"],
    ]);
  });
  test("set at the telephone", () => {
    const edited = after(editObject(start, "extensions", "803", { directTrunk: "line2" }));
    expect(wires(edited)).toEqual([
      ["802", "803"],
      [null, "line1", "line2"],
    ]);
  });
  test("moved from one telephone to another", () => {
    const edited = after(editObject(start, "trunks", "line1", { directExtension: "803" }));
    expect(wires(edited)).toEqual([
      ["803", null],
      [null, null, "line1"],
    ]);
  });
  test("moved from one line to another", () => {
    const edited = after(editObject(start, "extensions", "802", { directTrunk: "line2" }));
    expect(wires(edited)).toEqual([
      [null, "802"],
      [null, "line2", null],
    ]);
  });
  test("taken off at either side", () => {
    const nothing = [
      [null, null],
      [null, null, null],
    ];
    const atLine = after(editObject(start, "trunks", "line1", { directExtension: null }));
    const atPhone = after(editObject(start, "extensions", "802", { directTrunk: null }));
    expect(wires(atLine)).toEqual(nothing);
    expect(wires(atPhone)).toEqual(nothing);
  });
  test("gone with either object", () => {
    expect(after(removeObject(start, "trunks", "line1")).extensions[1]?.directTrunk).toBe(null);
    expect(after(removeObject(start, "extensions", "802")).trunks[0]?.directExtension).toBe(null);
  });
  test("never taken from somebody else in passing", () => {
    expect(refusal(() => editObject(start, "trunks", "line2", { directExtension: "802" }))).toEqual(
      ["settings-02", 'trunks[1].directExtension: "802" is wired to "line1" already'],
    );
    const phone = { number: "804", port: "fxs/4", directTrunk: "line1" };
    expect(refusal(() => addObject(start, "extensions", phone))).toEqual([
      "settings-02",
      'extensions[3].directTrunk: "line1" is wired to "802" already',
    ]);
  });
  test("renumbered and rewired at once", () => {
    const patch = { number: "812", directTrunk: "line2" };
    const edited = after(editObject(start, "extensions", "802", patch));
    expect(wires(edited)).toEqual([
      [null, "812"],
      [null, "line2", null],
    ]);
  });
});

describe("a renamed object keeps its references", () => {
  test("extension", () => {
    const edited = after(editObject(start, "extensions", "801", { number: "701" }));
    expect(edited.settings.operatorExtension).toBe("701");
    const wired = after(editObject(start, "extensions", "802", { number: "702" }));
    expect(wired.trunks[0]?.directExtension).toBe("702");
  });
  test("group", () => {
    const edited = after(editObject(start, "groups", "800", { number: "700" }));
    expect([edited.trunks[1]?.group, edited.extensions[0]?.groups]).toEqual(["700", ["700"]]);
  });
  test("line", () => {
    const edited = after(editObject(start, "trunks", "line1", { id: "main" }));
    expect(edited.extensions[1]?.directTrunk).toBe("main");
  });
});

describe("removing", () => {
  test("what calls are routed to is refused", () => {
    expect(refusal(() => removeObject(start, "extensions", "801"))).toEqual([
      "settings-02",
      "extensions[0]: this is the operator",
    ]);
    expect(refusal(() => removeObject(start, "groups", "800"))).toEqual([
      "settings-02",
      'groups[0]: line "line2" rings this group',
    ]);
  });
  test("a group leaves its members", () => {
    const freed = after(editObject(start, "trunks", "line2", { group: null }));
    expect(after(removeObject(freed, "groups", "800")).extensions[0]?.groups).toEqual([]);
  });
  test("what is not there cannot go", () => {
    expect(refusal(() => removeObject(start, "groups", "899"))).toEqual(["settings-03"]);
    expect(refusal(() => editObject(start, "groups", "899", {}))).toEqual(["settings-03"]);
  });
});

test("what is no object is refused", () => {
  for (const raw of [null, 1, "x", [], undefined]) {
    expect(refusal(() => addObject(start, "groups", raw))[0]).toBe("settings-02");
  }
});
