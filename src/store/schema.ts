// Every table of the box, for drizzle. `drizzle-kit generate` turns changes of this file into
// migrations/ (see docs/adr/0004); the full-text index is a hand-written migration of its own.
import { sql } from "drizzle-orm";
import { index, integer, primaryKey, real, sqliteTable, text } from "drizzle-orm/sqlite-core";

/** Facts about the database itself, e.g. whether it was closed properly. */
export const meta = sqliteTable("meta", {
  key: text().primaryKey(),
  value: text().notNull(),
});

// --- configuration: written as one transaction per change, by the main thread alone ---

/** `settings.NAME` and `office.NAME`, values as JSON. */
export const settings = sqliteTable("settings", {
  key: text().primaryKey(),
  value: text().notNull(),
});

export const cards = sqliteTable("cards", {
  id: text().primaryKey(),
  position: integer().notNull(),
  kind: text().notNull(),
  fxo: integer().notNull(),
  fxs: integer().notNull(),
});

export const groups = sqliteTable("groups", {
  number: text().primaryKey(),
  name: text().notNull(),
});

export const extensions = sqliteTable("extensions", {
  number: text().primaryKey(),
  name: text().notNull(),
  port: text().notNull().unique(),
});

/** B7 */
export const extensionGroups = sqliteTable(
  "extension_groups",
  {
    extension: text()
      .notNull()
      .references(() => extensions.number),
    group: text()
      .notNull()
      .references(() => groups.number),
  },
  (table) => [primaryKey({ columns: [table.extension, table.group] })],
);

export const trunks = sqliteTable("trunks", {
  id: text().primaryKey(),
  name: text().notNull(),
  port: text().notNull().unique(),
  /** A4 and B6: one wire, one column. */
  directExtension: text("direct_extension")
    .unique()
    .references(() => extensions.number),
  group: text().references(() => groups.number),
  linePrefix: text("line_prefix").notNull(),
});

export const users = sqliteTable("users", {
  name: text().primaryKey(),
  role: text().notNull(),
  passwordHash: text("password_hash").notNull(),
  extension: text().references(() => extensions.number),
});

/** Who changed what, with everything needed to turn it back. Never pruned. */
export const audit = sqliteTable("audit", {
  id: integer().primaryKey({ autoIncrement: true }),
  at: real().notNull(),
  who: text().notNull(),
  what: text().notNull(),
  /** JSON list of { path, before, after }. */
  differences: text().notNull(),
  undoes: integer(),
});

// --- accounts ---

export const sessions = sqliteTable(
  "sessions",
  {
    /** SHA-256 of the cookie; the cookie itself is kept nowhere. */
    tokenHash: text("token_hash").primaryKey(),
    user: text()
      .notNull()
      .references(() => users.name, { onDelete: "cascade" }),
    csrf: text().notNull(),
    createdAt: real("created_at").notNull(),
    seenAt: real("seen_at").notNull(),
    expiresAt: real("expires_at").notNull(),
    address: text().notNull(),
  },
  (table) => [index("sessions_user").on(table.user), index("sessions_expiry").on(table.expiresAt)],
);

export const apiTokens = sqliteTable("api_tokens", {
  id: integer().primaryKey({ autoIncrement: true }),
  name: text().notNull(),
  tokenHash: text("token_hash").notNull().unique(),
  role: text().notNull(),
  createdBy: text("created_by").notNull(),
  createdAt: real("created_at").notNull(),
});

export const loginAttempts = sqliteTable(
  "login_attempts",
  {
    id: integer().primaryKey({ autoIncrement: true }),
    at: real().notNull(),
    /** `user:NAME` or `address:IP`: whatever is being limited. */
    subject: text().notNull(),
    succeeded: integer({ mode: "boolean" }).notNull(),
  },
  (table) => [
    index("login_attempts_subject").on(table.subject, table.at),
    index("login_attempts_at").on(table.at),
  ],
);

// --- calls: written by the writer thread alone (writer-thread.ts, plain SQL) ---

export const cdrs = sqliteTable(
  "cdrs",
  {
    id: integer().primaryKey(),
    startedAt: real("started_at").notNull(),
    answeredAt: real("answered_at"),
    endedAt: real("ended_at"),
    direction: text().notNull(),
    callerNumber: text("caller_number").notNull(),
    callerName: text("caller_name").notNull(),
    calledNumber: text("called_number").notNull(),
    trunk: text(),
    extension: text(),
    group: text(),
    disposition: text().notNull(),
    cause: integer().notNull(),
    answerBasis: text("answer_basis"),
    releasedBy: text("released_by"),
    ringSeconds: real("ring_seconds").notNull(),
    talkSeconds: real("talk_seconds").notNull(),
    recordingId: text("recording_id"),
  },
  // Each index ends in the row id by nature: newest first is one walk along it.
  (table) => [
    index("cdrs_started").on(table.startedAt),
    index("cdrs_extension").on(table.extension, table.startedAt),
    index("cdrs_trunk").on(table.trunk, table.startedAt),
    index("cdrs_disposition").on(table.disposition, table.startedAt),
    index("cdrs_direction").on(table.direction, table.startedAt),
    index("cdrs_open").on(table.id).where(sql`ended_at is null`),
    index("cdrs_recording").on(table.recordingId).where(sql`recording_id is not null`),
  ],
);

export const journal = sqliteTable(
  "journal",
  {
    /** Numbered without gaps; a gap means that entries were lost on a full disk. */
    seq: integer().primaryKey(),
    at: real().notNull(),
    /** 0 = turn, 1 = checkpoint. */
    kind: integer().notNull(),
    /** Calls touched, separated by spaces: pruning needs them without reading `body`. */
    calls: text().notNull(),
    body: text().notNull(),
  },
  (table) => [index("journal_checkpoints").on(table.seq).where(sql`kind = 1`)],
);

/** Which turns touched a call. */
export const journalCalls = sqliteTable(
  "journal_calls",
  {
    call: integer().notNull(),
    seq: integer().notNull(),
  },
  (table) => [primaryKey({ columns: [table.call, table.seq] })],
);

export const recordings = sqliteTable(
  "recordings",
  {
    id: text().primaryKey(),
    /** Null: found on the disk without a call (state `lost`). */
    call: integer(),
    /** Folder below recordings/, see recordings.ts. */
    folder: text().notNull(),
    /** `open` being written, `ready`, `missing` (file gone), `lost` (no call), `notWav`. */
    state: text().notNull(),
  },
  (table) => [
    index("recordings_folder").on(table.folder),
    index("recordings_open").on(table.id).where(sql`state = 'open'`),
  ],
);

/** When each folder was last compared with the table; its time of change tells if it must again. */
export const recordingFolders = sqliteTable("recording_folders", {
  folder: text().primaryKey(),
  changedAt: real("changed_at").notNull(),
});
