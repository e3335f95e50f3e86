// Call set-ups a second through core, runtime and store with synchronous=FULL: a card that does
// nothing, phones that do everything at once, every row on disk before the clock is stopped.
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import demoOffice from "../../config/demo-office.json";
import type { LineEvent, LineSignal, PortName } from "../../src/core/line.ts";
import { createWorld } from "../../src/core/switchboard.ts";
import { createClock } from "../../src/drivers/clock.ts";
import { Runtime } from "../../src/runtime/runtime.ts";
import { officeOf } from "../../src/settings/model.ts";
import { requireSite } from "../../src/settings/site-file.ts";
import { openStore } from "../../src/store/open-store.ts";
import type { Row } from "./table.ts";

const calls = 4000;
const directory = mkdtempSync(join(import.meta.dir, "../../build/set-ups-"));
const clock = createClock();
const site = requireSite(demoOffice, "demo office");
const store = openStore({ directory, clock, pid: process.pid, firstSite: () => site });
let hear: (events: readonly LineEvent[]) => void = () => {};
const runtime = new Runtime({
  card: {
    perform: () => {},
    onEvents: (listener) => {
      hear = listener;
    },
    readBack: () => [],
    configure: () => {},
    close: () => {},
  },
  clock,
  callLog: store.callLog,
  log: { write: (level, what) => level === "error" && console.error(what) },
  world: createWorld(officeOf(site), store.firstCall),
  onBug: (error) => {
    throw error;
  },
});
runtime.start();
const happens = (port: PortName, signal: LineSignal) =>
  hear([{ at: clock.now(), port, ...signal } as LineEvent]);
const digit = (port: PortName, key: "0" | "2" | "4" | "6" | "8") =>
  happens(port, { kind: "digit", digit: key, by: "dtmf" });

const started = performance.now();
for (let call = 0; call < calls; call += 1) {
  const pair = (call % 4) + 1;
  const [a, b]: [PortName, PortName] = [`fxs/${2 * pair - 1}`, `fxs/${2 * pair}`];
  happens(a, { kind: "offHook" });
  digit(a, "8");
  digit(a, "0");
  digit(a, `${2 * pair}` as "2" | "4" | "6" | "8");
  happens(b, { kind: "offHook" });
  happens(b, { kind: "onHook" });
  happens(a, { kind: "onHook" });
  // Now and then the loop turns, as it would between calls; batches go out then.
  if (call % 20 === 19) await Bun.sleep(0);
}
await store.callLog.flush();
const seconds = (performance.now() - started) / 1000;
const stored = store.history.list({}, 1, null).items[0];
if (stored?.disposition !== "answered" || Number(stored.id) < calls) {
  throw new Error(`the last call is not on disk: ${JSON.stringify(stored)}`);
}
await runtime.stop();
await store.close();
rmSync(directory, { recursive: true });
const rows: Row[] = [
  {
    what: `call set-ups (${calls} calls, on disk, synchronous=FULL)`,
    unit: "calls/s",
    figures: { value: calls / seconds },
    limit: { figure: "value", atLeast: 200 },
  },
];
console.log(JSON.stringify(rows));
process.exit(0);
