// The SQL of journal, CDRs and recordings as the writer thread runs it. Plain statements: through
// drizzle the same rows cost about three times the CPU (docs/adr/0004), and the thread would load
// a second copy of it. A test compares the columns with schema.ts.
import type { Database, Statement } from "bun:sqlite";
import type { Cdr } from "../core/cdr.ts";
import type { Batch, BatchEntry } from "./batch.ts";
import { recordingFolder } from "./recordings.ts";

/** About 1 KB each: 1 GB, or 70,000 calls (a year of a busy small office). CDRs stay for ever. */
export const journalEntriesMost = 1_000_000;
/** Entries deleted with one commit; 500 take about 2 ms. */
const pruneSlice = 500;

const columns = [
  ["id", "id"],
  ["started_at", "startedAt"],
  ["answered_at", "answeredAt"],
  ["ended_at", "endedAt"],
  ["direction", "direction"],
  ["caller_number", "callerNumber"],
  ["caller_name", "callerName"],
  ["called_number", "calledNumber"],
  ["trunk", "trunk"],
  ["extension", "extension"],
  ["group", "group"],
  ["disposition", "disposition"],
  ["cause", "cause"],
  ["answer_basis", "answerBasis"],
  ["released_by", "releasedBy"],
  ["ring_seconds", "ringSeconds"],
  ["talk_seconds", "talkSeconds"],
  ["recording_id", "recordingId"],
] as const satisfies readonly (readonly [string, keyof Cdr])[];

type Prepared = Statement<Record<string, number | string | null>, (number | string | null)[]>;

export class CallTables {
  readonly #database: Database;
  readonly #putEntry: Prepared;
  readonly #putCall: Prepared;
  readonly #endOf: Prepared;
  readonly #putCdr: Prepared;
  readonly #putText: Prepared;
  readonly #putRecording: Prepared;
  readonly #endRecording: Prepared;
  readonly #setMeta: Prepared;
  readonly #entriesMost: number;
  #oldest: number;
  #newest: number;

  constructor(database: Database, entriesMost = journalEntriesMost) {
    this.#database = database;
    this.#entriesMost = entriesMost;
    // A batch is sent again when its fate is unknown: every statement may run twice.
    this.#putEntry = database.prepare(
      "INSERT OR REPLACE INTO journal (seq, at, kind, calls, body) VALUES (?, ?, ?, ?, ?)",
    );
    this.#putCall = database.prepare("INSERT OR IGNORE INTO journal_calls VALUES (?, ?)");
    this.#endOf = database.prepare("SELECT ended_at AS ended FROM cdrs WHERE id = ?");
    this.#putCdr = database.prepare(cdrStatement());
    this.#putText = database.prepare(
      "INSERT INTO cdr_text (rowid, caller_number, caller_name, called_number) VALUES (?, ?, ?, ?)",
    );
    this.#putRecording = database.prepare(
      "INSERT OR IGNORE INTO recordings (id, call, folder, state) VALUES (?, ?, ?, 'open')",
    );
    this.#endRecording = database.prepare(
      "UPDATE recordings SET state = 'ready' WHERE id = ? AND state = 'open'",
    );
    this.#setMeta = database.prepare("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)");
    const span = database
      .query<{ oldest: number | null; newest: number | null }, []>(
        "SELECT (SELECT min(seq) FROM journal) AS oldest, (SELECT max(seq) FROM journal) AS newest",
      )
      .get();
    this.#oldest = span?.oldest ?? 1;
    this.#newest = span?.newest ?? 0;
  }

  /** Writes one batch as one transaction, on disk when it returns.
   *  @throws SQLite's error; nothing of the batch is kept then */
  write(batch: Batch): void {
    this.#inTransaction(() => {
      for (const entry of batch.entries) this.#writeEntry(entry);
      for (const cdr of batch.cdrs) this.#writeCdr(cdr);
      if (this.#newest - this.#oldest >= this.#entriesMost) this.#prune();
    });
  }

  /** Remembers whether the database was closed properly. */
  setClean(clean: boolean): void {
    this.#inTransaction(() => {
      this.#setMeta.run("clean", clean ? "1" : "0");
    });
  }

  /** Lets go of the connection, which otherwise stays open behind its `close()`. */
  close(): void {
    const prepared = [this.#putEntry, this.#putCall, this.#endOf, this.#putCdr, this.#putText];
    for (const statement of [...prepared, this.#putRecording, this.#endRecording, this.#setMeta]) {
      statement.finalize();
    }
  }

  #inTransaction(work: () => void): void {
    const [oldest, newest] = [this.#oldest, this.#newest];
    this.#database.run("BEGIN IMMEDIATE");
    try {
      work();
      this.#database.run("COMMIT");
    } catch (error) {
      [this.#oldest, this.#newest] = [oldest, newest];
      // SQLite itself rolls back on a full disk; a second ROLLBACK would be an error.
      if (this.#database.inTransaction) this.#database.run("ROLLBACK");
      throw error;
    }
  }

  #writeEntry(entry: BatchEntry): void {
    this.#putEntry.run(entry.seq, entry.at, entry.kind, entry.calls, entry.body);
    if (entry.calls !== "") {
      for (const call of entry.calls.split(" ")) this.#putCall.run(Number(call), entry.seq);
    }
    if (entry.seq > this.#newest) this.#newest = entry.seq;
  }

  #writeCdr(cdr: Cdr): void {
    const before = this.#endOf.get(cdr.id);
    // A closed row is closed for good.
    if (before !== null && before.ended !== null) return;
    this.#putCdr.run(...columns.map(([, field]) => cdr[field]));
    if (cdr.recordingId !== null) {
      this.#putRecording.run(cdr.recordingId, cdr.id, recordingFolder(cdr.recordingId));
    }
    if (cdr.endedAt === null) return;
    this.#putText.run(cdr.id, cdr.callerNumber, cdr.callerName, cdr.calledNumber);
    if (cdr.recordingId !== null) this.#endRecording.run(cdr.recordingId);
  }

  /** Forgets the oldest slice, but never what follows the last checkpoint that may be needed. */
  #prune(): void {
    const keepFrom = this.#newest - this.#entriesMost;
    const checkpoint = this.#database
      .query<{ seq: number }, [number]>(
        "SELECT seq FROM journal WHERE kind = 1 AND seq <= ? ORDER BY seq DESC LIMIT 1",
      )
      .get(keepFrom);
    if (checkpoint === null) return;
    const slice = this.#database
      .query<{ seq: number; calls: string }, [number, number]>(
        "SELECT seq, calls FROM journal WHERE seq < ? ORDER BY seq LIMIT ?",
      )
      .all(checkpoint.seq, pruneSlice);
    const last = slice.at(-1);
    if (last === undefined) return;
    const forget = this.#database.query("DELETE FROM journal_calls WHERE call = ? AND seq = ?");
    for (const { seq, calls } of slice) {
      if (calls !== "") for (const call of calls.split(" ")) forget.run(Number(call), seq);
    }
    this.#database.query("DELETE FROM journal WHERE seq <= ?").run(last.seq);
    this.#oldest = last.seq + 1;
  }
}

function cdrStatement(): string {
  const names = columns.map(([column]) => `"${column}"`);
  const updates = names.slice(1).map((name) => `${name} = excluded.${name}`);
  return (
    `INSERT INTO cdrs (${names.join(", ")}) VALUES (${names.map(() => "?").join(", ")}) ` +
    `ON CONFLICT (id) DO UPDATE SET ${updates.join(", ")}`
  );
}
