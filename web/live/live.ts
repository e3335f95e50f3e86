// What is live, made ready for many readers: changes of the snapshot gathered to at most ten a
// second, call events at once, the last few kept so that a reader can come back where it left.
//
//   runtime ──snapshot, call event──▶ Live ──ring──▶ stream.ts ──▶ browsers, programs
import type { Snapshot } from "../../src/core/snapshot.ts";
import type { Clock } from "../../src/ports/clock.ts";
import type { CallEvent, RuntimeApi } from "../../src/runtime/api.ts";

/** Changes are gathered this long; a lamp that is a tenth of a second late looks immediate. */
export const GATHER_MS = 100;
/** Events kept for readers that come back: at ten a second some 25 s of a full box, and each holds
 *  only what differs from its neighbour. */
export const RING_EVENTS = 256;
/** Readers at once: 64 telephones' owners with a page open, and some. */
export const READERS_MAX = 128;

export type LiveEvent =
  | {
      readonly id: string;
      readonly kind: "change";
      readonly before: Snapshot;
      readonly snapshot: Snapshot;
    }
  | { readonly id: string; readonly kind: "call"; readonly event: CallEvent };

export interface Reader {
  take(event: LiveEvent): void;
  /** The box goes down, or the reader is to leave. */
  end(): void;
}

export interface Live {
  /** The published state and the id after which changes to it come. */
  current(): { readonly id: string; readonly snapshot: Snapshot };
  /** Everything after this event; null when it isn't kept (any more): begin anew. */
  since(id: string): readonly LiveEvent[] | null;
  /** @returns leave, or null when there are READERS_MAX already */
  join(reader: Reader): (() => void) | null;
  readers(): number;
  close(): void;
}

export function createLive(runtime: RuntimeApi, clock: Clock): Live {
  // An id of an earlier run must not be taken for one of this run.
  const run = Math.floor(clock.now()).toString(36);
  const ring: LiveEvent[] = [];
  const readers = new Set<Reader>();
  let last = 0;
  let published = runtime.snapshot();
  let publishedAt = Number.NEGATIVE_INFINITY;
  let cancelGather: (() => void) | null = null;

  const nextId = (): string => {
    last += 1;
    return `${run}-${last}`;
  };
  const publish = (event: LiveEvent): void => {
    ring.push(event);
    if (ring.length > RING_EVENTS) ring.shift();
    for (const reader of [...readers]) reader.take(event);
  };
  const publishChange = (): void => {
    cancelGather = null;
    const snapshot = runtime.snapshot();
    if (snapshot === published) return;
    const before = published;
    published = snapshot;
    publishedAt = clock.now();
    publish({ id: nextId(), kind: "change", before, snapshot });
  };

  const stopSnapshots = runtime.onSnapshot(() => {
    if (cancelGather !== null) return;
    const wait = publishedAt + GATHER_MS - clock.now();
    if (wait <= 0) publishChange();
    else cancelGather = clock.after(wait, publishChange);
  });
  const stopCalls = runtime.onCallEvent((event) => {
    publish({ id: nextId(), kind: "call", event });
  });

  return {
    current: () => ({ id: `${run}-${last}`, snapshot: published }),
    since(id) {
      const [ofRun, number = ""] = id.split("-");
      if (ofRun !== run || !/^\d{1,15}$/.test(number)) return null;
      const missed = last - Number(number);
      if (missed < 0 || missed > ring.length) return null;
      return missed === 0 ? [] : ring.slice(-missed);
    },
    join(reader) {
      if (readers.size >= READERS_MAX) return null;
      readers.add(reader);
      return () => readers.delete(reader);
    },
    readers: () => readers.size,
    close() {
      stopSnapshots();
      stopCalls();
      cancelGather?.();
      for (const reader of [...readers]) reader.end();
      readers.clear();
    },
  };
}
