// The main thread's end of the call writer: gathers what the runtime appends, sends one batch at a
// time to the writer thread, keeps it until it is known to be on disk, and tries again when not.
//
//   runtime ──append──▶ CallLog ──batch──▶ writer thread ──commit──▶ disk
//                          ◀── written / refused ──┘
import type { Cdr } from "../core/cdr.ts";
import type { CallId } from "../core/effect.ts";
import type { Clock } from "../ports/clock.ts";
import type { CallLog, JournalEntry } from "../ports/store.ts";
import { encodeBatch, encodeEntry, type FromWriter, type ToWriter } from "./batch.ts";

/** A batch gathers for this long. With the commit itself (1 to 10 ms on an SSD) an event is on disk
 *  well below 50 ms after it happened, and a busy box commits at most 66 times a second. */
export const gatherMs = 15;
/** Most entries of one batch: a commit stays below about 20 ms. */
const batchEntriesMost = 2000;
/** Wait before a refused batch is tried again. */
const retryMs = 500;
/** Bound of the journal kept in memory while the disk is full: about 20 MB. The oldest go first. */
const waitingEntriesMost = 20_000;
/** Bound of the CDRs kept meanwhile: about 25 MB, weeks of calls. */
const waitingCdrsMost = 50_000;
/** A stop waits twice this at most for the disk; SIGTERM has 5 s in all. */
const closeWaitMs = 1500;

type Trouble = "diskFull" | "failed" | "recovered";

interface Flight {
  readonly id: number;
  readonly entries: readonly string[];
  readonly cdrs: ReadonlyMap<CallId, Cdr>;
  /** Value of `#appended` that is on disk once this batch is. */
  readonly upTo: number;
}

export interface CallLogOptions {
  readonly file: string;
  readonly clock: Clock;
  /** Number of the first journal entry of this run. */
  readonly firstSeq: number;
  /** For tests of a full disk. */
  readonly pagesMost: number | null;
}

export class WriterCallLog implements CallLog {
  readonly #options: CallLogOptions;
  readonly #listeners = new Set<(trouble: Trouble) => void>();
  #worker: Worker;
  #seq: number;
  #entries: string[] = [];
  #cdrs = new Map<CallId, Cdr>();
  #flight: Flight | null = null;
  #cancelTimer: (() => void) | null = null;
  #batches = 0;
  #appended = 0;
  #onDisk = 0;
  #dropped = 0;
  #trouble: Trouble | null = null;
  #waiting: { readonly upTo: number; readonly resolve: () => void }[] = [];
  #closing: (() => void) | null = null;
  #closed = false;

  constructor(options: CallLogOptions) {
    this.#options = options;
    this.#seq = options.firstSeq;
    this.#worker = this.#start();
  }

  append(entries: readonly JournalEntry[], cdrs: readonly Cdr[]): void {
    if (this.#closed) return;
    for (const entry of entries) this.#entries.push(encodeEntry(this.#seq++, entry));
    // Only the latest state of a call is worth writing.
    for (const cdr of cdrs) this.#cdrs.set(cdr.id, cdr);
    this.#appended += entries.length + cdrs.length;
    this.#bound();
    if (this.#flight === null && this.#cancelTimer === null) this.#sendAfter(gatherMs);
  }

  flush(): Promise<void> {
    if (this.#onDisk >= this.#appended) return Promise.resolve();
    const upTo = this.#appended;
    return new Promise((resolve) => {
      this.#waiting.push({ upTo, resolve });
      if (this.#flight === null && this.#trouble === null) this.#send();
    });
  }

  backlog(): number {
    const flight = this.#flight === null ? 0 : this.#flight.entries.length + this.#flight.cdrs.size;
    return this.#entries.length + this.#cdrs.size + flight;
  }

  /** Journal entries and CDRs given up since the start because the bounds above were reached. */
  dropped(): number {
    return this.#dropped;
  }

  onTrouble(listener: (trouble: Trouble) => void): void {
    this.#listeners.add(listener);
  }

  /** Bounds the database's size, in pages of 4 KB; for tests of a full disk. */
  limitPages(pagesMost: number): void {
    this.#post({ kind: "limit", pagesMost });
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    await this.#within(closeWaitMs, this.flush());
    this.#closed = true;
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    const closed = new Promise<void>((resolve) => {
      this.#closing = resolve;
    });
    this.#post({ kind: "close" });
    await this.#within(closeWaitMs, closed);
    this.#worker.terminate();
  }

  #start(): Worker {
    const worker = new Worker(new URL("./writer-thread.ts", import.meta.url));
    worker.onmessage = (event: MessageEvent<FromWriter>) => this.#heard(event.data);
    // A thread that died takes no acknowledged row with it: start another, send again.
    worker.onerror = () => {
      if (worker !== this.#worker || this.#closed) return;
      this.#worker = this.#start();
      this.#failed("failed");
    };
    const { file, pagesMost } = this.#options;
    worker.postMessage({ kind: "open", file, pagesMost } satisfies ToWriter);
    return worker;
  }

  #post(message: ToWriter): void {
    this.#worker.postMessage(message);
  }

  #sendAfter(ms: number): void {
    this.#cancelTimer?.();
    this.#cancelTimer = this.#options.clock.after(ms, () => {
      this.#cancelTimer = null;
      this.#send();
    });
  }

  #send(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    if (this.#flight !== null || this.backlog() === 0) return;
    const entries = this.#entries.splice(0, batchEntriesMost);
    const cdrs = this.#cdrs;
    this.#cdrs = new Map();
    const whole = this.#entries.length === 0;
    const upTo = whole ? this.#appended : this.#onDisk;
    this.#flight = { id: ++this.#batches, entries, cdrs, upTo };
    this.#post(encodeBatch(this.#flight.id, entries, cdrs.values()));
  }

  #heard(message: FromWriter): void {
    switch (message.kind) {
      case "written":
        if (message.batch === this.#flight?.id) this.#written(this.#flight);
        return;
      case "refused":
        if (message.batch === this.#flight?.id) {
          this.#failed(message.code === "SQLITE_FULL" ? "diskFull" : "failed");
        }
        return;
      case "closed":
        this.#closing?.();
        return;
      default:
        message satisfies never;
    }
  }

  #written(flight: Flight): void {
    this.#flight = null;
    this.#onDisk = flight.upTo;
    if (this.#trouble !== null) this.#tell("recovered");
    const done = this.#waiting.filter((waiter) => waiter.upTo <= this.#onDisk);
    this.#waiting = this.#waiting.filter((waiter) => waiter.upTo > this.#onDisk);
    for (const waiter of done) waiter.resolve();
    // What came in meanwhile has waited at least as long as a commit: no further gathering, unless
    // it is little and nobody waits for it.
    if (this.backlog() === 0) return;
    if (this.#waiting.length > 0 || this.#entries.length > batchEntriesMost) this.#send();
    else this.#sendAfter(gatherMs / 3);
  }

  /** Puts the batch back in front of what came later, and tries again in a while. */
  #failed(trouble: Trouble): void {
    const flight = this.#flight;
    this.#flight = null;
    if (flight !== null) {
      this.#entries = [...flight.entries, ...this.#entries];
      this.#cdrs = new Map([...flight.cdrs, ...this.#cdrs]);
    }
    this.#bound();
    if (this.#trouble !== trouble) this.#tell(trouble);
    if (!this.#closed) this.#sendAfter(retryMs);
  }

  #tell(trouble: Trouble): void {
    this.#trouble = trouble === "recovered" ? null : trouble;
    for (const listener of this.#listeners) listener(trouble);
  }

  #bound(): void {
    const surplus = this.#entries.length - waitingEntriesMost;
    if (surplus > 0) {
      this.#entries.splice(0, surplus);
      this.#dropped += surplus;
    }
    while (this.#cdrs.size > waitingCdrsMost) {
      const oldest = this.#cdrs.keys().next();
      if (oldest.done === true) return;
      this.#cdrs.delete(oldest.value);
      this.#dropped++;
    }
  }

  /** Resolves with `work`, or after `ms` without it. */
  #within(ms: number, work: Promise<void>): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#options.clock.after(ms, resolve);
      void work.then(() => {
        cancel();
        resolve();
      });
    });
  }
}
