// The main thread's end of the searching thread. The thread is started by the first question and
// ends after a minute without one, so that it costs memory only while somebody is looking.
import type { Cdr } from "../core/cdr.ts";
import type { CallId } from "../core/effect.ts";
import type { Clock } from "../ports/clock.ts";
import type { CdrFilter, Page, TraceExport } from "../ports/store.ts";
import { StoreError } from "./errors.ts";

/** Main thread → searching thread. */
export type ToHistory =
  | { readonly kind: "open"; readonly file: string; readonly directory: string }
  | {
      readonly kind: "search";
      readonly id: number;
      readonly filter: CdrFilter;
      readonly limit: number;
      readonly cursor: string | null;
    }
  | { readonly kind: "trace"; readonly id: number; readonly call: CallId }
  | { readonly kind: "close" };

/** Searching thread → main thread. */
export type FromHistory =
  | { readonly kind: "found"; readonly id: number; readonly found: unknown }
  | { readonly kind: "failed"; readonly id: number; readonly why: string }
  | { readonly kind: "closed" };

/** The thread ends after so long without a question. */
const idleMs = 60_000;
/** Questions that may wait; each takes up to a second. */
const waitingMost = 32;

interface Waiting {
  readonly resolve: (found: unknown) => void;
  readonly reject: (error: Error) => void;
}

export class HistorySearch {
  readonly #file: string;
  readonly #directory: string;
  readonly #clock: Clock;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | null = null;
  #questions = 0;
  #cancelIdle: (() => void) | null = null;

  constructor(file: string, directory: string, clock: Clock) {
    this.#file = file;
    this.#directory = directory;
    this.#clock = clock;
  }

  search(filter: CdrFilter, limit: number, cursor: string | null): Promise<Page<Cdr>> {
    return this.#ask<Page<Cdr>>((id) => ({ kind: "search", id, filter, limit, cursor }));
  }

  trace(call: CallId): Promise<TraceExport | null> {
    return this.#ask<TraceExport | null>((id) => ({ kind: "trace", id, call }));
  }

  /** Ends the thread; whoever still waits is told. Never rejects. */
  async close(): Promise<void> {
    const worker = this.#worker;
    this.#worker = null;
    this.#cancelIdle?.();
    this.#cancelIdle = null;
    this.#giveUp("the store was closed");
    if (worker === null) return;
    await new Promise<void>((resolve) => {
      // A search under way takes a second at most.
      const cancel = this.#clock.after(1500, resolve);
      worker.onmessage = (event: MessageEvent<FromHistory>) => {
        if (event.data.kind !== "closed") return;
        cancel();
        resolve();
      };
      worker.postMessage({ kind: "close" } satisfies ToHistory);
    });
    worker.terminate();
  }

  #ask<T>(question: (id: number) => ToHistory): Promise<T> {
    if (this.#waiting.size >= waitingMost) {
      const sentence = "Too many searches at once. Try again in a moment.";
      return Promise.reject(new StoreError("store-09", sentence));
    }
    const worker = this.#worker ?? this.#start();
    const id = ++this.#questions;
    this.#cancelIdle?.();
    this.#cancelIdle = this.#clock.after(idleMs, () => void this.close());
    return new Promise<T>((resolve, reject) => {
      this.#waiting.set(id, { resolve: (found) => resolve(found as T), reject });
      worker.postMessage(question(id));
    });
  }

  #start(): Worker {
    const worker = new Worker(new URL("./history-thread.ts", import.meta.url));
    this.#worker = worker;
    worker.onmessage = (event: MessageEvent<FromHistory>) => this.#heard(event.data);
    worker.onerror = (event) => {
      if (this.#worker === worker) this.#worker = null;
      this.#giveUp(event.message);
    };
    const open = { kind: "open", file: this.#file, directory: this.#directory } as const;
    worker.postMessage(open satisfies ToHistory);
    return worker;
  }

  #heard(message: FromHistory): void {
    if (message.kind === "closed") return;
    const waiting = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    if (message.kind === "found") waiting?.resolve(message.found);
    else waiting?.reject(new StoreError("store-08", `The search failed: ${message.why}`));
  }

  #giveUp(why: string): void {
    for (const { reject } of this.#waiting.values()) {
      reject(new StoreError("store-08", `The search was broken off: ${why}`));
    }
    this.#waiting.clear();
  }
}
