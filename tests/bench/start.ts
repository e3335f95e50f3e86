// Start of the box as a process: time until its ready line, memory when idle.
import { readFileSync } from "node:fs";
import { startBox } from "../support/box.ts";
import { percentile, type Row } from "./table.ts";

const residentOf = (pid: number) =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) / 1024;

const first = await startBox();
const firstMs = first.readyMs;
await first.stop();
const again: number[] = [];
let idleMb = 0;
for (let run = 0; run < 9; run += 1) {
  const box = await startBox({ dataDirectory: first.dataDirectory });
  again.push(box.readyMs);
  if (run === 8) {
    await Bun.sleep(5000);
    idleMb = residentOf(box.process.pid);
  }
  await box.stop();
}
await first.discard();
const rows: Row[] = [
  { what: "process start → ready, empty data directory", unit: "ms", figures: { value: firstMs } },
  {
    what: "process start → ready, second start",
    unit: "ms",
    figures: { p50: percentile(again, 0.5), max: Math.max(...again) },
    limit: { figure: "p50", atMost: 400 },
  },
  {
    what: "RSS idle (demo office)",
    unit: "MB",
    figures: { value: idleMb },
    limit: { figure: "value", atMost: 96 },
  },
];
console.log(JSON.stringify(rows));
process.exit(0);
