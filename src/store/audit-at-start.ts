// At every start: calls that a crash cut are closed as `interrupted`, and the recordings on the
// disk are joined to their rows, so that neither is left without the other:
//
//   row, no file        the CDR's recordingId becomes null, the recording's row says `missing`
//   file, no row        stays where it is, with a row of its own (`lost`) that belongs to no call
//   file that is no WAV moved to recordings/set-aside/; nothing is ever deleted
//   stale WAV header    made to fit the data
//
// Folders that have not changed since the last start are not read, so a second start costs a stat
// per thousand recordings.
import type { Database } from "bun:sqlite";
import { existsSync, mkdirSync, readdirSync, renameSync, statSync } from "node:fs";
import { join } from "node:path";
import { StoreError, sqliteCode } from "./errors.ts";
import { isRecordingId, recordingFile, recordingFolder } from "./recordings.ts";
import { repairWav } from "./wav-file.ts";

export interface StartAudit {
  /** True when the disk had no room for it: everything is left to the next start. */
  readonly postponed: boolean;
  /** Calls closed as `interrupted`. */
  readonly interruptedCalls: number;
  readonly repaired: readonly string[];
  /** Rows whose file is gone. */
  readonly missing: readonly string[];
  /** Files that belong to no call. */
  readonly lost: readonly string[];
  /** Files moved to recordings/set-aside/. */
  readonly setAside: readonly string[];
}

/** A directory changed within this time of being read may change again unseen (clock ticks). */
const settledMs = 2000;
/** Cause of a call that the box itself ended: Q.850 41, temporary failure. */
const interruptedCause = 41;

/** @param now epoch ms
 *  @param clean whether the last run closed the database properly
 *  @throws SQLite's errors; a file that cannot be read is treated as no WAV */
export function auditAtStart(
  database: Database,
  directory: string,
  now: number,
  clean: boolean,
): StartAudit {
  const audit = new Audit(database, directory, now, clean);
  try {
    database.transaction(() => audit.run())();
    return audit.result();
  } catch (error) {
    // A box with a full disk must be able to start and switch calls.
    const full = ["SQLITE_FULL", "ENOSPC"].includes(sqliteCode(error));
    if (!full) throw error;
    const none = { interruptedCalls: 0, repaired: [], missing: [], lost: [], setAside: [] };
    return { ...none, postponed: true };
  }
}

class Audit {
  readonly #database: Database;
  readonly #directory: string;
  readonly #root: string;
  readonly #now: number;
  readonly #clean: boolean;
  #interruptedCalls = 0;
  readonly #repaired: string[] = [];
  readonly #missing: string[] = [];
  readonly #lost: string[] = [];
  readonly #setAside: string[] = [];

  constructor(database: Database, directory: string, now: number, clean: boolean) {
    this.#database = database;
    this.#directory = directory;
    this.#root = join(directory, "recordings");
    this.#now = now;
    this.#clean = clean;
  }

  run(): void {
    this.#closeCalls();
    this.#makeRoot();
    const known = this.#knownFolders();
    const present = new Map<string, number>();
    for (const entry of readdirSync(this.#root, { withFileTypes: true })) {
      if (!entry.isDirectory() || entry.name === setAsideName) continue;
      const changedAt = statSync(join(this.#root, entry.name)).mtimeMs;
      present.set(entry.name, changedAt);
      if (known.get(entry.name) !== changedAt) this.#readFolder(entry.name, changedAt);
    }
    for (const folder of known.keys()) if (!present.has(folder)) this.#readFolder(folder, 0);
    this.#closeRecordings();
  }

  result(): StartAudit {
    return {
      postponed: false,
      interruptedCalls: this.#interruptedCalls,
      repaired: this.#repaired,
      missing: this.#missing,
      lost: this.#lost,
      setAside: this.#setAside,
    };
  }

  /** Ends every open row at the last moment the call is known to have lived. */
  #closeCalls(): void {
    const open = this.#database
      .query<OpenCall, []>(
        `SELECT id, started_at AS startedAt, answered_at AS answeredAt,
           recording_id AS recordingId, caller_number AS callerNumber, caller_name AS callerName,
           called_number AS calledNumber,
           (SELECT max(at) FROM journal WHERE seq =
             (SELECT max(seq) FROM journal_calls WHERE call = cdrs.id)) AS lastAt
         FROM cdrs WHERE ended_at IS NULL`,
      )
      .all();
    const close = this.#database.query(
      `UPDATE cdrs SET ended_at = ?, disposition = 'interrupted', cause = ?, released_by = 'fault',
         ring_seconds = max(ring_seconds, ?), talk_seconds = ? WHERE id = ?`,
    );
    const addText = this.#database.query(
      "INSERT INTO cdr_text (rowid, caller_number, caller_name, called_number) VALUES (?, ?, ?, ?)",
    );
    for (const call of open) {
      const recorded = this.#changedAt(call.recordingId);
      // A clock that was set back must not give a call a negative length.
      const alive = Math.min(
        Math.max(call.lastAt ?? 0, recorded),
        Math.max(this.#now, call.startedAt),
      );
      const endedAt = Math.max(call.startedAt, call.answeredAt ?? 0, alive);
      const rang = ((call.answeredAt ?? endedAt) - call.startedAt) / 1000;
      const talked = call.answeredAt === null ? 0 : (endedAt - call.answeredAt) / 1000;
      close.run(endedAt, interruptedCause, call.answeredAt === null ? rang : 0, talked, call.id);
      addText.run(call.id, call.callerNumber, call.callerName, call.calledNumber);
    }
    this.#interruptedCalls = open.length;
  }

  #changedAt(recordingId: string | null): number {
    const file = recordingId === null ? null : recordingFile(this.#directory, recordingId);
    return file !== null && existsSync(file) ? statSync(file).mtimeMs : 0;
  }

  #knownFolders(): Map<string, number> {
    const rows = this.#database
      .query<{ folder: string; changedAt: number }, []>(
        `SELECT folder, changed_at AS changedAt FROM recording_folders
         UNION ALL SELECT DISTINCT folder, -1 FROM recordings
         WHERE folder NOT IN (SELECT folder FROM recording_folders) AND state <> 'missing'`,
      )
      .all();
    return new Map(rows.map((row) => [row.folder, row.changedAt]));
  }

  /** Compares one folder with its rows, both ways. @param changedAt 0: the folder is gone */
  #readFolder(folder: string, changedAt: number): void {
    const path = join(this.#root, folder);
    const names = changedAt === 0 ? [] : readdirSync(path);
    const rows = this.#database
      .query<{ id: string; state: string }, [string]>(
        "SELECT id, state FROM recordings WHERE folder = ?",
      )
      .all(folder);
    const states = new Map(rows.map((row) => [row.id, row.state]));
    const found = new Set<string>();
    for (const name of names) {
      const id = name.replace(/\.wav$/, "");
      const misplaced =
        !name.endsWith(".wav") || !isRecordingId(id) || recordingFolder(id) !== folder;
      if (misplaced) this.#putAside(join(path, name), name);
      else if (this.#readFile(folder, id, states.get(id) ?? null)) found.add(id);
    }
    for (const { id, state } of rows) {
      if (!found.has(id) && state !== "missing" && state !== "notWav") this.#noteMissing(id, state);
    }
    // Moving files aside changed the folder once more; a folder still warm is read again next time.
    const after = changedAt === 0 ? 0 : statSync(path).mtimeMs;
    const settled = changedAt !== 0 && this.#now - after > settledMs;
    this.#database
      .query("INSERT OR REPLACE INTO recording_folders (folder, changed_at) VALUES (?, ?)")
      .run(folder, settled ? after : 0);
    if (changedAt === 0) {
      this.#database.query("DELETE FROM recording_folders WHERE folder = ?").run(folder);
    }
  }

  /** @returns false when the file was no recording and has been moved away */
  #readFile(folder: string, id: string, state: string | null): boolean {
    // What was closed properly, in a run that ended properly, needs no second look.
    if (state === "ready" && this.#clean) return true;
    const file = join(this.#root, folder, `${id}.wav`);
    const repair = repairWav(file);
    if (repair === "notWav") {
      this.#putAside(file, `${id}.wav`);
      if (state !== null) this.#noteMissing(id, "notWav");
      return false;
    }
    if (repair === "repaired") this.#repaired.push(id);
    if (state === null || state === "missing" || state === "notWav") this.#adopt(folder, id);
    return true;
  }

  /** A file without a call: given to the one that names it or that once lost it, else noted. */
  #adopt(folder: string, id: string): void {
    const call = this.#database
      .query<{ id: number }, [string, string]>(
        `SELECT id FROM cdrs WHERE recording_id = ?
         UNION ALL SELECT call FROM recordings WHERE id = ? AND call IS NOT NULL LIMIT 1`,
      )
      .get(id, id);
    this.#database
      .query("INSERT OR REPLACE INTO recordings (id, call, folder, state) VALUES (?, ?, ?, ?)")
      .run(id, call?.id ?? null, folder, call === null ? "lost" : "ready");
    if (call === null) this.#lost.push(id);
    else {
      this.#database
        .query("UPDATE cdrs SET recording_id = ? WHERE id = ? AND recording_id IS NULL")
        .run(id, call.id);
    }
  }

  #noteMissing(id: string, state: string): void {
    this.#database.query("UPDATE cdrs SET recording_id = NULL WHERE recording_id = ?").run(id);
    this.#database
      .query("UPDATE recordings SET state = ? WHERE id = ?")
      .run(state === "notWav" ? "notWav" : "missing", id);
    this.#missing.push(id);
  }

  /** Recordings that were being written when the box stopped, in folders that did not change. */
  #closeRecordings(): void {
    const open = this.#database
      .query<{ id: string; folder: string }, []>(
        "SELECT id, folder FROM recordings WHERE state = 'open'",
      )
      .all();
    for (const { id, folder } of open) {
      const present = existsSync(join(this.#root, folder, `${id}.wav`));
      if (!present) this.#noteMissing(id, "missing");
      else if (this.#repaired.includes(id) || this.#readFile(folder, id, "open")) {
        this.#database.query("UPDATE recordings SET state = 'ready' WHERE id = ?").run(id);
      }
    }
  }

  #makeRoot(): void {
    const found = statSync(this.#root, { throwIfNoEntry: false });
    if (found === undefined) mkdirSync(this.#root, { recursive: true });
    else if (!found.isDirectory()) {
      const remedy = "Move what is there aside; the box makes the directory.";
      throw new StoreError("store-01", `${this.#root} is not a directory. ${remedy}`);
    }
  }

  #putAside(file: string, name: string): void {
    const aside = join(this.#root, setAsideName);
    mkdirSync(aside, { recursive: true });
    let target = join(aside, name);
    for (let copy = 2; existsSync(target); copy++) target = join(aside, `${copy}-${name}`);
    renameSync(file, target);
    this.#setAside.push(name);
  }
}

const setAsideName = "set-aside";

interface OpenCall {
  readonly id: number;
  readonly startedAt: number;
  readonly answeredAt: number | null;
  readonly recordingId: string | null;
  readonly callerNumber: string;
  readonly callerName: string;
  readonly calledNumber: string;
  readonly lastAt: number | null;
}
