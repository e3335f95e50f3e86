import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { settingsCatalogue } from "../../src/settings/catalogue.ts";
import { countries } from "../../src/settings/fields.ts";
import { formatIssue, SettingsError } from "../../src/settings/issues.ts";
import { officeOf, type SiteInput } from "../../src/settings/model.ts";
import { parseSite } from "../../src/settings/parse-site.ts";
import { readSiteFile, siteJsonSchema, writeSiteFile } from "../../src/settings/site-file.ts";

const sound = (): SiteInput & { extensions: object[] } => ({
  version: 1,
  settings: { operatorExtension: "801" },
  cards: [{ id: "virtual", kind: "virtual", fxo: 2, fxs: 4 }],
  trunks: [
    { id: "line1", port: "fxo/1" },
    { id: "line2", port: "fxo/2", directExtension: "802" },
  ],
  extensions: [
    { number: "801", port: "fxs/1", groups: ["800"] },
    { number: "802", port: "fxs/2" },
    { number: "803", port: "fxs/3" },
  ],
  groups: [{ number: "800" }],
});

const errorsOf = (raw: unknown): readonly string[] => {
  const parsed = parseSite(raw);
  return parsed.ok ? [] : parsed.issues.map(formatIssue);
};

/** The sound site with one value replaced. */
function bad(path: readonly (string | number)[], value: unknown): unknown {
  const site: unknown = structuredClone(sound());
  let part = site as Record<string | number, unknown>;
  for (const step of path.slice(0, -1)) part = part[step] as Record<string | number, unknown>;
  part[path.at(-1) ?? ""] = value;
  return site;
}

describe("a bad value is named with its path", () => {
  const cases: [readonly (string | number)[], unknown, string][] = [
    [["extensions", 2, "number"], "80A", 'extensions[2].number: "80A" is not a dial number'],
    [["extensions", 2, "number"], "0803", 'extensions[2].number: "0803" is not a dial number'],
    [["extensions", 2, "number"], 803, "extensions[2].number: expected a string, got 803"],
    [["extensions", 2, "number"], undefined, "extensions[2].number: is missing"],
    [["extensions", 2, "number"], "801", 'extensions[2].number: "801" is taken by extensions[0]'],
    [
      ["groups"],
      [{ number: "800" }, { number: "803" }],
      'groups[1].number: "803" is taken by extensions[2]',
    ],
    [
      ["extensions", 2, "number"],
      "903",
      'extensions[2].number: "903" begins with the access prefix "9"',
    ],
    [["extensions", 2, "port"], "fxs/2", 'extensions[2].port: "fxs/2" is taken by extensions[1]'],
    [["extensions", 2, "port"], "fxs/5", 'extensions[2].port: "fxs/5": the cards have 4 fxs ports'],
    [
      ["extensions", 2, "port"],
      "fxo/1",
      'extensions[2].port: "fxo/1" is not a telephone port such as "fxs/1"',
    ],
    [["extensions", 2, "nmae"], "x", "extensions[2].nmae: unknown key"],
    [
      ["extensions", 2, "groups"],
      ["800", "810"],
      'extensions[2].groups[1]: there is no group "810"',
    ],
    [
      ["extensions", 2, "groups"],
      ["800", "800"],
      'extensions[2].groups[1]: "800" stands there twice',
    ],
    [
      ["extensions", 2, "directTrunk"],
      "line9",
      'extensions[2].directTrunk: there is no trunk "line9"',
    ],
    [
      ["extensions", 2, "directTrunk"],
      "line2",
      'extensions[2].directTrunk: "line2" is wired to "802" already',
    ],
    [
      ["trunks", 0, "directExtension"],
      "802",
      'trunks[1].directExtension: "802" is wired to "line1" already',
    ],
    [["trunks", 0, "group"], "801", 'trunks[0].group: there is no group "801"'],
    [
      ["trunks", 0, "linePrefix"],
      "0x",
      'trunks[0].linePrefix: "0x" is not a line prefix (0 to 16 keys)',
    ],
    [["trunks", 1, "id"], "line1", 'trunks[1].id: "line1" is taken by trunks[0]'],
    [["settings", "ringSeconds"], 4, "settings.ringSeconds: 4 is below 5"],
    [["settings", "ringSeconds"], 301, "settings.ringSeconds: 301 is above 300"],
    [["settings", "ringSeconds"], 5.5, "settings.ringSeconds: expected a whole number, got 5.5"],
    [
      ["settings", "operatorExtension"],
      "800",
      'settings.operatorExtension: there is no extension "800"',
    ],
    [["settings", "nonsense"], 1, "settings.nonsense: unknown key"],
    [
      ["settings", "speechCommand"],
      "rm -rf /",
      'settings.speechCommand: "rm -rf /" is not the name or absolute path of a program',
    ],
    [["office"], { language: "fr" }, 'office.language: "fr" is not one of "zh-CN", "en"'],
    [["cards"], "none", 'cards: expected a list, got "none"'],
    [["nonsense"], 1, "nonsense: unknown key"],
    [["version"], 2, "version: 2 is newer than this Linefinder understands (1)"],
    [["version"], undefined, "version: is missing"],
    [
      ["users"],
      [{ name: "owner", role: "owner", passwordHash: "geheim" }],
      'users[0].passwordHash: "geheim" is not an argon2id password hash',
    ],
  ];
  for (const [path, value, sentence] of cases) {
    test(sentence, () => {
      expect(errorsOf(bad(path, value))).toEqual([sentence]);
    });
  }

  test("the flash window needs a width", () => {
    const site = { ...sound(), settings: { flashMinMs: 400, flashMaxMs: 400 } };
    expect(errorsOf(site)).toEqual(["settings.flashMinMs: must be below flashMaxMs (400)"]);
  });

  test("one reading names every error, of values and between objects", () => {
    const site = sound();
    const errors = errorsOf({
      ...site,
      trunks: [{ id: "line1", port: "fxo/7" }],
      extensions: [
        ...site.extensions,
        { number: "80A", port: "fxs/3" },
        { number: "803", port: "x" },
      ],
    });
    expect(errors).toEqual([
      'extensions[3].number: "80A" is not a dial number',
      'extensions[4].port: "x" is not a telephone port such as "fxs/1"',
      'trunks[0].port: "fxo/7": the cards have 2 fxo ports',
    ]);
  });

  test("an object that cannot be made a text is refused like any other", () => {
    const number = { toString: 1 };
    expect(errorsOf({ ...sound(), groups: [{ number }], extensions: [], trunks: [] })).toContain(
      "groups[0].number: expected a string, got an object",
    );
  });

  test("a __proto__ key is a key like any other", () => {
    const raw = JSON.parse('{"version":1,"settings":{"__proto__":{"country":"us"}}}');
    expect(errorsOf(raw)).toEqual(["settings.__proto__: unknown key"]);
  });
});

describe("a sound site", () => {
  test("A4, B6: one side of a direct line is enough", () => {
    const parsed = parseSite({
      ...sound(),
      extensions: [
        { number: "802", port: "fxs/2" },
        { number: "801", port: "fxs/1", directTrunk: "line1" },
      ],
      groups: [],
    });
    if (!parsed.ok) throw new Error(parsed.issues.map(formatIssue).join());
    const office = officeOf(parsed.site);
    expect(office.trunks.map((t) => t.directExtension)).toEqual(["801", "802"]);
    expect(office.extensions.map((e) => [e.number, e.directTrunk])).toEqual([
      ["801", "line1"],
      ["802", "line2"],
    ]);
  });

  test("is frozen through and through", () => {
    const parsed = parseSite(sound());
    if (!parsed.ok) throw new Error("refused");
    expect(Object.isFrozen(parsed.site.extensions[0]?.groups)).toBe(true);
    expect(Object.isFrozen(parsed.site.settings)).toBe(true);
  });

  test("comes back equal from the file it is written to", () => {
    const parsed = parseSite(sound());
    if (!parsed.ok) throw new Error("refused");
    expect(readSiteFile(writeSiteFile(parsed.site))).toEqual(parsed.site);
  });
});

describe("site file", () => {
  const codeOf = (text: string): string => {
    try {
      readSiteFile(text);
      return "";
    } catch (error) {
      return error instanceof SettingsError ? error.code : String(error);
    }
  };

  test("not JSON, too large, newer, wrong: each has its code", () => {
    expect(codeOf("{")).toBe("settings-01");
    expect(codeOf("")).toBe("settings-01");
    expect(codeOf(`"${"x".repeat(5_000_000)}"`)).toBe("settings-01");
    expect(codeOf('{"version":7}')).toBe("settings-06");
    expect(codeOf('{"version":1,"x":1}')).toBe("settings-02");
    expect(codeOf("null")).toBe("settings-02");
    expect(codeOf('{"version":1}')).toBe("");
  });

  test("nested a hundred thousand deep is refused, not a crash", () => {
    expect(codeOf("[".repeat(100_000))).toBe("settings-01");
    const deep = `${"[".repeat(50_000)}${"]".repeat(50_000)}`;
    expect(["settings-01", "settings-02"]).toContain(codeOf(deep));
  });

  test("the demo office is the contract's", () => {
    const site = readSiteFile(readFileSync("config/demo-office.json", "utf8"));
    expect(site.cards).toEqual([{ id: "virtual", kind: "virtual", fxo: 4, fxs: 8 }]);
    expect(site.extensions.map((e) => e.number)).toEqual([
      "801",
      "802",
      "803",
      "804",
      "805",
      "806",
      "807",
      "808",
    ]);
    expect(site.extensions.every((e) => e.groups.join() === "800")).toBe(true);
    expect(site.trunks.map((t) => [t.id, t.port, t.directExtension, t.group])).toEqual(
      [1, 2, 3, 4].map((n) => [`line${n}`, `fxo/${n}`, null, null]),
    );
    const { country, accessPrefix, operatorExtension } = site.settings;
    expect([country, accessPrefix, operatorExtension]).toEqual(["cn", "9", "801"]);
  });

  test("the commented example is read and names every setting", () => {
    const text = readFileSync("config/site.example.jsonc", "utf8");
    expect(readSiteFile(text).trunks.map((t) => t.directExtension)).toEqual([null, "24"]);
    for (const { name } of settingsCatalogue) expect(text).toContain(`"${name}":`);
  });

  test("the published JSON Schema is current", () => {
    const published = JSON.parse(readFileSync("config/site.schema.json", "utf8"));
    expect(published).toEqual(JSON.parse(JSON.stringify(siteJsonSchema())));
  });

  test("every country offered has a tone plan", () => {
    const plans: { countries: object } = JSON.parse(readFileSync("config/tones.json", "utf8"));
    for (const country of countries) expect(Object.keys(plans.countries)).toContain(country);
  });
});

test("every setting has a default within its range, and keys for name and help", () => {
  expect(settingsCatalogue.length).toBeGreaterThan(15);
  for (const entry of settingsCatalogue) {
    expect(entry.help).toBe(`setting.${entry.name}.help`);
    if (entry.kind === "number") {
      expect(Number(entry.default)).toBeGreaterThanOrEqual(entry.least ?? Number.NaN);
      expect(Number(entry.default)).toBeLessThanOrEqual(entry.most ?? Number.NaN);
      expect(entry.name.endsWith("Seconds")).toBe(entry.unit === "s");
      expect(entry.name.endsWith("Ms")).toBe(entry.unit === "ms");
    }
  }
});
