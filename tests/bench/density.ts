// `bun tests/bench/density.ts CALLS [echo]`: CPU and memory of the whole box with that many
// recorded calls at once. Prints rows as JSON. Each density has a process of its own.
import type { PortName } from "../../src/core/line.ts";
import { extensionOn, openOffice, residentMb, until } from "./office.ts";
import type { Row } from "./table.ts";

const calls = Number(process.argv[2]);
const echo = process.argv[3] === "echo";
const measureMs = 10_000;

const wish = echo
  ? { fxs: calls, fxo: calls, direct: true, echoCancel: true }
  : { fxs: 2 * calls, fxo: 0 };
const box = await openOffice(wish);

/** CPU of this process without the far ends that play the people, ms. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000 - box.card.stats().benchCpuUs / 1000;
}
async function measure(ms: number): Promise<number> {
  const [cpu, at] = [cpuMs(), performance.now()];
  await Bun.sleep(ms);
  return ((cpuMs() - cpu) / (performance.now() - at)) * 100;
}

await Bun.sleep(2000);
const idlePercent = await measure(5000);
const idleMb = residentMb();
for (let at = 1; at <= calls; at += 1) {
  const stagger = 200 + at * 15;
  const port: PortName = echo ? `fxo/${at}` : `fxs/${2 * at - 1}`;
  const other: PortName = echo ? `fxs/${at}` : `fxs/${2 * at}`;
  box.card.attachBench(other, { speak: true, answerMs: 300 });
  box.card.attachBench(port, {
    speak: true,
    startMs: stagger,
    digits: echo ? "" : extensionOn(2 * at, wish),
  });
}
const talking = () =>
  box.runtime.snapshot().calls.filter(({ state }) => state === "established").length;
await until(() => talking() === calls, `${calls} calls (there are ${talking()})`, 30_000);
await Bun.sleep(2000);
box.loopLag.reset();
const busyPercent = await measure(measureMs);
if (talking() !== calls) throw new Error("calls were lost while measuring");
const stats = box.card.stats();
if (stats.recorders !== calls) throw new Error(`${stats.recorders} recorders for ${calls} calls`);
if (stats.recordLost > 0) throw new Error(`${stats.recordLost} samples were not recorded`);

const kind = echo ? "recorded call with echo canceller on one leg" : "recorded call, DTMF on both";
const rows: Row[] = [
  {
    what: `CPU of one core per ${kind}, ${calls} at once`,
    unit: "%",
    figures: { value: (busyPercent - idlePercent) / calls, total: busyPercent, idle: idlePercent },
    limit: { figure: "value", atMost: echo ? 0.3 : 0.1 },
  },
  {
    what: `tick lateness with ${calls} calls${echo ? " (echo)" : ""}`,
    unit: "ms",
    figures: { p50: stats.late.p50 / 1000, p99: stats.late.p99 / 1000, max: stats.late.max / 1000 },
  },
];
if (!echo && calls === 60) {
  rows.push(
    { what: "RSS of a box with 120 ports, idle", unit: "MB", figures: { value: idleMb } },
    {
      what: "RSS with 60 recorded calls",
      unit: "MB",
      figures: { value: residentMb() },
      limit: { figure: "value", atMost: 128 },
    },
  );
}
console.log(JSON.stringify(rows));
await box.close();
process.exit(0);
