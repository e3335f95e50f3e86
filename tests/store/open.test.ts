import { Database } from "bun:sqlite";
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { StoreError } from "../../src/store/errors.ts";
import { migrations } from "../../src/store/migrate.ts";
import { cdr, demoSite, inDirectory, open, turn, withStore } from "./support.ts";

// Threads, child processes and a disk: on a busy machine each takes its time.
setDefaultTimeout(30_000);

/** Code and message of what opening throws. */
function refusal(directory: string): { readonly code: string; readonly message: string } {
  try {
    void open(directory).close();
  } catch (error) {
    if (error instanceof StoreError) return { code: error.code, message: error.message };
    throw error;
  }
  return { code: "", message: "" };
}

const databaseOf = (directory: string) => join(directory, "linefinder.db");

/** A directory with a box's data in it, closed properly. */
async function used(directory: string): Promise<void> {
  const store = open(directory);
  store.callLog.append([turn(1, 1)], [cdr(1)]);
  await store.close();
}

describe("first start", () => {
  test("makes the directory and the office that is asked for", async () => {
    await inDirectory(async (parent) => {
      const directory = join(parent, "a", "b");
      const store = open(directory);
      expect([store.firstStart, store.firstCall]).toEqual([true, 1]);
      expect(store.configuration.current()).toEqual(demoSite());
      await store.close();
      const again = open(directory);
      expect([again.firstStart, again.configuration.current()]).toEqual([false, demoSite()]);
      await again.close();
    });
  });

  test("a bad site file leaves nothing behind: the next start is a first one again", async () => {
    await inDirectory(async (directory) => {
      const fail = () => {
        throw new Error("bad site");
      };
      expect(() => open(directory, { firstSite: fail })).toThrow(new Error("bad site"));
      expect(existsSync(databaseOf(directory))).toBe(false);
      const store = open(directory);
      expect(store.firstStart).toBe(true);
      await store.close();
    });
  });

  test("a crash between the tables and the first office is a first start too", async () => {
    await inDirectory(async (directory) => {
      await open(directory).close();
      const database = new Database(databaseOf(directory));
      for (const table of ["audit", "settings", "cards", "trunks", "extension_groups"]) {
        database.run(`DELETE FROM "${table}"`);
      }
      for (const table of ["extensions", "groups"]) database.run(`DELETE FROM "${table}"`);
      database.close();
      const store = open(directory);
      expect([store.firstStart, store.configuration.current()]).toEqual([true, demoSite()]);
      await store.close();
    });
  });
});

describe("store-01: the directory cannot be used", () => {
  test("a file is in the way", async () => {
    await inDirectory((directory) => {
      writeFileSync(join(directory, "file"), "");
      expect(refusal(join(directory, "file", "data")).code).toBe("store-01");
      expect(refusal(join(directory, "file")).code).toBe("store-01");
    });
  });
});

describe("store-02: one process per directory", () => {
  test("a second one is refused, and says who has it", async () => {
    await withStore((_store, directory) => {
      const { code, message } = refusal(directory);
      expect(code).toBe("store-02");
      expect(message).toContain(`process ${process.pid}`);
      const other = Bun.spawnSync([process.execPath, "tests/store/open-child.ts", directory]);
      expect(other.stdout.toString()).toBe("store-02\n");
    });
  });

  test("kill -9 leaves nothing to clear away", async () => {
    await inDirectory(async (directory) => {
      const child = Bun.spawn([process.execPath, "tests/store/open-child.ts", directory, "stay"], {
        stdout: "pipe",
      });
      try {
        const reader = child.stdout.getReader();
        expect(new TextDecoder().decode((await reader.read()).value)).toBe("open\n");
        expect(refusal(directory).code).toBe("store-02");
      } finally {
        child.kill(9);
        await child.exited;
      }
      await open(directory).close();
    });
  });
});

describe("store-03: a damaged database is refused and not touched", () => {
  const damages: [string, (bytes: Buffer) => Buffer][] = [
    ["overwritten from the start", (bytes) => bytes.fill(0x5a, 0, 200)],
    ["overwritten in the middle", (bytes) => bytes.fill(0x5a, 4096, 5 * 4096)],
    ["cut short", (bytes) => bytes.subarray(0, bytes.length - 6 * 4096)],
    ["cut within the first page", (bytes) => bytes.subarray(0, 50)],
    ["something else", () => Buffer.from("This is not a database.")],
    ["full of zeros", (bytes) => Buffer.alloc(bytes.length)],
  ];
  for (const [what, damage] of damages) {
    test(what, async () => {
      await inDirectory(async (directory) => {
        await used(directory);
        const file = databaseOf(directory);
        const damaged = damage(readFileSync(file));
        writeFileSync(file, damaged);
        const { code, message } = refusal(directory);
        expect(code).toBe("store-03");
        expect(message).toContain("It was not changed");
        expect(readFileSync(file).equals(damaged)).toBe(true);
        // The lock was given back: the next attempt meets the same damage, not "in use".
        expect(refusal(directory).code).toBe("store-03");
      });
    });
  }
});

test("store-03: whichever page is overwritten, it is noticed before anything is done", async () => {
  await inDirectory(async (directory) => {
    await used(directory);
    const file = databaseOf(directory);
    const sound = readFileSync(file);
    expect(sound.length / 4096).toBeGreaterThan(40);
    for (let at = 0; at < sound.length; at += 4096) {
      writeFileSync(file, Buffer.from(sound).fill(0x5a, at, at + 4096));
      expect([at, refusal(directory).code]).toEqual([at, "store-03"]);
    }
    writeFileSync(file, sound);
    expect(refusal(directory).code).toBe("");
  });
});

describe("databases that are not for us", () => {
  test("store-04: from the future", async () => {
    await inDirectory(async (directory) => {
      await used(directory);
      const database = new Database(databaseOf(directory));
      database.run(`PRAGMA user_version = ${migrations.length + 1}`);
      database.run("PRAGMA wal_checkpoint(TRUNCATE)");
      database.close();
      const before = readFileSync(databaseOf(directory));
      const { code, message } = refusal(directory);
      expect(code).toBe("store-04");
      expect(message).toContain("newer Linefinder");
      expect(readFileSync(databaseOf(directory)).equals(before)).toBe(true);
    });
  });

  test("store-06: another program's", async () => {
    await inDirectory((directory) => {
      const database = new Database(databaseOf(directory), { create: true, readwrite: true });
      database.run("CREATE TABLE recipes (name TEXT)");
      database.close();
      const before = readFileSync(databaseOf(directory));
      expect(refusal(directory).code).toBe("store-06");
      expect(readFileSync(databaseOf(directory)).equals(before)).toBe(true);
    });
  });

  test("store-07: a configuration that breaks the rules", async () => {
    await inDirectory(async (directory) => {
      await used(directory);
      const database = new Database(databaseOf(directory));
      database.run("UPDATE extensions SET number = '80A' WHERE port = 'fxs/8'");
      database.run("DELETE FROM extension_groups WHERE extension = '808'");
      database.close();
      const { code, message } = refusal(directory);
      expect(code).toBe("store-07");
      expect(message).toContain('extensions[7].number: "80A" is not a dial number');
    });
  });
});

test("a closed store has everything in one file", async () => {
  await inDirectory(async (directory) => {
    await used(directory);
    const log = `${databaseOf(directory)}-wal`;
    expect(existsSync(log) ? statSync(log).size : 0).toBe(0);
    expect(existsSync(join(directory, "linefinder.pid"))).toBe(false);
    const copy = join(directory, "copy");
    mkdirSync(copy);
    copyFileSync(databaseOf(directory), databaseOf(copy));
    const store = open(copy);
    expect(store.history.get(1)?.id).toBe(1);
    await store.close();
  });
});
