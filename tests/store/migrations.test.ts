import { Database } from "bun:sqlite";
import { expect, setDefaultTimeout, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  type DrizzleSQLiteSnapshotJSON,
  generateSQLiteDrizzleJson,
  generateSQLiteMigration,
} from "drizzle-kit/api";
import { applicationId, migrate, migrations, statementsOf } from "../../src/store/migrate.ts";
import * as schema from "../../src/store/schema.ts";
import { inDirectory, open } from "./support.ts";

// Threads, child processes and a disk: on a busy machine each takes its time.
setDefaultTimeout(30_000);

const folder = "src/store/migrations";

test("every migration of the folder is applied, in its order", () => {
  const files = readdirSync(folder).filter((name) => name.endsWith(".sql"));
  const texts = files.sort().map((name) => readFileSync(join(folder, name), "utf8"));
  expect(migrations).toEqual(texts);
  const journal = JSON.parse(readFileSync(join(folder, "meta", "_journal.json"), "utf8"));
  const tags = journal.entries.map((entry: { tag: string }) => `${entry.tag}.sql`);
  expect(tags).toEqual(files);
});

test("schema.ts has no change without a migration", async () => {
  const newest = `${String(migrations.length - 1).padStart(4, "0")}_snapshot.json`;
  const last: DrizzleSQLiteSnapshotJSON = JSON.parse(
    readFileSync(join(folder, "meta", newest), "utf8"),
  );
  const now = await generateSQLiteDrizzleJson({ ...schema }, last.id);
  expect(await generateSQLiteMigration(last, now)).toEqual([]);
});

test("the migrations make the tables of schema.ts", async () => {
  const database = new Database(":memory:");
  migrate(database);
  const snapshot = await generateSQLiteDrizzleJson({ ...schema });
  const columnsOf = (table: string) =>
    database.query<{ name: string }, []>(`PRAGMA table_info("${table}")`).all();
  const tables = snapshot.tables as Record<string, { readonly columns: object }>;
  for (const [table, { columns }] of Object.entries(tables)) {
    expect(
      columnsOf(table)
        .map((column) => column.name)
        .sort(),
    ).toEqual(Object.keys(columns).sort());
  }
  database.close();
});

for (let version = 0; version < migrations.length; version++) {
  test(`a database of schema ${version} becomes one of ${migrations.length}`, async () => {
    await inDirectory(async (directory) => {
      const database = new Database(join(directory, "linefinder.db"), { create: true });
      for (const migration of migrations.slice(0, version)) {
        for (const statement of statementsOf(migration)) database.run(statement);
      }
      if (version > 0) {
        database.run(`PRAGMA user_version = ${version}`);
        database.run(`PRAGMA application_id = ${applicationId}`);
        database.run(
          "INSERT INTO cdrs (id, started_at, direction, caller_number, caller_name, " +
            "called_number, disposition, cause, ring_seconds, talk_seconds, ended_at) " +
            "VALUES (7, 1, 'inbound', '1', '', '2', 'answered', 16, 1, 1, 2)",
        );
      }
      database.close();
      const store = open(directory);
      expect(store.history.list({}, 10, null).items.map((call) => call.id)).toEqual(
        version > 0 ? [7] : [],
      );
      expect(store.firstCall).toBe(version > 0 ? 8 : 1);
      await store.close();
    });
  });
}

test("a migration that fails half-way leaves the database as it was", () => {
  const database = new Database(":memory:");
  database.run("CREATE TABLE cdrs (id INTEGER)");
  expect(() => migrate(database)).toThrow();
  const tables = database.query("SELECT name FROM sqlite_schema").values();
  expect(tables).toEqual([["cdrs"]]);
  database.close();
});
