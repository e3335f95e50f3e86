// The thread that writes calls: its own connection, one batch at a time, each on disk
// (synchronous=FULL) before it is acknowledged. Retrying is the main thread's affair (call-log.ts).
import type { Database } from "bun:sqlite";
import { decodeBatch, type FromWriter, type ToWriter } from "./batch.ts";
import { CallTables } from "./call-tables.ts";
import { openConnection } from "./connection.ts";
import { sqliteCode } from "./errors.ts";

declare const self: Worker;

let file = "";
let pagesMost: number | null = null;
let database: Database | null = null;
let tables: CallTables | null = null;

const say = (message: FromWriter): void => self.postMessage(message);

function open(): CallTables {
  if (tables !== null) return tables;
  shut();
  database = openConnection(file, true);
  if (pagesMost !== null) database.run(`PRAGMA max_page_count = ${pagesMost}`);
  const opened = new CallTables(database);
  opened.setClean(false);
  tables = opened;
  return opened;
}

function shut(): void {
  tables?.close();
  database?.close();
  database = null;
  tables = null;
}

function write(text: string): void {
  const batch = decodeBatch(text);
  try {
    open().write(batch);
    say({ kind: "written", batch: batch.id });
  } catch (error) {
    const code = sqliteCode(error);
    // After anything but a full or busy database the connection itself is in doubt.
    if (code !== "SQLITE_FULL" && !code.startsWith("SQLITE_BUSY")) shut();
    say({ kind: "refused", batch: batch.id, code, why: String(error) });
  }
}

function close(): void {
  try {
    tables?.setClean(true);
    shut();
  } catch {
    // A full disk: the next start will look closely, which is right.
  }
  say({ kind: "closed" });
}

self.onmessage = (event: MessageEvent<ToWriter>): void => {
  const message = event.data;
  if (typeof message === "string") {
    write(message);
    return;
  }
  switch (message.kind) {
    case "open":
      file = message.file;
      pagesMost = message.pagesMost;
      try {
        open();
      } catch {
        // Told with the first batch, which tries again.
        shut();
      }
      return;
    case "limit":
      pagesMost = message.pagesMost;
      database?.run(`PRAGMA max_page_count = ${pagesMost}`);
      return;
    case "close":
      close();
      return;
    default:
      message satisfies never;
  }
};
