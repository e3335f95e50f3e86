// A running box, its real runtime under simulated people: what it journals replays through call
// control and gives the same effects, from every checkpoint on.
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import type { Cdr } from "../../src/core/cdr.ts";
import type { LineEvent } from "../../src/core/line.ts";
import type { Office } from "../../src/core/office.ts";
import { replay } from "../../src/core/replay.ts";
import { createWorld } from "../../src/core/switchboard.ts";
import type { CallLog, JournalEntry, TraceExport } from "../../src/ports/store.ts";
import { Runtime } from "../../src/runtime/runtime.ts";
import { drawChange, drawEnvironment } from "../sim/environment.ts";
import { Clerk, Outsider } from "../sim/people.ts";
import { SimulatedCard } from "../support/card.ts";
import { VirtualClock } from "../support/clock.ts";
import { Exchange } from "../support/exchange.ts";
import { Random } from "../support/random.ts";
import { Telephone } from "../support/telephone.ts";

// Seconds at most on an idle machine; nobody's fault when it is not.
setDefaultTimeout(60_000);

/** Keeps what the runtime writes, as JSON, as the store does. */
class KeptLog implements CallLog {
  readonly entries: JournalEntry[] = [];
  readonly cdrs: Cdr[] = [];
  append(entries: readonly JournalEntry[], cdrs: readonly Cdr[]): void {
    this.entries.push(...(JSON.parse(JSON.stringify(entries)) as JournalEntry[]));
    this.cdrs.push(...cdrs);
  }
  flush(): Promise<void> {
    return Promise.resolve();
  }
  backlog(): number {
    return 0;
  }
  onTrouble(): void {}
  close(): Promise<void> {
    return Promise.resolve();
  }
}

interface Day {
  readonly log: KeptLog;
  readonly office: Office;
  readonly faults: number;
  readonly bugs: readonly unknown[];
}

/** Hours of an office drawn from a seed, with a changed configuration every few minutes. */
function liveThrough(seed: number, hours: number): Day {
  const random = new Random(seed);
  const clock = new VirtualClock();
  const environment = drawEnvironment(random);
  let office = environment.office;
  let listener: (events: readonly LineEvent[]) => void = () => {};
  const names = [...office.extensions, ...office.trunks].map(({ port }) => port);
  const card = new SimulatedCard(names, clock, (event) => listener([event]));
  const log = new KeptLog();
  const bugs: unknown[] = [];
  let faults = 0;
  const runtime = new Runtime({
    card: {
      perform: (command) => card.perform(command),
      readBack: () => card.readBack(),
      configure: () => {},
      close: () => {},
      onEvents: (next) => {
        listener = next;
      },
    },
    clock,
    callLog: log,
    log: {
      write: (_level, what) => {
        if (what === "call control fault") faults += 1;
      },
    },
    world: createWorld(office, 1),
    onBug: (error) => bugs.push(error),
  });
  runtime.start();
  for (const { port } of office.extensions) {
    new Clerk(new Telephone(card, port), () => office, clock, random, environment);
  }
  for (const { port } of office.trunks) {
    new Outsider(new Exchange(card, clock, port), () => office, clock, random, environment);
  }
  for (let minutes = 0; minutes < hours * 60; minutes += 5) {
    clock.advance(5 * 60_000);
    office = drawChange(random, office);
    runtime.changeOffice(office);
  }
  return { log, office, faults, bugs };
}

/** Every checkpoint with the turns up to the next one but one, as a trace export. */
function traces(entries: readonly JournalEntry[]): readonly TraceExport[] {
  const starts = entries.flatMap((entry, index) => (entry.kind === "checkpoint" ? [index] : []));
  return starts.flatMap((start, n) => {
    const first = entries[start];
    if (first?.kind !== "checkpoint") return [];
    const turns = entries
      .slice(start + 1, starts[n + 2])
      .flatMap((entry) => (entry.kind === "turn" ? [entry.turn] : []));
    return [{ format: "linefinder-trace-1", call: 0, world: first.world, turns }];
  });
}

describe("what a running box journals", () => {
  for (const seed of [11, 12, 13]) {
    test(`replays to the same effects, seed ${seed}`, () => {
      const { log, faults, bugs } = liveThrough(seed, 1);
      expect(bugs).toEqual([]);
      expect(faults).toBe(0);
      expect(log.cdrs.filter((cdr) => cdr.endedAt !== null).length).toBeGreaterThan(20);
      const found = traces(log.entries);
      expect(found.length).toBeGreaterThan(3);
      for (const trace of found) expect(replay(trace)).toBeNull();
    });
  }
});
