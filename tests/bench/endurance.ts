// `bun tests/bench/endurance.ts CALLS`: memory of the box over so many short recorded calls.
import { extensionOn, openOffice, residentMb, until } from "./office.ts";
import type { Row } from "./table.ts";

const wanted = Number(process.argv[2]);
const pairs = 200;
const wish = { fxs: 2 * pairs, fxo: 0 };
const box = await openOffice(wish);
let established = 0;
box.runtime.onCallEvent(({ event }) => {
  if (event === "established") established += 1;
});
for (let pair = 1; pair <= pairs; pair += 1) {
  box.card.attachBench(`fxs/${2 * pair}`, { speak: true, answerMs: 60, talkMs: 400, repeat: true });
  box.card.attachBench(`fxs/${2 * pair - 1}`, {
    speak: true,
    startMs: 100 + pair * 10,
    digits: extensionOn(2 * pair, wish),
    talkMs: 1900,
    // Shorter on-hook than the flash window would be a flash.
    pauseMs: 1000,
    repeat: true,
  });
}
const early = Math.floor(wanted / 5);
const started = performance.now();
await until(() => established >= early, `${early} calls`, 600_000);
const earlyMb = residentMb();
await until(() => established >= wanted, `${wanted} calls (${established})`, 600_000);
const perSecond = established / ((performance.now() - started) / 1000);
const lateMb = residentMb();
const rows: Row[] = [
  {
    what: `RSS after ${wanted} recorded calls (growth since call ${early})`,
    unit: "MB",
    figures: { value: lateMb, growth: lateMb - earlyMb, callsPerSecond: perSecond },
    limit: { figure: "growth", atMost: 8 },
  },
];
console.log(JSON.stringify(rows));
await box.close();
process.exit(0);
