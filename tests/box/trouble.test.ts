// The running box when things go wrong: disk full, files gone or not what they claim to be, a
// second process, a stop in mid-call, a flood on the line. Calls first, then records, then comfort.
import { afterEach, describe, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Turn } from "../../src/core/effect.ts";
import { replay } from "../../src/core/replay.ts";
import { type Box, startBox, token } from "../support/box.ts";
import type { FarEnd } from "../support/far-end.ts";
import { callerIdFsk, concat, level, silence, sine, toneLevel } from "../support/signal.ts";

interface CdrJson {
  readonly id: string;
  readonly direction: string;
  readonly callerNumber: string;
  readonly calledNumber: string;
  readonly disposition: string;
  readonly endedAt: string | null;
  readonly recordingId: string | null;
}

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

async function open(options: Parameters<typeof startBox>[0] = {}): Promise<Box> {
  const box = await startBox(options);
  cleanUps.push(() => box.discard());
  return box;
}

async function eventually<T>(look: () => Promise<T | undefined>, what: string): Promise<T> {
  for (let n = 0; n < 150; n += 1) {
    const found = await look();
    if (found !== undefined) return found;
    await Bun.sleep(50);
  }
  throw new Error(`${what} did not come about`);
}

const cdr = (box: Box, where: (row: CdrJson) => boolean) =>
  eventually(async () => {
    const { body } = await box.api<{ items: CdrJson[] }>("/api/v1/cdrs?limit=20");
    return body.items.find(where);
  }, "the CDR");

/** 801 talks with 802. */
async function talk(box: Box): Promise<readonly [FarEnd, FarEnd]> {
  const [caller, called] = [await box.attach("fxs/1"), await box.attach("fxs/2")];
  caller.offHook();
  await Bun.sleep(200);
  await caller.dial("802");
  await called.until(() => called.last("ring") === true, "ringing");
  called.offHook();
  caller.say(sine([1000], 20_000, -15));
  await Bun.sleep(300);
  expect(toneLevel(await called.listen(300), 1000)).toBeWithin(-17, -13);
  return [caller, called];
}

describe("trouble", () => {
  test("SIGTERM in mid-call: CDR and recording are closed, exit 0 within 5 s", async () => {
    const box = await open();
    await talk(box);
    const began = performance.now();
    expect(await box.stop()).toBe(0);
    expect(performance.now() - began).toBeLessThan(5000);
    const again = await open({ dataDirectory: box.dataDirectory });
    const row = await cdr(again, ({ calledNumber }) => calledNumber === "802");
    expect(row).toMatchObject({ disposition: "answered", endedAt: expect.any(String) });
  });

  test("SIGTERM to `npm start` reaches the box behind it", async () => {
    const box = await open({ command: ["npm", "start", "--silent"] });
    expect((await box.api("/api/v1/health")).status).toBe(200);
    expect(await box.stop()).toBe(0);
    expect(await fetch(`${box.origin}/api/v1/health`).catch(() => "gone")).toBe("gone");
  });

  test("a second process on the same data is refused in words; the first goes on", async () => {
    const box = await open();
    const second = startBox({ dataDirectory: box.dataDirectory });
    expect(await second.catch(String)).toMatch(/data directory|another|in use/i);
    expect((await box.api("/api/v1/health")).status).toBe(200);
  });

  test("a full disk: the call goes on, an alarm stands, the CDR is kept", async () => {
    const directory = mkdtempSync(join(tmpdir(), "linefinder-full-"));
    const mounted = Bun.spawnSync(["mount", "-t", "tmpfs", "-o", "size=8m", "none", directory]);
    expect(mounted.stderr.toString()).toBe("");
    cleanUps.push(() => Bun.spawnSync(["umount", "-l", directory]));
    const box = await open({ dataDirectory: join(directory, "data") });
    const [caller, called] = await talk(box);
    const filler = join(directory, "filler");
    try {
      writeFileSync(filler, new Uint8Array(16 * 2 ** 20));
    } catch (error) {
      expect(String(error)).toContain("ENOSPC");
    }
    await eventually(async () => {
      const { body } = await box.api<{ troubles?: string[] }>("/api/v1/health");
      return JSON.stringify(body).includes("diskFull") ? true : undefined;
    }, "the alarm");
    expect(toneLevel(await called.listen(300), 1000)).toBeWithin(-17, -13);
    caller.onHook();
    called.onHook();
    await Bun.sleep(1500);
    rmSync(filler);
    const row = await cdr(box, ({ endedAt }) => endedAt !== null);
    expect(row).toMatchObject({ calledNumber: "802", disposition: "answered" });
  });

  test("a recording that is gone or is no WAV is a clear answer, not a crash", async () => {
    const box = await open();
    const [caller, called] = await talk(box);
    await Bun.sleep(1200);
    called.onHook();
    caller.onHook();
    const { recordingId } = await cdr(box, ({ endedAt }) => endedAt !== null);
    await box.stop();
    const recordings = join(box.dataDirectory, "recordings");
    const path = readdirSync(recordings, { recursive: true })
      .map(String)
      .find((name) => name.endsWith(`${recordingId}.wav`));
    writeFileSync(join(recordings, path ?? ""), "this is no sound");
    const again = await open({ dataDirectory: box.dataDirectory });
    const answer = await again.api<{ status: number; title: string }>(
      `/api/v1/recordings/${recordingId}`,
    );
    expect(answer.status).toBe(404);
    expect(answer.body.title.length).toBeGreaterThan(5);
    const row = await cdr(again, ({ calledNumber }) => calledNumber === "802");
    expect(row.disposition).toBe("answered");
  });

  test("two far ends on a port: the second is refused, the first is not disturbed", async () => {
    const box = await open();
    const first = await box.attach("fxs/1");
    const second = await fetch(`${box.origin}/line/fxs/1`, {
      headers: {
        authorization: `Bearer ${token}`,
        connection: "Upgrade",
        upgrade: "websocket",
        "sec-websocket-version": "13",
        "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
        "sec-websocket-protocol": "line.v1",
      },
    });
    expect(second.status).toBe(409);
    first.offHook();
    await Bun.sleep(250);
    expect(toneLevel(await first.listen(300), 450)).toBeWithin(-11, -9);
  });

  test("a flood of hook changes and malformed messages leaves other phones alone", async () => {
    const box = await open();
    const [, called] = await talk(box);
    const wild = await box.attach("fxs/5");
    for (let n = 0; n < 400; n += 1) wild.send({ hook: n % 2 === 0 ? "off" : "on" });
    wild.sendRaw("{");
    await wild.until(() => wild.closed !== null, "close").catch(() => undefined);
    expect(wild.closed?.code).toBe(1008);
    expect(toneLevel(await called.listen(400), 1000)).toBeWithin(-17, -13);
    await Bun.sleep(1200);
    const { body } = await box.api<{ items: unknown[] }>("/api/v1/calls");
    expect(body.items).toHaveLength(1);
  });

  test("C4 G2 the greeting takes an extension; the exported trace replays the same", async () => {
    const box = await open();
    await Bun.sleep(1500); // the prompts are spoken
    const phone = await box.attach("fxs/7");
    const exchange = await box.attach("fxo/3");
    exchange.send({ ring: true });
    await Bun.sleep(1000);
    exchange.send({ ring: false });
    exchange.say(concat(silence(600), callerIdFsk("02155550123")));
    await exchange.until(() => exchange.last("hook") === "off", "answer", 7000);
    expect(level(await exchange.listen(1500))).toBeGreaterThan(-35);
    await exchange.dial("807");
    await phone.until(() => phone.last("ring") === true, "ringing", 3000);
    expect(toneLevel(await exchange.listen(600), 450)).toBeGreaterThan(-18); // ringback
    phone.offHook();
    exchange.say(sine([850], 3000, -15));
    await Bun.sleep(800); // the echo canceller lets go of the ringback
    expect(toneLevel(await phone.listen(400), 850)).toBeWithin(-18, -12);
    exchange.send({ battery: false });
    await Bun.sleep(350);
    exchange.send({ battery: true });
    await exchange.until(() => exchange.last("hook") === "on", "release on open interval", 2000);
    phone.onHook();
    const row = await cdr(box, ({ endedAt }) => endedAt !== null);
    expect(row).toMatchObject({ direction: "inbound", callerNumber: "02155550123" });
    expect(row.disposition).toBe("answered");
    const trace = await box.api<{ world: unknown; turns: Turn[] }>(`/api/v1/cdrs/${row.id}/trace`);
    expect(trace.body.turns.length).toBeGreaterThan(10);
    expect(replay(trace.body as Parameters<typeof replay>[0])).toBeNull();
    const shell = Bun.spawnSync([process.execPath, "src/setup/trace.ts", row.id], {
      env: { ...process.env, LINEFINDER_DATA: box.dataDirectory },
    });
    expect(shell.stdout.toString()).toContain("02155550123");
  }, 30_000);
});
