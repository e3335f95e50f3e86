// Lag of the main loop and lateness of the tick while pages, API and database are busy and calls
// come and go. The visitors are a process of their own.
import { extensionOn, openOffice, token, until } from "./office.ts";
import type { Row } from "./table.ts";

const seconds = 15;
if (process.argv[2] === "visit") {
  await visit(process.argv[3] ?? "");
  process.exit(0);
}

/** Four visitors who never pause: history with a filter, live calls, a call's page data. */
async function visit(origin: string): Promise<void> {
  const until = performance.now() + seconds * 1000;
  const paths = ["/api/v1/cdrs?limit=50", "/api/v1/calls", "/api/v1/cdrs?limit=50&text=80"];
  let done = 0;
  await Promise.all(
    Array.from({ length: 4 }, async (_, who) => {
      for (let n = who; performance.now() < until; n += 1) {
        const path = paths[n % paths.length] ?? "";
        const answer = await fetch(`${origin}${path}`, {
          headers: { authorization: `Bearer ${token}` },
        });
        if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
        await answer.arrayBuffer();
        done += 1;
      }
    }),
  );
  console.log(done);
}

const pairs = 24;
const wish = { fxs: 2 * pairs, fxo: 0 };
const box = await openOffice(wish);
for (let pair = 1; pair <= pairs; pair += 1) {
  box.card.attachBench(`fxs/${2 * pair}`, { speak: true, answerMs: 60, talkMs: 900, repeat: true });
  box.card.attachBench(`fxs/${2 * pair - 1}`, {
    speak: true,
    startMs: 100 + pair * 70,
    digits: extensionOn(2 * pair, wish),
    talkMs: 2400,
    // Shorter on-hook than the flash window would be a flash.
    pauseMs: 1000,
    repeat: true,
  });
}
await until(() => box.store.history.list({}, 200, null).items.length >= 150, "history", 60_000);
box.loopLag.reset();
const visitors = Bun.spawn([process.execPath, import.meta.path, "visit", box.origin], {
  stdout: "pipe",
  stderr: "inherit",
});
const pages = Number(await new Response(visitors.stdout).text());
if (!(pages > 0)) throw new Error("no page was answered");
const lag = box.loopLag.read();
const { late } = box.card.stats();
const rows: Row[] = [
  {
    what: `main loop's lag under load (${Math.round(pages / seconds)} requests/s, calls)`,
    unit: "ms",
    figures: { ...lag },
    limit: { figure: "p99", atMost: 10 },
  },
  {
    what: "tick lateness under the same load",
    unit: "ms",
    figures: { p50: late.p50 / 1000, p99: late.p99 / 1000, max: late.max / 1000 },
  },
];
console.log(JSON.stringify(rows));
await box.close();
process.exit(0);
