import { Database } from "bun:sqlite";
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { drizzle } from "drizzle-orm/bun-sqlite";
import fc from "fast-check";
import type { Cdr } from "../../src/core/cdr.ts";
import type { CdrFilter } from "../../src/ports/store.ts";
import { CallTables } from "../../src/store/call-tables.ts";
import { readCursor, writeCursor } from "../../src/store/cursor.ts";
import { rowsLookedAtMost, StoredHistory } from "../../src/store/history.ts";
import { migrate } from "../../src/store/migrate.ts";
import { recordingFile } from "../../src/store/recordings.ts";
import { cdr, closed, turn, withStore } from "./support.ts";

// Threads, child processes and a disk: on a busy machine each takes its time.
setDefaultTimeout(30_000);

/** A history over calls written as the writer thread writes them, without the thread. */
function historyOf(calls: readonly Cdr[]): { history: StoredHistory; database: Database } {
  const database = new Database(":memory:");
  migrate(database);
  new CallTables(database).write({ id: 1, entries: [], cdrs: calls });
  return { history: new StoredHistory(drizzle({ client: database }), "/nowhere"), database };
}

/** All pages, one after the other. */
function walk(history: StoredHistory, filter: CdrFilter, limit: number): readonly Cdr[] {
  const found: Cdr[] = [];
  let cursor: string | null = null;
  for (let pages = 0; pages < 10_000; pages++) {
    const page = history.list(filter, limit, cursor);
    found.push(...page.items);
    cursor = page.nextCursor;
    if (cursor === null) return found;
  }
  throw new Error("the pages never end");
}

const arbitraryCall = fc.record({
  startedAt: fc.integer({ min: 0, max: 30 }).map((step) => step * 1000 + 0.5),
  direction: fc.constantFrom("inbound", "outbound", "internal"),
  disposition: fc.constantFrom("answered", "noAnswer", "busy"),
  extension: fc.constantFrom(null, "801", "802"),
  trunk: fc.constantFrom(null, "line1", "line2"),
  callerNumber: fc.constantFrom("", "801", "13800138000", "02085551234"),
  callerName: fc.constantFrom("", "王小明", "O'Neil 100%", "Anna_B"),
});

/** Up to two conditions: with more, hardly a call would be left to be paged through. */
const arbitraryFilter: fc.Arbitrary<CdrFilter> = fc
  .tuple(
    fc.record({
      from: fc.integer({ min: 0, max: 15_000 }),
      to: fc.integer({ min: 15_000, max: 30_000 }),
      text: fc.constantFrom("", "1", "13", "138", "小明", "王小明", "%", "_B", "o'neil", '"'),
      extension: fc.constantFrom("801", "802", "803"),
      trunk: fc.constantFrom("line1", "line3"),
      direction: fc.constantFrom("inbound", "internal"),
      disposition: fc.constantFrom("answered", "busy"),
      party: fc.constantFrom("801", "802"),
    }),
    fc.uniqueArray(fc.nat(7), { maxLength: 2 }),
  )
  .map(([filter, keep]) =>
    Object.fromEntries(Object.entries(filter).filter((_, at) => keep.includes(at))),
  );

/** What a filter means, said plainly. */
function fits(call: Cdr, filter: CdrFilter): boolean {
  const text = (filter.text ?? "").trim().toLowerCase();
  const texts = [call.callerNumber, call.callerName, call.calledNumber];
  return (
    call.startedAt >= (filter.from ?? Number.NEGATIVE_INFINITY) &&
    call.startedAt <= (filter.to ?? Number.POSITIVE_INFINITY) &&
    (filter.extension === undefined || call.extension === filter.extension) &&
    (filter.trunk === undefined || call.trunk === filter.trunk) &&
    (filter.party === undefined ||
      call.extension === filter.party ||
      (call.direction !== "inbound" && call.callerNumber === filter.party) ||
      (call.direction !== "outbound" && call.calledNumber === filter.party)) &&
    (filter.direction === undefined || call.direction === filter.direction) &&
    (filter.disposition === undefined || call.disposition === filter.disposition) &&
    texts.some((one) => one.toLowerCase().includes(text))
  );
}

describe("list", () => {
  test("every filter gives every call that fits, once, however it is cut into pages", () => {
    const property = fc.property(
      fc.array(arbitraryCall, { minLength: 20, maxLength: 60 }),
      arbitraryFilter,
      fc.integer({ min: 1, max: 12 }),
      (drawn, filter, limit) => {
        const calls = drawn.map((one, at) => closed(at + 1, { ...one, endedAt: 40_000 } as Cdr));
        const { history, database } = historyOf(calls);
        const found = walk(history, filter, limit);
        const expected = calls.filter((call) => fits(call, filter)).map((call) => call.id);
        expect(found.map((call) => call.id).sort((a, b) => a - b)).toEqual(expected);
        if ([...(filter.text ?? "").trim()].length < 3) {
          for (const [at, call] of found.slice(1).entries()) {
            const newer = found[at];
            expect(newer?.startedAt).toBeGreaterThanOrEqual(call.startedAt);
          }
        }
        database.close();
      },
    );
    fc.assert(property, { numRuns: 150 });
  });

  test("calls that come in between two pages disturb neither", () => {
    const { history, database } = historyOf(Array.from({ length: 20 }, (_, at) => closed(at + 1)));
    const first = history.list({}, 10, null);
    new CallTables(database).write({ id: 2, entries: [], cdrs: [closed(21), closed(22)] });
    const second = history.list({}, 10, first.nextCursor);
    expect(second.items.map((call) => call.id)).toEqual([10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
    expect(second.nextCursor).toBe(null);
  });

  test("a rare combination is looked for a bounded number of rows at a time", () => {
    const rare = { disposition: "busy", calledNumber: "77" } as const;
    const calls = Array.from({ length: rowsLookedAtMost * 2 + 10 }, (_, at) =>
      closed(at + 1, { extension: "801", ...(at === 3 ? rare : { disposition: "answered" }) }),
    );
    const { history } = historyOf(calls);
    for (const filter of [
      { extension: "801", disposition: "busy" },
      { text: "Reception", disposition: "busy" },
      { text: "77" },
    ]) {
      const first = history.list(filter, 10, null);
      expect([first.items.length, first.nextCursor !== null]).toEqual([0, true]);
      expect(walk(history, filter, 10).map((call) => call.id)).toEqual([4]);
    }
  });

  test("an unreadable cursor gives an empty page, a strange limit a sensible one", () => {
    const { history } = historyOf([closed(1), closed(2)]);
    for (const cursor of [
      "",
      "x",
      "../../etc",
      "é",
      "a".repeat(1000),
      writeCursor({ startedAt: 1, id: 1 }).slice(2),
    ]) {
      expect(history.list({}, 10, cursor)).toEqual({ items: [], nextCursor: null });
    }
    for (const limit of [0, -5, Number.NaN]) {
      expect(history.list({}, limit, null).items).toHaveLength(1);
    }
    expect(history.list({}, 1e9, null).items).toHaveLength(2);
  });

  test("a cursor reads back as written", () => {
    const property = fc.property(
      fc.double({ min: -1e13, max: 1e13, noNaN: true }),
      fc.integer({ min: 0, max: 2 ** 52 }),
      (startedAt, id) => {
        const back = readCursor(writeCursor({ startedAt, id }));
        if (back !== null) expect([back.startedAt + 0, back.id]).toEqual([startedAt + 0, id]);
        else expect(Math.abs(startedAt)).toBeLessThan(1e-6);
      },
    );
    fc.assert(property);
  });
});

test("every page walks an index and sorts nothing, however it is filtered", () => {
  const { database } = historyOf([closed(1, { extension: "801" })]);
  const asked: string[] = [];
  const logger = { logQuery: (query: string) => void asked.push(query) };
  const history = new StoredHistory(drizzle({ client: database, logger }), "/nowhere");
  const cases: [CdrFilter, string][] = [
    [{}, "USING COVERING INDEX cdrs_started"],
    [{ from: 1, to: 2 }, "USING COVERING INDEX cdrs_started (started_at>? AND started_at<?)"],
    [{ extension: "801" }, "USING COVERING INDEX cdrs_extension (extension=?"],
    [{ trunk: "line1", from: 5 }, "USING COVERING INDEX cdrs_trunk (trunk=? AND started_at>?"],
    [{ direction: "inbound" }, "USING COVERING INDEX cdrs_direction (direction=?"],
    [{ disposition: "busy", text: "13" }, "USING INDEX cdrs_disposition (disposition=?"],
    [{ text: "138" }, "SCAN cdr_text VIRTUAL TABLE"],
    [{ text: "138", extension: "801", from: 5 }, "SCAN cdr_text VIRTUAL TABLE"],
    [{ extension: "801", trunk: "line1" }, "USING INDEX cdrs_extension (extension=?"],
  ];
  const planOf = (query: string): string =>
    database
      .query<{ detail: string }, []>(`EXPLAIN QUERY PLAN ${query}`)
      .all()
      .map((step) => step.detail)
      .join("\n");
  for (const [filter, walked] of cases) {
    for (const cursor of [null, writeCursor({ startedAt: 5.5, id: 7 })]) {
      const before = asked.length;
      history.list(filter, 50, cursor);
      expect(asked.slice(before).map(planOf).join("\n")).toContain(walked);
    }
  }
  history.turns(1);
  history.get(1);
  history.trace(1);
  history.figures(0, 1);
  expect(asked.length).toBeGreaterThan(30);
  for (const query of asked) {
    const plan = planOf(query);
    expect(plan).not.toContain("TEMP B-TREE");
    // Along an index or by key; the text index is a virtual table.
    const scans = plan.split("\n").filter((step) => step.startsWith("SCAN"));
    for (const scan of scans) expect(scan).toMatch(/USING (COVERING )?INDEX|VIRTUAL TABLE/);
  }
  database.close();
});

describe("a call", () => {
  test("that is not there", async () => {
    await withStore(({ history }) => {
      expect([history.get(1), history.turns(1), history.trace(1)]).toEqual([null, null, null]);
    });
  });

  test("its trace begins at the checkpoint before it, with what others did meanwhile", async () => {
    await withStore(async ({ callLog, history }) => {
      const world = (name: string) => ({ kind: "checkpoint", at: 0, world: name }) as const;
      callLog.append([world("first"), turn(1, 1), world("second"), turn(2), turn(3, 2)], [cdr(2)]);
      callLog.append([turn(4, 1), world("third"), turn(5, 2), turn(6, 1)], [cdr(1)]);
      await callLog.flush();
      const trace = history.trace(2);
      expect([trace?.format, trace?.call, trace?.world]).toEqual([
        "linefinder-trace-1",
        2,
        "second",
      ]);
      expect(trace?.turns).toEqual(
        [turn(2), turn(3, 2), turn(4, 1), turn(5, 2)].map((t) => t.turn),
      );
      expect(history.turns(2)).toEqual([turn(3, 2), turn(5, 2)].map((t) => t.turn));
    });
  });

  test("a hole in the journal gives no trace: it would replay into something else", async () => {
    await withStore(async ({ callLog, history }, directory) => {
      callLog.append(
        [{ kind: "checkpoint", at: 0, world: 1 }, turn(1, 1), turn(2), turn(3, 1)],
        [],
      );
      await callLog.flush();
      expect(history.trace(1)?.turns).toHaveLength(3);
      const database = new Database(`${directory}/linefinder.db`);
      database.run("DELETE FROM journal WHERE seq = 3");
      database.close();
      expect(history.trace(1)).toBe(null);
    });
  });

  test("its recording is found by id alone, and no id leads out of the directory", async () => {
    await withStore(({ history }, directory) => {
      const file = recordingFile(directory, "1234") ?? "";
      expect(file).toBe(`${directory}/recordings/000001/1234.wav`);
      expect(history.recordingPath("1234")).toBe(null);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, "");
      expect(history.recordingPath("1234")).toBe(file);
      for (const id of [
        "../linefinder",
        "a/b",
        "",
        ".",
        "..",
        "x".repeat(100),
        "1234.wav",
        "1\0",
      ]) {
        expect(history.recordingPath(id)).toBe(null);
      }
    });
  });

  test("figures of a span of time", () => {
    const inbound = { direction: "inbound" } as const;
    const { history } = historyOf([
      closed(1, { ...inbound, startedAt: 1000, answeredAt: 5000 }),
      closed(2, { ...inbound, startedAt: 2000, answeredAt: 4000 }),
      closed(3, { ...inbound, startedAt: 3000 }),
      closed(4, { direction: "outbound", startedAt: 3000, answeredAt: 3500 }),
      closed(5, { ...inbound, startedAt: 9000, answeredAt: 9001 }),
    ]);
    expect(history.figures(1000, 9000)).toEqual({ inbound: 3, answered: 2, meanAnswerSeconds: 3 });
    expect(history.figures(0, 1)).toEqual({ inbound: 0, answered: 0, meanAnswerSeconds: null });
  });
});

describe("the searching thread", () => {
  const many = Array.from({ length: rowsLookedAtMost * 3 - 10 }, (_, at) =>
    closed(at + 1, { extension: "801", calledNumber: at % 3000 === 7 ? "77" : "802" }),
  );

  test("fills its pages, whatever lies between", async () => {
    await withStore(async ({ callLog, history }) => {
      callLog.append([], many);
      await callLog.flush();
      expect(history.list({ text: "77" }, 5, null).items.length).toBeLessThan(2);
      const page = await history.search({ text: "77" }, 2, null);
      expect([page.items.map((call) => call.id), page.nextCursor]).toEqual([[3008, 8], null]);
      const first = await history.search({ text: "77" }, 1, null);
      expect(first.items.map((call) => call.id)).toEqual([3008]);
      const rest = await history.search({ text: "77" }, 5, first.nextCursor);
      expect(rest).toEqual({ items: page.items.slice(1), nextCursor: null });
    });
  });

  test("exports a trace, refuses a flood, and ends with the store", async () => {
    await withStore(async (store) => {
      const { callLog, history } = store;
      callLog.append([{ kind: "checkpoint", at: 0, world: 1 }, turn(1, 1)], [closed(1)]);
      await callLog.flush();
      expect(await history.exportTrace(1)).toEqual(history.trace(1));
      const flood = Array.from({ length: 100 }, () => history.search({}, 1, null));
      const outcomes = await Promise.allSettled(flood);
      expect(outcomes.filter((one) => one.status === "fulfilled")).toHaveLength(32);
      const refused = outcomes.find((one) => one.status === "rejected");
      expect(refused).toMatchObject({ reason: { code: "store-09" } });
      const late = history.search({}, 1, null).catch((error) => error.code);
      await store.close();
      expect(["store-08", undefined]).toContain(await late);
    });
  });
});
