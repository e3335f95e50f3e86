// What the runtime and the page ask of the store. Written by the runtime through CallLog (never
// blocks the loop), read by the page through CallHistory.
import type { Cdr } from "../core/cdr.ts";
import type { CallId, Turn } from "../core/effect.ts";

/** A journal line. A checkpoint holds the whole state of call control (JSON), so that any call can
 *  be replayed from the last checkpoint before it. */
export type JournalEntry =
  | { readonly kind: "turn"; readonly at: number; readonly turn: Turn }
  | { readonly kind: "checkpoint"; readonly at: number; readonly world: unknown };

export interface CallLog {
  /** Queues; committed with synchronous=FULL at most 50 ms later, on another thread. */
  append(entries: readonly JournalEntry[], cdrs: readonly Cdr[]): void;
  /** Resolves when everything appended so far is on disk. */
  flush(): Promise<void>;
  /** Entries not yet on disk. Growing without end = the disk is full or gone (alarm). */
  backlog(): number;
  onTrouble(listener: (trouble: "diskFull" | "failed" | "recovered") => void): void;
  close(): Promise<void>;
}

export interface CdrFilter {
  readonly from?: number;
  readonly to?: number;
  readonly text?: string;
  readonly extension?: string;
  /** Calls that this extension had any part in, as caller or as called. */
  readonly party?: string;
  readonly trunk?: string;
  readonly direction?: string;
  readonly disposition?: string;
}

export interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
}

/** A call's trace as exported: the checkpoint before it and every turn from there to its end. */
export interface TraceExport {
  readonly format: "linefinder-trace-1";
  readonly call: CallId;
  readonly world: unknown;
  readonly turns: readonly Turn[];
}

export interface CallHistory {
  /** Newest first. A page may be short, even empty, and still have a cursor: a call looks at a
   *  bounded number of rows, so that it never holds the loop. For lists without much of a filter;
   *  anything else asks `search`. @throws nothing; an unreadable cursor gives an empty page. */
  list(filter: CdrFilter, limit: number, cursor: string | null): Page<Cdr>;
  get(id: CallId): Cdr | null;
  /** Turns that touched this call, oldest first; null when the call is unknown. */
  turns(id: CallId): readonly Turn[] | null;
  trace(id: CallId): TraceExport | null;
  /** The call of a recording; null for one that belongs to no call. */
  ofRecording(recordingId: string): Cdr | null;
  /** Path of the recording's WAV, or null when there is none on disk. */
  recordingPath(recordingId: string): string | null;
  /** Figures for the panel. `since`, `until` epoch ms. */
  figures(
    since: number,
    until: number,
  ): { inbound: number; answered: number; meanAnswerSeconds: number | null };
}

/** The questions that may take longer, on a thread of their own. Both reject with StoreError
 *  store-09 when too many wait, store-08 when the search fails. */
export interface CallSearch {
  /** As `CallHistory.list`, but goes on until the page is full (or about a second has gone). */
  search(filter: CdrFilter, limit: number, cursor: string | null): Promise<Page<Cdr>>;
  /** As `CallHistory.trace`: a long call on a busy box has thousands of turns. */
  exportTrace(id: CallId): Promise<TraceExport | null>;
}
