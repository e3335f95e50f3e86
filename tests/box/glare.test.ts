// The exchange gives a line to a caller just as the box takes it: nobody is dropped.
import { expect, test } from "bun:test";
import { startBox } from "../support/box.ts";
import type { FarEnd } from "../support/far-end.ts";
import { level, sine } from "../support/signal.ts";

test("glare: the outgoing call takes another line, the caller hears the greeting", async () => {
  const box = await startBox();
  try {
    const phone = await box.attach("fxs/1");
    const lines: FarEnd[] = [];
    for (const n of [1, 2, 3, 4]) lines.push(await box.attach(`fxo/${n}`));
    const seized = () => lines.filter((line) => line.last("hook") === "off");
    await Bun.sleep(1500); // the prompts are spoken
    phone.offHook();
    await Bun.sleep(250);
    await phone.dial("95678#");
    await phone.until(() => seized().length === 1, "seizure");
    const met = seized()[0];
    met?.send({ ring: true });
    await Bun.sleep(60);
    met?.send({ ring: false });
    await phone.until(() => seized().length === 2, "seizure of another line", 1_000);
    expect(met?.last("hook")).toBe("off");
    const other = seized().find((line) => line !== met);
    other?.say(sine([450], 1_000, -12));
    await Bun.sleep(800);
    expect(level((await met?.listen(800)) ?? new Int16Array(1))).toBeGreaterThan(-35);
    const { body } = await box.api<{ items: { direction: string; trunk: string }[] }>(
      "/api/v1/calls",
    );
    expect(body.items.map(({ direction }) => direction).toSorted()).toEqual([
      "inbound",
      "outbound",
    ]);
  } finally {
    await box.discard();
  }
}, 20_000);
