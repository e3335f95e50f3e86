// What the main thread hands to the writer thread: one string per batch, because a string crosses
// for the price of a copy, and because a turn is then turned into JSON once and never read again.
//
//   first line   number of the batch
//   T seq at calls…   a turn; the next line is its JSON
//   K seq at          a checkpoint; the next line is its JSON
//   C                 a CDR; the next line is its JSON
//
// JSON has no line breaks of its own, so lines are enough.
import type { Cdr } from "../core/cdr.ts";
import type { JournalEntry } from "../ports/store.ts";

/** A journal entry, ready to be sent. */
export function encodeEntry(seq: number, entry: JournalEntry): string {
  if (entry.kind === "checkpoint") {
    return `K ${seq} ${entry.at}\n${JSON.stringify(entry.world ?? null)}`;
  }
  const { turn } = entry;
  const calls = turn.calls.length === 0 ? "" : ` ${turn.calls.join(" ")}`;
  return `T ${seq} ${entry.at}${calls}\n${JSON.stringify(turn)}`;
}

export function encodeBatch(id: number, entries: readonly string[], cdrs: Iterable<Cdr>): string {
  const lines = [String(id), ...entries];
  for (const cdr of cdrs) lines.push(`C\n${JSON.stringify(cdr)}`);
  return lines.join("\n");
}

export interface BatchEntry {
  readonly seq: number;
  readonly at: number;
  readonly kind: 0 | 1;
  /** Calls touched, separated by spaces. */
  readonly calls: string;
  readonly body: string;
}

export interface Batch {
  readonly id: number;
  readonly entries: readonly BatchEntry[];
  readonly cdrs: readonly Cdr[];
}

/** The inverse of `encodeBatch`; only ever reads what that wrote. */
export function decodeBatch(text: string): Batch {
  const lines = text.split("\n");
  const entries: BatchEntry[] = [];
  const cdrs: Cdr[] = [];
  for (let at = 1; at + 1 < lines.length; at += 2) {
    const head = lines[at] ?? "";
    const body = lines[at + 1] ?? "";
    if (head === "C") {
      cdrs.push(JSON.parse(body) as Cdr);
      continue;
    }
    const [kind, seq, time, ...calls] = head.split(" ");
    entries.push({
      seq: Number(seq),
      at: Number(time),
      kind: kind === "K" ? 1 : 0,
      calls: calls.join(" "),
      body,
    });
  }
  return { id: Number(lines[0]), entries, cdrs };
}

/** Main thread → writer thread. A batch goes as the bare string. */
export type ToWriter =
  | string
  | { readonly kind: "open"; readonly file: string; readonly pagesMost: number | null }
  /** Bounds the database's size; for tests of a full disk. */
  | { readonly kind: "limit"; readonly pagesMost: number }
  | { readonly kind: "close" };

/** Writer thread → main thread. */
export type FromWriter =
  | { readonly kind: "written"; readonly batch: number }
  | {
      readonly kind: "refused";
      readonly batch: number;
      readonly code: string;
      readonly why: string;
    }
  | { readonly kind: "closed" };
