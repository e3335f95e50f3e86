// Ports taken out of the configuration while they are in a call: the call goes on to its end.
import { expect, test } from "bun:test";
import { startBox } from "../support/box.ts";
import { sine, toneLevel } from "../support/signal.ts";

interface SiteJson {
  readonly cards: { fxs: number }[];
  extensions: { port: string }[];
}

test("cards that shrink leave a call alone; its ports go when it is over", async () => {
  const box = await startBox();
  try {
    const [caller, called] = [await box.attach("fxs/7"), await box.attach("fxs/8")];
    const idle = await box.attach("fxs/6");
    caller.offHook();
    await Bun.sleep(200);
    await caller.dial("808");
    await called.until(() => called.last("ring") === true, "ringing");
    called.offHook();
    await Bun.sleep(300);
    const { body: site } = await box.api<SiteJson>("/api/v1/site");
    for (const card of site.cards) card.fxs = 5;
    site.extensions = site.extensions.filter(({ port }) => port <= "fxs/5");
    const body = JSON.stringify(site);
    expect((await box.api("/api/v1/site", { method: "PUT", body })).status).toBe(200);
    await Bun.sleep(200);
    expect(idle.closed).toMatchObject({ code: 1001 });
    caller.say(sine([1000], 1500, -15));
    await Bun.sleep(300);
    expect(toneLevel(await called.listen(400), 1000)).toBeWithin(-17, -13);
    caller.onHook();
    called.onHook();
    await caller.until(() => caller.closed !== null, "end", 3_000).catch(() => undefined);
    await called.until(() => called.closed !== null, "end", 1_000).catch(() => undefined);
    expect([caller.closed?.code, called.closed?.code]).toEqual([1001, 1001]);
    expect((await box.api<{ items: unknown[] }>("/api/v1/calls")).body.items).toEqual([]);
    const cdrs = await box.api<{ items: { disposition: string; endedAt: string | null }[] }>(
      "/api/v1/cdrs",
    );
    expect(cdrs.body.items).toMatchObject([
      { disposition: "answered", endedAt: expect.any(String) },
    ]);
  } finally {
    await box.discard();
  }
}, 20_000);
