// One-way audio delay: port to port inside the engine, and through `line.v1` on loopback.
import { startBox } from "../support/box.ts";
import { openOffice } from "./office.ts";
import { type Row, spread } from "./table.ts";

async function throughEngine(): Promise<Row> {
  const box = await openOffice({ fxs: 40, fxo: 0 });
  for (let at = 1; at <= 20; at += 1) {
    box.card.attachBench(`fxs/${2 * at - 1}`, {
      pulse: true,
      startMs: 100 + at * 33,
      digits: String(801 + 2 * at - 1),
    });
    box.card.attachBench(`fxs/${2 * at}`, { listen: true, answerMs: 100 });
  }
  await Bun.sleep(30_000);
  const { delay, delayPulses } = box.card.stats();
  await box.close();
  if (delayPulses < 100) throw new Error(`only ${delayPulses} clicks arrived`);
  return {
    what: `one-way delay port to port in the engine (${delayPulses} clicks)`,
    unit: "ms",
    figures: { p50: delay.p50 / 1000, p99: delay.p99 / 1000, max: delay.max / 1000 },
    limit: { figure: "p99", atMost: 15 },
  };
}

async function throughSockets(): Promise<Row> {
  const box = await startBox();
  const [a, b] = [await box.attach("fxs/1"), await box.attach("fxs/2")];
  a.offHook();
  await Bun.sleep(300);
  await a.dial("802");
  await b.until(() => b.last("ring") === true, "ringing");
  b.offHook();
  await Bun.sleep(1000);
  const delays = await a.measureDelayTo(b, 400);
  await box.discard();
  return {
    what: `one-way delay through line.v1 (${delays.length} clicks)`,
    unit: "ms",
    figures: spread(delays),
    limit: { figure: "p99", atMost: 45 },
  };
}

console.log(JSON.stringify([await throughEngine(), await throughSockets()]));
process.exit(0);
