// A configuration as rows and back. Runs inside the caller's transaction.
import { eq, sql } from "drizzle-orm";
import type { BunSQLiteDatabase } from "drizzle-orm/bun-sqlite";
import type { Site } from "../settings/model.ts";
import { cards, extensionGroups, extensions, groups, settings, trunks, users } from "./schema.ts";

export type Drizzle = BunSQLiteDatabase<Record<string, never>>;

/** Reads the configuration as an unchecked site document. */
export function readSiteRows(database: Drizzle): unknown {
  const parts: Record<string, Record<string, unknown>> = { settings: {}, office: {} };
  for (const row of database.select().from(settings).all()) {
    const dot = row.key.indexOf(".");
    const part = parts[row.key.slice(0, dot)];
    if (part !== undefined) part[row.key.slice(dot + 1)] = JSON.parse(row.value);
  }
  const members = new Map<string, string[]>();
  for (const row of database.select().from(extensionGroups).all()) {
    const list = members.get(row.extension) ?? [];
    list.push(row.group);
    members.set(row.extension, list);
  }
  return {
    version: 1,
    ...parts,
    cards: database
      .select({ id: cards.id, kind: cards.kind, fxo: cards.fxo, fxs: cards.fxs })
      .from(cards)
      .orderBy(cards.position)
      .all(),
    trunks: database.select().from(trunks).all(),
    extensions: database
      .select()
      .from(extensions)
      .all()
      .map((row) => ({ ...row, groups: members.get(row.number) ?? [] })),
    groups: database.select().from(groups).all(),
    users: database.select().from(users).all(),
  };
}

/** Writes what differs between two configurations, table by table. Synchronous, and meant to be
 *  called within a transaction: an async callback would commit half of it.
 *  @param before null when the tables are empty */
export function writeSiteRows(database: Drizzle, before: Site | null, after: Site): void {
  // Tables are rewritten whole (a swap of two ports passes through a state that UNIQUE forbids
  // otherwise); references are judged at the commit.
  database.run(sql`PRAGMA defer_foreign_keys = ON`);
  const same = (part: keyof Site) => before !== null && Bun.deepEquals(before[part], after[part]);
  if (!same("settings") || !same("office")) writeSettings(database, after);
  if (!same("cards")) {
    database.delete(cards).run();
    after.cards.forEach((card, position) => {
      database
        .insert(cards)
        .values({ ...card, position })
        .run();
    });
  }
  if (!same("trunks") || !same("extensions") || !same("groups")) writeNumbering(database, after);
  if (!same("users")) writeUsers(database, before?.users ?? [], after.users);
}

function writeSettings(database: Drizzle, site: Site): void {
  database.delete(settings).run();
  const rows = (["settings", "office"] as const).flatMap((part) =>
    Object.entries(site[part]).map(([name, value]) => ({
      key: `${part}.${name}`,
      value: JSON.stringify(value),
    })),
  );
  database.insert(settings).values(rows).run();
}

function writeNumbering(database: Drizzle, site: Site): void {
  for (const table of [extensionGroups, trunks, extensions, groups]) database.delete(table).run();
  for (const { number, name } of site.groups)
    database.insert(groups).values({ number, name }).run();
  for (const { number, name, port, groups: memberships } of site.extensions) {
    database.insert(extensions).values({ number, name, port }).run();
    for (const group of memberships) {
      database.insert(extensionGroups).values({ extension: number, group }).run();
    }
  }
  for (const trunk of site.trunks) database.insert(trunks).values(trunk).run();
}

/** Row by row: deleting a user ends its sessions, and only that user's. */
function writeUsers(database: Drizzle, before: Site["users"], after: Site["users"]): void {
  const kept = new Set(after.map((user) => user.name));
  for (const user of before) {
    if (!kept.has(user.name)) database.delete(users).where(eq(users.name, user.name)).run();
  }
  for (const user of after) {
    database.insert(users).values(user).onConflictDoUpdate({ target: users.name, set: user }).run();
  }
}
