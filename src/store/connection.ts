// One SQLite connection with the pragmas every connection of the box has.
import { Database } from "bun:sqlite";

/** Another connection's commit takes a few ms; longer waits mean a disk that has stopped. */
export const busyWaitMs = 2000;

/** Opens (and creates) a database file for reading and writing.
 *  @param checkpoints whether this connection copies the log back into the file at 1,000 pages:
 *  the writer thread does, so that the main thread never waits for it
 *  @param inspect looks at the database before anything of it is changed; throws to refuse it
 *  @throws SQLite's own errors, what `inspect` throws */
export function openConnection(
  file: string,
  checkpoints: boolean,
  inspect: (database: Database) => void = () => {},
): Database {
  const database = new Database(file, { readwrite: true, create: true, strict: true });
  try {
    database.run(`PRAGMA busy_timeout = ${busyWaitMs}`);
    inspect(database);
    database.run("PRAGMA journal_mode = WAL");
    database.run("PRAGMA synchronous = FULL");
    database.run("PRAGMA foreign_keys = ON");
    database.run(`PRAGMA wal_autocheckpoint = ${checkpoints ? 1000 : 0}`);
    // After a burst the log shrinks to 16 MB again.
    database.run("PRAGMA journal_size_limit = 16777216");
  } catch (error) {
    database.close();
    throw error;
  }
  return database;
}
