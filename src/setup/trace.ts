// `npm run trace -- <call> [--json]`: prints a call of this box as a ladder, or as the file that
// replays it (`npm run trace -- 7 --json > call.json`). Reads only; the box may be running.
import { Database } from "bun:sqlite";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { drizzle } from "drizzle-orm/bun-sqlite";
import { printLadder } from "../core/ladder.ts";
import type { PortName } from "../core/line.ts";
import { createClock } from "../drivers/clock.ts";
import { readEnvironment } from "../settings/environment.ts";
import { StoredConfiguration } from "../store/configuration.ts";
import { StoredHistory } from "../store/history.ts";
import { databaseName } from "../store/open-store.ts";

function refuse(sentence: string): never {
  console.error(sentence);
  process.exit(1);
}

const usage = "Usage: npm run trace -- CALL [--json]    CALL is the number on the call's page";
const { values, positionals } = parseArgs({
  options: { json: { type: "boolean", default: false } },
  allowPositionals: true,
});
const call = Number(positionals[0]);
if (!Number.isSafeInteger(call) || call <= 0) refuse(usage);

const read = readEnvironment(process.env);
if (!read.ok) refuse(read.problems.join("\n"));
const directory = read.environment.dataDirectory;
const file = join(directory, databaseName);
if (!existsSync(file))
  refuse(`There is no box in ${directory}; name its place by LINEFINDER_DATA.`);

const database = drizzle({ client: new Database(file, { readwrite: true }) });
const history = new StoredHistory(database, directory);
const turns = history.turns(call);
if (turns === null) refuse(`There is no call ${call}.`);
if (values.json) {
  const trace = history.trace(call);
  if (trace === null) refuse(`The trace of call ${call} is too old: its journal is gone.`);
  console.log(JSON.stringify(trace));
} else {
  const site = new StoredConfiguration(database, createClock(), file).current();
  const label = (port: PortName) =>
    site.extensions.find((one) => one.port === port)?.number ??
    site.trunks.find((one) => one.port === port)?.id ??
    null;
  process.stdout.write(printLadder(turns, { call, label }));
}
