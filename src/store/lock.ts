// One process per data directory. The lock is SQLite's own lock on an empty database file: the
// kernel drops it with the process, also after kill -9, so there is nothing stale to judge.
import { Database } from "bun:sqlite";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { StoreError, sqliteCode, storeError } from "./errors.ts";

/** Takes the directory or refuses. @returns a function that gives it back
 *  @throws StoreError store-02 (taken), store-01 (cannot be written) */
export function lockDirectory(directory: string, pid: number): () => void {
  const file = join(directory, "linefinder.lock");
  const pidFile = join(directory, "linefinder.pid");
  let database: Database | null = null;
  try {
    database = new Database(file, { readwrite: true, create: true });
    database.run("PRAGMA busy_timeout = 0");
    // Nothing is ever written here: no journal, no fsync.
    database.run("PRAGMA journal_mode = MEMORY");
    database.run("BEGIN EXCLUSIVE");
  } catch (error) {
    database?.close();
    if (sqliteCode(error).startsWith("SQLITE_BUSY")) throw taken(directory, pidFile);
    throw storeError(error, file);
  }
  const held = database;
  try {
    writeFileSync(pidFile, `${pid}\n`);
  } catch {
    // A full disk. The number is a courtesy to whoever is refused; calls must be possible still.
  }
  return () => {
    rmSync(pidFile, { force: true });
    held.run("ROLLBACK");
    held.close();
  };
}

function taken(directory: string, pidFile: string): StoreError {
  let holder = "";
  try {
    holder = ` (process ${readFileSync(pidFile, "utf8").trim()})`;
  } catch {
    // The holder is just starting or stopping: the number is a courtesy, the lock is the truth.
  }
  return new StoreError(
    "store-02",
    `Another Linefinder${holder} is running on ${directory}. Stop it first, or name another ` +
      "data directory with LINEFINDER_DATA.",
  );
}
