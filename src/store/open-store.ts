// Opens everything the box remembers, or says why not. Nothing is written before the data directory
// is locked and the database has been found sound.
import type { Database } from "bun:sqlite";
import { accessSync, closeSync, constants, mkdirSync, openSync, readSync, statSync } from "node:fs";
import { join } from "node:path";
import { drizzle } from "drizzle-orm/bun-sqlite";
import type { CallId } from "../core/effect.ts";
import type { Clock } from "../ports/clock.ts";
import type { CallSearch } from "../ports/store.ts";
import type { Site } from "../settings/model.ts";
import { Accounts } from "./accounts.ts";
import { auditAtStart, type StartAudit } from "./audit-at-start.ts";
import { WriterCallLog } from "./call-log.ts";
import { StoredConfiguration } from "./configuration.ts";
import { openConnection } from "./connection.ts";
import { damaged, StoreError, storeError } from "./errors.ts";
import { StoredHistory } from "./history.ts";
import { HistorySearch } from "./history-search.ts";
import { lockDirectory } from "./lock.ts";
import { inspectSchema, migrate } from "./migrate.ts";
import { giveUpReserve, keepReserve } from "./reserve.ts";
import { audit } from "./schema.ts";
import { type Drizzle, writeSiteRows } from "./site-rows.ts";

export const databaseName = "linefinder.db";
/** Checked whole at every start up to here (5 ms), after a crash up to 64 MB (0.2 s). Beyond, only
 *  the configuration: the write-ahead log keeps the rest sound, SQLite reports what it meets. */
const alwaysCheckedBytes = 4 * 1024 * 1024;
const crashCheckedBytes = 64 * 1024 * 1024;
const configurationTables = [
  "meta",
  "settings",
  "cards",
  "groups",
  "extensions",
  "extension_groups",
  "trunks",
  "users",
];

export interface StoreOptions {
  /** The data directory; made when missing. */
  readonly directory: string;
  readonly clock: Clock;
  readonly pid: number;
  /** The configuration of an empty database. Called before anything is created: when it throws,
   *  the next start is a first start again. */
  readonly firstSite: () => Site;
  /** Bounds the database's size in pages of 4 KB; for tests of a full disk. */
  readonly pagesMost?: number;
}

export interface Store {
  readonly configuration: StoredConfiguration;
  readonly callLog: WriterCallLog;
  readonly history: StoredHistory & CallSearch;
  readonly accounts: Accounts;
  /** True when the database was made by this start. */
  readonly firstStart: boolean;
  /** Number of the first call of this run: above every call and recording there is. */
  readonly firstCall: CallId;
  readonly audit: StartAudit;
  /** Writes out everything, then gives the directory back. Within 3 s also on a full disk. */
  close(): Promise<void>;
}

/** On a full disk the room kept for that is used up.
 *  @throws StoreError (store-01…08), whatever `firstSite` throws; nothing is left open then */
export function openStore(options: StoreOptions): Store {
  const { directory } = options;
  prepareDirectory(directory);
  try {
    const store = openPrepared(options);
    keepReserve(directory);
    return store;
  } catch (error) {
    const full = error instanceof StoreError && error.code === "store-05";
    if (full && giveUpReserve(directory)) return openPrepared(options);
    throw error;
  }
}

function openPrepared(options: StoreOptions): Store {
  const { directory, clock } = options;
  const unlock = lockDirectory(directory, options.pid);
  const file = join(directory, databaseName);
  let connection: Database | null = null;
  let askedInVain = false;
  const firstSite = (): Site => {
    askedInVain = true;
    const site = options.firstSite();
    askedInVain = false;
    return site;
  };
  try {
    const site = isEmpty(file) ? firstSite() : null;
    if (site === null) refuseForeignFile(file);
    let clean = true;
    connection = openConnection(file, false, (found) => {
      if (inspectSchema(found, file)) return;
      clean = wasClosed(found);
      checkSound(found, file, clean);
    });
    if (options.pagesMost !== undefined)
      connection.run(`PRAGMA max_page_count = ${options.pagesMost}`);
    migrate(connection);
    const database = drizzle({ client: connection });
    // Not `empty`: a crash may have come between the tables and their first contents.
    const firstStart = highest(connection, "SELECT max(id) AS most FROM audit") === 0;
    if (firstStart) writeFirstSite(database, site ?? firstSite(), clock.now());
    const found = auditAtStart(connection, directory, clock.now(), clean);
    const configuration = new StoredConfiguration(database, clock, file);
    const callLog = new WriterCallLog({
      file,
      clock,
      firstSeq: highest(connection, "SELECT max(seq) AS most FROM journal") + 1,
      pagesMost: options.pagesMost ?? null,
    });
    const opened = connection;
    const search = new HistorySearch(file, directory, clock);
    return {
      configuration,
      callLog,
      history: Object.assign(new StoredHistory(database, directory), {
        search: search.search.bind(search),
        exportTrace: search.trace.bind(search),
      }),
      accounts: new Accounts(database, clock, configuration),
      firstStart,
      firstCall: firstCall(connection),
      audit: found,
      close: once(async () => {
        await Promise.all([callLog.close(), search.close()]);
        foldLog(opened);
        opened.close();
        unlock();
      }),
    };
  } catch (error) {
    connection?.close();
    unlock();
    // What is wrong with a site file is not the database's fault.
    throw askedInVain ? error : storeError(error, file);
  }
}

/** However often it is asked for, it is done once. */
function once(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | null = null;
  return () => {
    done ??= work();
    return done;
  };
}

function prepareDirectory(directory: string): void {
  try {
    mkdirSync(directory, { recursive: true });
    accessSync(directory, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const sentence = `The data directory ${directory} cannot be used: ${why}.`;
    const remedy = "Check its owner, or name another one with LINEFINDER_DATA.";
    throw new StoreError("store-01", `${sentence} ${remedy}`, error);
  }
}

function isEmpty(file: string): boolean {
  const found = statSync(file, { throwIfNoEntry: false });
  if (found?.isFile() === false) throw damaged(file, "not a file");
  return found === undefined || found.size === 0;
}

/** SQLite would take some damaged files for empty ones: the first 16 bytes must be its own. */
function refuseForeignFile(file: string): void {
  const head = Buffer.alloc(16);
  const descriptor = openSync(file, "r");
  try {
    readSync(descriptor, head, 0, 16, 0);
  } finally {
    closeSync(descriptor);
  }
  if (head.toString("latin1") !== "SQLite format 3\0") throw damaged(file, "not a SQLite file");
  // Shorter than any database's first page.
  if (statSync(file).size < 512) throw damaged(file, "cut off");
}

function wasClosed(connection: Database): boolean {
  const has = connection.query("SELECT 1 FROM sqlite_schema WHERE name = 'meta'").get();
  if (has === null) return false;
  const row = connection
    .query<{ value: string }, []>("SELECT value FROM meta WHERE key = 'clean'")
    .get();
  return row?.value === "1";
}

function checkSound(connection: Database, file: string, clean: boolean): void {
  const size = statSync(file).size;
  const whole = size <= (clean ? alwaysCheckedBytes : crashCheckedBytes);
  const checks = whole
    ? ["PRAGMA quick_check(1)"]
    : configurationTables.map((table) => `PRAGMA quick_check("${table}")`);
  for (const check of checks) {
    const verdict: unknown = connection.query(check).values()[0]?.[0];
    if (verdict !== "ok") throw damaged(file, String(verdict));
  }
}

function writeFirstSite(database: Drizzle, site: Site, at: number): void {
  database.transaction((transaction) => {
    writeSiteRows(transaction as unknown as Drizzle, null, site);
    // The beginning of the audit log; there is nothing to go back to.
    transaction.insert(audit).values({ at, who: "box", what: "setup", differences: "[]" }).run();
  });
}

/** Leaves everything in the one file, so that a copy of it alone is a whole copy. */
function foldLog(connection: Database): void {
  try {
    connection.run("PRAGMA wal_checkpoint(TRUNCATE)");
  } catch {
    // A full disk: the log stays beside the database, and the next start reads both.
  }
}

function highest(connection: Database, query: string): number {
  return connection.query<{ most: number | null }, []>(query).get()?.most ?? 0;
}

/** A recording may have outlived the row of its call (a crash within 50 ms of its start): its
 *  number is not given out again, or the file would be overwritten. */
function firstCall(connection: Database): CallId {
  const queries = [
    "SELECT max(id) AS most FROM cdrs",
    "SELECT max(call) AS most FROM journal_calls",
    "SELECT max(call) AS most FROM recordings",
    "SELECT max(CAST(id AS INTEGER)) AS most FROM recordings WHERE state = 'lost'",
  ];
  return Math.max(...queries.map((query) => highest(connection, query))) + 1;
}
