import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { formatIssue, SettingsError } from "../../src/settings/issues.ts";
import { readSiteFile, writeSiteFile } from "../../src/settings/site-file.ts";
import { inDirectory, open, withStore } from "./support.ts";

// Threads, child processes and a disk: on a busy machine each takes its time.
setDefaultTimeout(30_000);

function refusal(work: () => unknown): readonly string[] {
  try {
    work();
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    return [error.code, ...error.issues.map((found) => `${found.field}| ${formatIssue(found)}`)];
  }
  return [];
}

describe("changes", () => {
  test("are there after a restart, whatever they touch", async () => {
    await inDirectory(async (directory) => {
      const store = open(directory);
      const { configuration } = store;
      configuration.add("owner", "groups", { number: "810", name: "Sales" });
      configuration.edit("owner", "extensions", "803", { groups: ["810"], name: "销售 🪑" });
      configuration.edit("owner", "trunks", "line2", { directExtension: "808", linePrefix: "0," });
      configuration.edit("owner", "trunks", "line3", { group: "810" });
      configuration.editSettings("owner", { ringSeconds: 45, operatorExtension: null });
      configuration.editOffice("owner", { name: "Lindgren", language: "en" });
      configuration.remove("owner", "extensions", "801");
      configuration.edit("owner", "extensions", "802", { number: "702" });
      const before = configuration.current();
      await store.close();
      const again = open(directory);
      expect(again.configuration.current()).toEqual(before);
      expect(again.configuration.revision()).toBe(configuration.revision());
      await again.close();
    });
  });

  test("give back the completed object", async () => {
    await withStore(({ configuration }) => {
      configuration.remove("owner", "extensions", "808");
      const added = configuration.add("owner", "extensions", { number: "820", port: "fxs/8" });
      expect(added).toEqual({
        number: "820",
        name: "",
        port: "fxs/8",
        directTrunk: null,
        groups: [],
      });
      const renamed = configuration.edit("owner", "extensions", "820", { number: "821" });
      expect(renamed.number).toBe("821");
    });
  });

  test("swapping two ports in one change is possible", async () => {
    await withStore(({ configuration }) => {
      configuration.change("owner", "swap", (site) => ({
        ...site,
        extensions: site.extensions.map((one) => {
          const port = { "801": "fxs/2", "802": "fxs/1" }[one.number] ?? one.port;
          return { ...one, port: port as typeof one.port };
        }),
      }));
      expect(
        configuration
          .current()
          .extensions.slice(0, 2)
          .map((one) => one.number),
      ).toEqual(["802", "801"]);
    });
  });

  test("a refused one changes nothing and names the field", async () => {
    await withStore(({ configuration }) => {
      const before = configuration.current();
      expect(
        refusal(() => configuration.add("owner", "extensions", { number: "80A", port: "fxs/1" })),
      ).toEqual(["settings-02", 'number| extensions[8].number: "80A" is not a dial number']);
      expect(refusal(() => configuration.edit("owner", "trunks", "line1", { group: "8" }))).toEqual(
        ["settings-02", 'group| trunks[0].group: there is no group "8"'],
      );
      expect(refusal(() => configuration.editSettings("owner", { ringSeconds: 1, x: 1 }))).toEqual([
        "settings-02",
        "ringSeconds| settings.ringSeconds: 1 is below 5",
        "x| settings.x: unknown key",
      ]);
      expect(refusal(() => configuration.editSettings("owner", { accessPrefix: "80" }))[1]).toBe(
        'null| extensions[0].number: "801" begins with the access prefix "80"',
      );
      expect(refusal(() => configuration.edit("owner", "groups", "899", {}))).toEqual([
        "settings-03",
      ]);
      expect(configuration.current()).toBe(before);
      expect(configuration.changes(10, null)).toHaveLength(1);
    });
  });

  test("tell their listeners after the fact, until they unsubscribe", async () => {
    await withStore(({ configuration }) => {
      const heard: unknown[] = [];
      const stop = configuration.onChange((site, change) => {
        expect(site).toBe(configuration.current());
        heard.push([change.what, site.settings.ringSeconds]);
      });
      configuration.editSettings("owner", { ringSeconds: 20 });
      configuration.editSettings("owner", { ringSeconds: 20 });
      stop();
      configuration.editSettings("owner", { ringSeconds: 25 });
      expect(heard).toEqual([["settings.edit", 20]]);
    });
  });
});

describe("audit log", () => {
  test("says who changed what, from what, to what", async () => {
    await withStore(({ configuration }) => {
      configuration.editSettings("anna", { ringSeconds: 20 });
      const [change] = configuration.changes(1, null);
      expect(change).toMatchObject({
        who: "anna",
        what: "settings.edit",
        undoes: null,
        differences: [{ path: "settings/ringSeconds", before: 30, after: 20 }],
      });
      expect(change?.at).toBeGreaterThan(1_600_000_000_000);
    });
  });

  test("undoes a change, and the undoing", async () => {
    await withStore(({ configuration }) => {
      const before = configuration.current();
      configuration.edit("anna", "trunks", "line1", { directExtension: "803" });
      const changed = configuration.current();
      const undone = configuration.undo("bert", configuration.revision());
      expect(configuration.current()).toEqual(before);
      expect(undone).toMatchObject({ who: "bert", what: "undo", undoes: undone.id - 1 });
      configuration.undo("anna", undone.id);
      expect(configuration.current()).toEqual(changed);
    });
  });

  test("does not undo over a later change of the same thing, but past other ones", async () => {
    await withStore(({ configuration }) => {
      configuration.editSettings("anna", { ringSeconds: 20 });
      const first = configuration.revision();
      configuration.editSettings("anna", { ringSeconds: 25 });
      expect(refusal(() => configuration.undo("anna", first))).toEqual(["settings-04"]);
      configuration.editSettings("anna", { greetingRounds: 5 });
      configuration.undo("anna", first + 1);
      const { ringSeconds, greetingRounds } = configuration.current().settings;
      expect([ringSeconds, greetingRounds]).toEqual([20, 5]);
      expect(refusal(() => configuration.undo("anna", 999))).toEqual(["settings-03"]);
    });
  });

  test("pages from the newest back", async () => {
    await withStore(({ configuration }) => {
      for (let round = 1; round <= 5; round++) {
        configuration.editSettings("anna", { greetingRounds: round });
      }
      const first = configuration.changes(2, null);
      const rest = configuration.changes(10, first[1]?.id ?? 0);
      expect([...first, ...rest].map((change) => change.id)).toEqual([6, 5, 4, 3, 2, 1]);
    });
  });

  test("never shows a password hash", async () => {
    await withStore(async ({ configuration, accounts }) => {
      await accounts.claimOwner("box", "correct horse");
      expect(JSON.stringify(configuration.changes(10, null))).not.toContain("argon2id");
      const hash = configuration.current().users[0]?.passwordHash;
      const file = readSiteFile(writeSiteFile({ ...configuration.current(), users: [] }));
      configuration.import("owner", file);
      expect(configuration.current().users[0]?.passwordHash).toBe(hash ?? "");
    });
  });
});

describe("import", () => {
  test("replaces everything, shows what it would change, and can be undone", async () => {
    await withStore(({ configuration }) => {
      const before = configuration.current();
      const other = readSiteFile('{"version":1,"settings":{"country":"gb"}}');
      const preview = configuration.previewImport(other).map((one) => one.path);
      expect(preview).toContain("settings/country");
      expect(preview).toContain("extensions/808");
      expect(configuration.current()).toBe(before);
      const change = configuration.import("owner", other);
      expect(configuration.current()).toEqual(other);
      expect(configuration.import("owner", other)).toBe(null);
      configuration.undo("owner", change?.id ?? 0);
      expect(configuration.current()).toEqual(before);
    });
  });

  test("never leaves the box without an owner", async () => {
    await withStore(async ({ configuration, accounts }) => {
      await accounts.claimOwner("box", "correct horse");
      const [owner] = configuration.current().users;
      const staff = { ...configuration.current(), users: [{ ...owner, name: "x", role: "staff" }] };
      const file = readSiteFile(JSON.stringify(staff));
      expect(refusal(() => configuration.import("owner", file))).toEqual([
        "settings-02",
        "null| users: at least one owner must remain",
      ]);
      expect(refusal(() => configuration.remove("owner", "users", "owner"))[0]).toBe("settings-02");
    });
  });

  test("without users keeps them, also when their telephone is gone", async () => {
    await withStore(async ({ configuration, accounts }) => {
      await accounts.claimOwner("box", "correct horse");
      configuration.edit("owner", "users", "owner", { extension: "801" });
      configuration.import("owner", readSiteFile('{"version":1}'));
      expect(configuration.current().users).toMatchObject([{ name: "owner", extension: null }]);
    });
  });
});
