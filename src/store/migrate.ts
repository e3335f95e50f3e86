// Brings a database to the present schema. `PRAGMA user_version` counts the migrations applied, so
// that an up-to-date database costs one read. Each migration is one transaction.
import type { Database } from "bun:sqlite";
import { StoreError } from "./errors.ts";
import first from "./migrations/0000_first.sql" with { type: "text" };
import cdrText from "./migrations/0001_cdr_text.sql" with { type: "text" };

/** In order, never changed once released, only added to. A test compares it with the folder. */
export const migrations: readonly string[] = [first, cdrText];

/** "LFdb": told apart from any other program's SQLite file. */
export const applicationId = 0x4c466462;

export function readNumber(database: Database, pragma: string): number {
  const row: unknown = database.query(`PRAGMA ${pragma}`).values()[0]?.[0];
  return typeof row === "number" ? row : 0;
}

/** Refuses what is not ours or not yet known, without writing.
 *  @returns true for an empty database
 *  @throws StoreError store-04 (newer), store-06 (another program's) */
export function inspectSchema(database: Database, file: string): boolean {
  const version = readNumber(database, "user_version");
  const tables = database.query("SELECT count(*) FROM sqlite_schema").values()[0]?.[0];
  if (tables === 0 && version === 0) return true;
  if (readNumber(database, "application_id") !== applicationId) {
    const sentence = `${file} is a database of another program. Name another data directory.`;
    throw new StoreError("store-06", sentence);
  }
  if (version > migrations.length) {
    throw new StoreError(
      "store-04",
      `${file} was written by a newer Linefinder (schema ${version}; this one knows ` +
        `${migrations.length}). It was not changed. Start the newer version again, or put back ` +
        "the copy made before the upgrade.",
    );
  }
  return false;
}

/** Applies what is missing. @returns the number of migrations applied */
export function migrate(database: Database): number {
  const from = readNumber(database, "user_version");
  for (let version = from; version < migrations.length; version++) {
    database.transaction(() => {
      for (const statement of statementsOf(migrations[version] ?? "")) database.run(statement);
      database.run(`PRAGMA application_id = ${applicationId}`);
      database.run(`PRAGMA user_version = ${version + 1}`);
    })();
  }
  return migrations.length - from;
}

export const statementsOf = (migration: string): readonly string[] =>
  migration
    .split("--> statement-breakpoint")
    .map((statement) => statement.trim())
    .filter((statement) => statement !== "");
