// Why the store cannot work: stable codes, each with what to do. Pages and tests use the codes.
import { isDiskFull } from "./reserve.ts";

export type StoreErrorCode =
  /** The data directory cannot be made or written. */
  | "store-01"
  /** Another process has the data directory. */
  | "store-02"
  /** The database is damaged. */
  | "store-03"
  /** The database was written by a newer version. */
  | "store-04"
  /** No room on the disk. */
  | "store-05"
  /** The file is a database, but not one of ours. */
  | "store-06"
  /** The configuration in the database breaks its own rules. */
  | "store-07"
  /** Any other failure of the database. */
  | "store-08"
  /** Too many searches at once: ask again in a moment. */
  | "store-09";

/** An operating failure of the store. The message says what to do, for a person. */
export class StoreError extends Error {
  readonly code: StoreErrorCode;

  constructor(code: StoreErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = "StoreError";
    this.code = code;
  }
}

/** SQLite's own code of an error (`SQLITE_FULL`…), or "" for anything else. */
export function sqliteCode(error: unknown): string {
  if (typeof error !== "object" || error === null) return "";
  if ("code" in error && typeof error.code === "string") return error.code;
  // drizzle wraps what SQLite threw.
  return "cause" in error ? sqliteCode(error.cause) : "";
}

const damagedCodes = new Set(["SQLITE_CORRUPT", "SQLITE_NOTADB", "SQLITE_FORMAT"]);

/** Names what SQLite reported. A StoreError passes through unchanged. */
export function storeError(error: unknown, file: string): StoreError {
  if (error instanceof StoreError) return error;
  const code = sqliteCode(error);
  const why = error instanceof Error ? error.message : String(error);
  if (damagedCodes.has(code) || code.startsWith("SQLITE_CORRUPT")) return damaged(file, why, error);
  // On a full disk SQLite speaks of input and output where it is a matter of its index files.
  const noRoom = code === "SQLITE_FULL" || code === "ENOSPC";
  if (noRoom || (code.startsWith("SQLITE_IOERR") && isDiskFull(file))) {
    const remedy = "Make room (recordings take most of it) and start again.";
    const sentence = `No room left on the disk that holds ${file}. ${remedy}`;
    return new StoreError("store-05", sentence, error);
  }
  if (code === "SQLITE_READONLY" || code === "SQLITE_CANTOPEN" || code === "SQLITE_PERM") {
    return new StoreError("store-01", `Cannot write ${file}: ${why}. Check its owner.`, error);
  }
  return new StoreError("store-08", `The database ${file} failed: ${why}`, error);
}

export function damaged(file: string, why: string, cause?: unknown): StoreError {
  return new StoreError(
    "store-03",
    `The database ${file} is damaged (${why}). It was not changed. Move it aside together with ` +
      "the files of the same name ending in -wal and -shm, then put back a copy, or start " +
      "without one and import your site file.",
    cause,
  );
}
