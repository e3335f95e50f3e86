// The thread that searches: its own read-only connection, so that the loop that switches calls is
// never held by somebody who looks for a number of ten years ago.
import { Database } from "bun:sqlite";
import { drizzle } from "drizzle-orm/bun-sqlite";
import { busyWaitMs } from "./connection.ts";
import { StoredHistory } from "./history.ts";
import type { FromHistory, ToHistory } from "./history-search.ts";

declare const self: Worker;

let connection: Database | null = null;
let history: StoredHistory | null = null;

function answer(message: Exclude<ToHistory, { kind: "open" | "close" }>): unknown {
  if (history === null) throw new Error("not open");
  if (message.kind === "trace") return history.trace(message.call);
  // Within one search: all the rows it takes, up to a full page.
  return history.fill(message.filter, message.limit, message.cursor);
}

self.onmessage = (event: MessageEvent<ToHistory>): void => {
  const message = event.data;
  if (message.kind === "open") {
    connection = new Database(message.file, { readonly: true, strict: true });
    connection.run(`PRAGMA busy_timeout = ${busyWaitMs}`);
    history = new StoredHistory(drizzle({ client: connection }), message.directory);
    return;
  }
  if (message.kind === "close") {
    connection?.close();
    self.postMessage({ kind: "closed" } satisfies FromHistory);
    return;
  }
  try {
    const found = answer(message);
    self.postMessage({ kind: "found", id: message.id, found } satisfies FromHistory);
  } catch (error) {
    self.postMessage({ kind: "failed", id: message.id, why: String(error) } satisfies FromHistory);
  }
};
