// Calls as the page reads them. Every question costs the same however many calls there are: it
// walks an index from the newest on and looks at a bounded number of rows (docs/adr/0004).

import { existsSync } from "node:fs";
import type { SQL } from "drizzle-orm";
import { and, asc, between, desc, eq, gte, lt, lte, sql } from "drizzle-orm";
import type { Cdr } from "../core/cdr.ts";
import type { CallId, Turn } from "../core/effect.ts";
import type { CallHistory, CdrFilter, Page, TraceExport } from "../ports/store.ts";
import { type Cursor, readCursor, writeCursor } from "./cursor.ts";
import { recordingFile } from "./recordings.ts";
import { cdrs, journal, journalCalls, recordings } from "./schema.ts";
import type { Drizzle } from "./site-rows.ts";

/** Rows that one page may look at: 2,000 take about 3 ms, so the loop is never held. A page of a
 *  rare combination may come back short, with a cursor to go on from (`search` goes on itself). */
export const rowsLookedAtMost = 2000;
export const pageMost = 500;
/** Bounded looks of one search: 250 × 2,000 rows. */
const looksMost = 250;
/** Turns of one trace: an hour on a busy box. Longer ones are refused rather than hold the loop. */
export const traceTurnsMost = 20_000;

const empty: Page<Cdr> = { items: [], nextCursor: null };

export class StoredHistory implements CallHistory {
  readonly #database: Drizzle;
  readonly #directory: string;

  constructor(database: Drizzle, directory: string) {
    this.#database = database;
    this.#directory = directory;
  }

  list(filter: CdrFilter, limit: number, cursor: string | null): Page<Cdr> {
    const after = cursor === null ? null : readCursor(cursor);
    if (cursor !== null && after === null) return empty;
    const wanted = Math.max(1, Math.min(Math.trunc(limit) || 1, pageMost));
    const walk = walkOf(filter, after);
    // Where the walk has to stop; without further conditions every row counts, so LIMIT stops it.
    const edge = walk.conditions.length === 0 ? undefined : this.#edge(walk);
    const found = [...walk.along, ...walk.conditions, ...(edge ? [walk.downTo(edge)] : [])];
    const ids = this.#walk(sql`${cdrs.id}`, walk, found, sql`LIMIT ${wanted + 1}`).map(
      ([id]) => id ?? 0,
    );
    const items = this.#rows(ids.slice(0, wanted));
    const last = items.at(-1);
    if (ids.length > wanted && last !== undefined) return { items, nextCursor: writeCursor(last) };
    // Fewer than asked for: either that was all, or all that may be looked at in one go.
    return { items, nextCursor: edge === undefined ? null : writeCursor(edge) };
  }

  /** As `list`, but goes on until the page is full, or as many pages were looked through as cost
   *  about a second. For the searching thread. */
  fill(filter: CdrFilter, limit: number, cursor: string | null): Page<Cdr> {
    const items: Cdr[] = [];
    let next = cursor;
    for (let looks = 0; looks < looksMost; looks++) {
      const page = this.list(filter, limit - items.length, next);
      items.push(...page.items);
      next = page.nextCursor;
      if (next === null || items.length >= limit) break;
    }
    return { items, nextCursor: next };
  }

  get(id: CallId): Cdr | null {
    const row = this.#database.select().from(cdrs).where(eq(cdrs.id, id)).get();
    return row === undefined ? null : cdrOf(row);
  }

  ofRecording(recordingId: string): Cdr | null {
    const mine = eq(cdrs.recordingId, recordingId);
    const row = this.#database.select().from(cdrs).where(mine).limit(1).get();
    return row === undefined ? null : cdrOf(row);
  }

  turns(id: CallId): readonly Turn[] | null {
    if (this.get(id) === null) return null;
    return this.#database
      .select({ body: journal.body })
      .from(journalCalls)
      .innerJoin(journal, eq(journal.seq, journalCalls.seq))
      .where(eq(journalCalls.call, id))
      .orderBy(asc(journalCalls.seq))
      .limit(traceTurnsMost)
      .all()
      .map((row) => JSON.parse(row.body) as Turn);
  }

  trace(id: CallId): TraceExport | null {
    const span = this.#database
      .select({
        first: sql<number | null>`min(${journalCalls.seq})`,
        last: sql<number | null>`max(${journalCalls.seq})`,
      })
      .from(journalCalls)
      .where(eq(journalCalls.call, id))
      .get();
    if (span === undefined || span.first === null || span.last === null) return null;
    const checkpoint = this.#database
      .select({ seq: journal.seq, body: journal.body })
      .from(journal)
      .where(and(sql`kind = 1`, lt(journal.seq, span.first)))
      .orderBy(desc(journal.seq))
      .limit(1)
      .get();
    if (checkpoint === undefined || span.last - checkpoint.seq > traceTurnsMost) return null;
    const rows = this.#database
      .select({ kind: journal.kind, body: journal.body })
      .from(journal)
      .where(between(journal.seq, checkpoint.seq + 1, span.last))
      .orderBy(asc(journal.seq))
      .all();
    // Entries lost on a full disk leave a gap: such a trace would replay into something else.
    if (rows.length !== span.last - checkpoint.seq) return null;
    return {
      format: "linefinder-trace-1",
      call: id,
      world: JSON.parse(checkpoint.body),
      turns: rows.filter((row) => row.kind === 0).map((row) => JSON.parse(row.body) as Turn),
    };
  }

  recordingPath(recordingId: string): string | null {
    const file = recordingFile(this.#directory, recordingId);
    return file !== null && existsSync(file) ? file : null;
  }

  /** Recordings on the disk that belong to no call, by id. */
  lostRecordings(): readonly string[] {
    const rows = this.#database
      .select({ id: recordings.id })
      .from(recordings)
      .where(eq(recordings.state, "lost"))
      .orderBy(asc(recordings.id))
      .limit(pageMost)
      .all();
    return rows.map((row) => row.id);
  }

  figures(since: number, until: number) {
    const row = this.#database
      .select({
        inbound: sql<number>`count(*)`,
        answered: sql<number>`count(${cdrs.answeredAt})`,
        waitMs: sql<number | null>`avg(${cdrs.answeredAt} - ${cdrs.startedAt})`,
      })
      .from(cdrs)
      .where(
        and(eq(cdrs.direction, "inbound"), gte(cdrs.startedAt, since), lt(cdrs.startedAt, until)),
      )
      .get();
    const waitMs = row?.waitMs ?? null;
    return {
      inbound: row?.inbound ?? 0,
      answered: row?.answered ?? 0,
      meanAnswerSeconds: waitMs === null ? null : waitMs / 1000,
    };
  }

  /** The calls of these ids, in the same order. */
  #rows(ids: readonly CallId[]): readonly Cdr[] {
    if (ids.length === 0) return [];
    // One parameter: a list of 50 took longer to make into a statement than to answer.
    const rows = this.#database
      .select()
      .from(cdrs)
      .where(sql`${cdrs.id} IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`)
      .all();
    const byId = new Map(rows.map((row) => [row.id, cdrOf(row)]));
    return ids.flatMap((id) => byId.get(id) ?? []);
  }

  #edge(walk: Walk): Cursor | undefined {
    const limit = sql`LIMIT 1 OFFSET ${rowsLookedAtMost - 1}`;
    const [row] = this.#walk(walk.key, walk, walk.along, limit);
    return row === undefined ? undefined : { startedAt: row[0] ?? 0, id: row[1] ?? 0 };
  }

  #walk(what: SQL, walk: Walk, conditions: readonly SQL[], limit: SQL): number[][] {
    const where = conditions.length === 0 ? sql`` : sql`WHERE ${and(...conditions)}`;
    const order = sql.join([...walk.order], sql`, `);
    const query = sql`SELECT ${what} FROM ${walk.from} ${where} ORDER BY ${order} ${limit}`;
    return this.#database.values<number[]>(query);
  }
}

/** One walk from the newest call on: along which index, and what else a row must fulfil. */
interface Walk {
  readonly from: SQL;
  /** Conditions that the index itself answers. */
  readonly along: readonly SQL[];
  readonly conditions: readonly SQL[];
  readonly order: readonly SQL[];
  /** Time and id, read from the index alone. */
  readonly key: SQL;
  readonly downTo: (edge: Cursor) => SQL;
}

function walkOf(filter: CdrFilter, after: Cursor | null): Walk {
  const text = filter.text?.trim() ?? "";
  // Three characters and more have an index of their own; fewer are found by looking.
  return [...text].length >= 3 ? textWalk(text, filter, after) : indexWalk(text, filter, after);
}

function indexWalk(text: string, filter: CdrFilter, after: Cursor | null): Walk {
  const [driver, ...rest] = equalities(filter);
  const older =
    after === null
      ? []
      : [sql`(${cdrs.startedAt}, ${cdrs.id}) < (${after.startedAt}, ${after.id})`];
  return {
    from: sql`${cdrs}`,
    along: [...(driver === undefined ? [] : [driver]), ...timeBounds(filter), ...older],
    conditions: [...rest, ...partyOf(filter), ...(text === "" ? [] : [contains(text)])],
    order: [desc(cdrs.startedAt), desc(cdrs.id)],
    key: sql`${cdrs.startedAt}, ${cdrs.id}`,
    downTo: (edge) => sql`(${cdrs.startedAt}, ${cdrs.id}) >= (${edge.startedAt}, ${edge.id})`,
  };
}

/** Along the text index, which is in order of ids. */
function textWalk(text: string, filter: CdrFilter, after: Cursor | null): Walk {
  const phrase = `"${text.replaceAll('"', '""')}"`;
  const older = after === null ? [] : [sql`cdr_text.rowid < ${after.id}`];
  return {
    // CROSS: the text index leads, never the table.
    from: sql`cdr_text CROSS JOIN ${cdrs} ON ${cdrs.id} = cdr_text.rowid`,
    along: [sql`cdr_text MATCH ${phrase}`, ...older],
    conditions: [...equalities(filter), ...partyOf(filter), ...timeBounds(filter)],
    order: [sql`cdr_text.rowid DESC`],
    key: sql`0, cdr_text.rowid`,
    downTo: (edge) => sql`cdr_text.rowid >= ${edge.id}`,
  };
}

const timeBounds = (filter: CdrFilter): readonly SQL[] => [
  ...(filter.from === undefined ? [] : [gte(cdrs.startedAt, filter.from)]),
  ...(filter.to === undefined ? [] : [lte(cdrs.startedAt, filter.to)]),
];

/** What must be equal, the narrowest first. The first has its index walked; `+` keeps SQLite from
 *  walking another one, along which the bound would not hold. */
function equalities(filter: CdrFilter): readonly SQL[] {
  const wanted = [
    [cdrs.extension, filter.extension],
    [cdrs.trunk, filter.trunk],
    [cdrs.disposition, filter.disposition],
    [cdrs.direction, filter.direction],
  ] as const;
  return wanted
    .filter(([, value]) => value !== undefined)
    .map(([column, value], at) =>
      at === 0 ? sql`${column} = ${value}` : sql`+${column} = ${value}`,
    );
}

function partyOf({ party }: CdrFilter): readonly SQL[] {
  if (party === undefined) return [];
  const caller = sql`${cdrs.direction} <> 'inbound' AND ${cdrs.callerNumber} = ${party}`;
  const called = sql`${cdrs.direction} <> 'outbound' AND ${cdrs.calledNumber} = ${party}`;
  return [sql`(${cdrs.extension} = ${party} OR (${caller}) OR (${called}))`];
}

function contains(text: string): SQL {
  const like = `%${text.replace(/[\\%_]/g, "\\$&")}%`;
  const columns = [cdrs.callerNumber, cdrs.callerName, cdrs.calledNumber];
  const parts = columns.map((column) => sql`${column} LIKE ${like} ESCAPE '\\'`);
  return sql`(${sql.join(parts, sql` OR `)})`;
}

type CdrRow = typeof cdrs.$inferSelect;

/** The columns of enumerated type hold nothing but what the core wrote. */
const cdrOf = (row: CdrRow): Cdr => row as Cdr;
