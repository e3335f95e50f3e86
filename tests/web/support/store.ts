// The real configuration and accounts over SQLite in memory. Files, locks and the writer thread
// are left out: they are tested with the store.
import { Database } from "bun:sqlite";
import { drizzle } from "drizzle-orm/bun-sqlite";
import type { Clock } from "../../../src/ports/clock.ts";
import { requireSite } from "../../../src/settings/site-file.ts";
import { Accounts } from "../../../src/store/accounts.ts";
import { StoredConfiguration } from "../../../src/store/configuration.ts";
import { migrate } from "../../../src/store/migrate.ts";
import { writeSiteRows } from "../../../src/store/site-rows.ts";

export function memoryStore(site: unknown, clock: Clock) {
  const connection = new Database(":memory:");
  migrate(connection);
  const database = drizzle({ client: connection });
  writeSiteRows(database, null, requireSite(site, "the test's site is wrong"));
  const configuration = new StoredConfiguration(database, clock, ":memory:");
  return { configuration, accounts: new Accounts(database, clock, configuration) };
}
