// `npm run bench [-- NAME…]`: measures the box and prints one table; JSON in build/bench.json.
// Each part runs in a process of its own, so that memory and CPU are its own. Nothing is asserted:
// a figure that misses its limit is shown as missed.
import { mkdirSync, writeFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { formatRow, type Row, reached } from "./table.ts";

const here = import.meta.dir;
const parts: Readonly<Record<string, readonly string[]>> = {
  start: ["start.ts"],
  reaction: ["reaction.ts"],
  delay: ["delay.ts"],
  "density-10": ["density.ts", "10"],
  "density-60": ["density.ts", "60"],
  "density-240": ["density.ts", "240"],
  echo: ["density.ts", "60", "echo"],
  load: ["page-load.ts"],
  "set-ups": ["set-ups.ts"],
  endurance: ["endurance.ts", "10000"],
  sim: ["simulation.ts"],
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in parts));
if (unknown.length > 0) {
  console.error(`no part ${unknown.join(", ")}; there are: ${Object.keys(parts).join(" ")}`);
  process.exit(2);
}
const cpu = cpus();
const machine = `${cpu.length} × ${cpu[0]?.model ?? "?"}, load ${loadavg()[0]?.toFixed(2)}`;
console.log(machine);
mkdirSync("build/bench", { recursive: true });
const rows: Row[] = [];
let broken = 0;
for (const [name, [file = "", ...rest]] of Object.entries(parts)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const child = Bun.spawn([process.execPath, `${here}/${file}`, ...rest], {
    stdout: "pipe",
    stderr: "inherit",
  });
  const output = await new Response(child.stdout).text();
  if ((await child.exited) !== 0) {
    broken += 1;
    console.log(`${name}: did not run to its end`);
    continue;
  }
  const measured = JSON.parse(output.trim().split("\n").at(-1) ?? "[]") as Row[];
  rows.push(...measured);
  for (const row of measured) console.log(formatRow(row));
}
const missed = rows.filter((row) => reached(row) === false).length;
const written = { at: new Date().toISOString(), machine, rows };
writeFileSync("build/bench.json", JSON.stringify(written, null, 2));
console.log(`${rows.length} rows, ${missed} missed, ${broken} not measured; build/bench.json`);
process.exit(broken === 0 ? 0 : 1);
