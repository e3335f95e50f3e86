// `npm run sim -- --seed N --calls M [--runs K]`: simulates the whole box; K seeds from N upwards.
import { parseArgs } from "node:util";
import { runSimulation, SimulationFailure } from "./simulation.ts";

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: String(Date.now() % 1_000_000_000) },
    calls: { type: "string", default: "10000" },
    runs: { type: "string", default: "1" },
  },
});
const first = numberOf("seed", values.seed);
const calls = numberOf("calls", values.calls);
const runs = numberOf("runs", values.runs);

let done = 0;
const kinds: Record<string, number> = {};
const startedAt = performance.now();
const usedBefore = process.cpuUsage();
for (let seed = first; seed < first + runs; seed++) {
  try {
    const report = runSimulation({ seed, calls });
    done += report.calls;
    for (const [kind, count] of Object.entries(report.kinds)) {
      kinds[kind] = (kinds[kind] ?? 0) + count;
    }
    console.log(`seed ${seed}: ${report.environment}`);
    console.log(
      `  ${report.calls} calls, ${report.interrupted} interrupted, ` +
        `${report.turns} turns, ${report.checks} checks, ${report.restarts} restarts, ` +
        `${(report.virtualMs / 3_600_000).toFixed(1)} h of office life`,
    );
  } catch (failure) {
    if (!(failure instanceof SimulationFailure)) throw failure;
    console.error(failure.message);
    process.exitCode = 1;
  }
}
console.table(Object.fromEntries(Object.entries(kinds).sort(([, a], [, b]) => b - a)));
const seconds = (performance.now() - startedAt) / 1000;
const used = process.cpuUsage(usedBefore);
const processor = (used.user + used.system) / 1_000_000;
console.log(
  `${done} calls in ${seconds.toFixed(2)} s: ${Math.round(done / seconds)} calls/s; ` +
    `${Math.round(done / processor)} per second of processor time`,
);

function numberOf(name: string, text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= 0) return value;
  console.error(`--${name} wants a whole number, not "${text}"`);
  process.exit(2);
}
