// The running box, from the line: what a phone hears, what a caller hears, what stands afterwards.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Box, startBox } from "../support/box.ts";
import type { FarEnd } from "../support/far-end.ts";
import {
  cadence,
  callerIdFsk,
  concat,
  level,
  silence,
  sine,
  toneLevel,
} from "../support/signal.ts";

interface CdrJson {
  readonly id: string;
  readonly direction: string;
  readonly callerNumber: string;
  readonly calledNumber: string;
  readonly trunk: string | null;
  readonly extension: string | null;
  readonly disposition: string;
  readonly startedAt: string;
  readonly answeredAt: string | null;
  readonly endedAt: string | null;
  readonly talkSeconds: number;
  readonly recordingId: string | null;
}

let box: Box;
beforeAll(async () => {
  box = await startBox();
});
afterAll(() => box.discard());

async function newestCdr(where: (cdr: CdrJson) => boolean): Promise<CdrJson> {
  for (let i = 0; i < 40; i += 1) {
    const { body } = await box.api<{ items: CdrJson[] }>("/api/v1/cdrs?limit=10");
    const found = body.items.find(where);
    if (found !== undefined) return found;
    await Bun.sleep(50);
  }
  throw new Error("the expected CDR did not appear");
}

const ended = (cdr: CdrJson) => cdr.endedAt !== null;

/** Ringing of the exchange: 1 s on, 4 s off, with Bell 202 caller ID after the first burst. */
async function ringWithCallerId(exchange: FarEnd, number: string): Promise<void> {
  exchange.send({ ring: true });
  await Bun.sleep(1000);
  exchange.send({ ring: false });
  exchange.say(concat(silence(600), callerIdFsk(number)));
}

describe("first call", () => {
  test("A1 801 calls 802: tones, ringing, audio both ways, CDR, recording", async () => {
    const caller = await box.attach("fxs/1");
    const called = await box.attach("fxs/2");
    caller.offHook();
    await Bun.sleep(150);
    const dialTone = await caller.listen(400);
    expect(toneLevel(dialTone, 450)).toBeWithin(-11, -9); // cn: 450 Hz, -10 dBm0

    await caller.dial("802");
    await called.until(() => called.last("ring") === true, "ringing", 1500);
    const ringback = await caller.listen(600);
    expect(toneLevel(ringback, 450)).toBeGreaterThan(-16);

    called.offHook();
    await called.until(() => called.last("ring") === false, "end of ringing", 400);
    caller.say(sine([1000], 1500, -15));
    called.say(sine([700], 1500, -15));
    await Bun.sleep(400);
    caller.forget();
    called.forget();
    await Bun.sleep(600);
    expect(toneLevel(called.heard(), 1000)).toBeWithin(-17, -13);
    expect(toneLevel(caller.heard(), 700)).toBeWithin(-17, -13);
    // Nobody hears himself, and no tone of the box is left in the talk path.
    expect(toneLevel(caller.heard(), 1000)).toBeLessThan(-45);
    expect(toneLevel(caller.heard(), 450)).toBeLessThan(-45);

    await Bun.sleep(700);
    called.onHook();
    await Bun.sleep(300);
    const afterwards = await caller.listen(1500);
    expect(
      cadence(afterwards)
        .slice(1, 3)
        .every((ms) => ms >= 320 && ms <= 380),
    ).toBe(true); // busy
    caller.onHook();

    const cdr = await newestCdr((row) => row.calledNumber === "802" && ended(row));
    expect(cdr).toMatchObject({
      direction: "internal",
      callerNumber: "801",
      disposition: "answered",
      extension: expect.any(String),
    });
    expect(cdr.talkSeconds).toBeWithin(1.2, 6);
    expect(cdr.startedAt).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)$/);

    // The recording: stereo, one party on each channel.
    const wav = await fetch(`${box.origin}/api/v1/recordings/${cdr.recordingId}`, {
      headers: { authorization: "Bearer test-token-of-thirty-two-letters" },
    });
    expect(wav.headers.get("content-type")).toBe("audio/wav");
    const [left, right] = channels(new Uint8Array(await wav.arrayBuffer()));
    const [first, second] =
      toneLevel(left, 1000) > toneLevel(right, 1000) ? [left, right] : [right, left];
    const talk = (pcm: Int16Array, hz: number) =>
      Math.max(...slices(pcm, 1600).map((slice) => toneLevel(slice, hz)));
    expect(talk(first, 1000)).toBeWithin(-17, -13);
    expect(talk(second, 700)).toBeWithin(-17, -13);
    expect(talk(first, 700)).toBeLessThan(-40);

    const ladder = await box.api<string>(`/api/v1/cdrs/${cdr.id}/trace?format=ladder`);
    expect(ladder.status).toBe(200);
    expect(ladder.body).toContain("[established]");
    caller.close();
    called.close();
  }, 20_000);

  test("A4 B6 an outside call rings the direct extension; busy tone frees the line", async () => {
    const patched = await box.api("/api/v1/trunks/line1", {
      method: "PATCH",
      body: JSON.stringify({ directExtension: "803" }),
    });
    expect(patched.status).toBe(200);
    const phone = await box.attach("fxs/3");
    const exchange = await box.attach("fxo/1");
    await ringWithCallerId(exchange, "13800138000");
    await phone.until(() => phone.last("ring") === true, "ringing", 4000);
    const live = await box.api<{ items: { callerNumber: string }[] }>("/api/v1/calls");
    expect(live.body.items.map((call) => call.callerNumber)).toContain("13800138000");

    phone.offHook();
    await exchange.until(() => exchange.last("hook") === "off", "seizure", 1000);
    exchange.say(sine([850], 1000, -15));
    await Bun.sleep(300);
    expect(toneLevel(await phone.listen(500), 850)).toBeWithin(-18, -12);
    await Bun.sleep(300);

    // The caller hangs up: the exchange sends busy tone, 450 Hz 350/350.
    const busyAt = performance.now();
    for (let i = 0; i < 8; i += 1) exchange.say(concat(sine([450], 350, -20), silence(350)));
    await exchange.until(() => exchange.last("hook") === "on", "release of the line", 4_000);
    expect(performance.now() - busyAt).toBeLessThan(4_000);
    phone.onHook();
    const cdr = await newestCdr((row) => row.callerNumber === "13800138000" && ended(row));
    expect(cdr).toMatchObject({ direction: "inbound", trunk: "line1", extension: "803" });
    expect(cdr.disposition).toBe("answered");
    phone.close();
    exchange.close();
  }, 20_000);

  test("A11 A12 an outgoing call waits for dial tone, sends prefix and number, talks", async () => {
    await box.api("/api/v1/trunks/line2", {
      method: "PATCH",
      body: JSON.stringify({ linePrefix: "17909" }),
    });
    const phone = await box.attach("fxs/4");
    const lines = [await box.attach("fxo/2"), await box.attach("fxo/3"), await box.attach("fxo/4")];
    const seized = () => lines.find((line) => line.last("hook") === "off");
    phone.offHook();
    await Bun.sleep(200);
    await phone.dial("913912345678#");
    await phone.until(() => seized() !== undefined, "seizure of a trunk", 8000);
    const line = seized();
    if (line === undefined) throw new Error("no trunk");
    line.forget();
    line.say(sine([450], 2000, -12));
    await Bun.sleep(1000);
    await line.until(() => level(line.heard().slice(-1600)) > -30, "digits", 5000);
    line.hush();
    await Bun.sleep(4500);
    const digits = multimon(line.heard());
    expect(digits).toBe(line.name === "fxo/2" ? "1790913912345678" : "13912345678");
    line.send({ polarity: "reversed" }); // answered
    line.say(sine([620], 1200, -15));
    await Bun.sleep(300);
    expect(toneLevel(await phone.listen(500), 620)).toBeWithin(-18, -12);
    line.send({ polarity: "normal" });
    await line.until(() => line.last("hook") === "on", "release", 2000);
    phone.onHook();
    const cdr = await newestCdr((row) => row.calledNumber.includes("13912345678") && ended(row));
    expect(cdr).toMatchObject({ direction: "outbound", extension: "804", disposition: "answered" });
    phone.close();
    for (const each of lines) each.close();
  }, 30_000);

  test("a call cut by a power failure stands as interrupted, its recording plays", async () => {
    const caller = await box.attach("fxs/5");
    const called = await box.attach("fxs/6");
    caller.offHook();
    await Bun.sleep(200);
    await caller.dial("806");
    await called.until(() => called.last("ring") === true, "ringing", 1500);
    called.offHook();
    caller.say(sine([1000], 3000, -15));
    await Bun.sleep(3000);
    await box.kill();
    box = await startBox({ dataDirectory: box.dataDirectory });
    const cdr = await newestCdr((row) => row.calledNumber === "806");
    expect(cdr).toMatchObject({ disposition: "interrupted", callerNumber: "805" });
    expect(ended(cdr)).toBe(true);
    const wav = await fetch(`${box.origin}/api/v1/recordings/${cdr.recordingId}`, {
      headers: { authorization: "Bearer test-token-of-thirty-two-letters" },
    });
    const bytes = new Uint8Array(await wav.arrayBuffer());
    const path = join(box.dataDirectory, "cut.wav");
    writeFileSync(path, bytes);
    const judged = Bun.spawnSync(["sox", "--info", "-D", path]);
    expect(Number(judged.stdout.toString())).toBeWithin(1, 4);
  }, 20_000);
});

function multimon(pcm: Int16Array): string {
  const raw = join(box.dataDirectory, "line.raw");
  const resampled = join(box.dataDirectory, "line-22050.raw");
  writeFileSync(raw, new Uint8Array(pcm.slice().buffer));
  const shape = ["-t", "raw", "-e", "signed", "-b", "16", "-c", "1"];
  Bun.spawnSync(["sox", ...shape, "-r", "8000", raw, ...shape, "-r", "22050", resampled]);
  const judged = Bun.spawnSync(["multimon-ng", "-q", "-t", "raw", "-a", "DTMF", resampled]);
  return [...judged.stdout.toString().matchAll(/DTMF: (.)/g)].map((match) => match[1]).join("");
}

function channels(wav: Uint8Array): readonly [Int16Array, Int16Array] {
  const samples = new Int16Array(wav.slice(44).buffer.slice(0, (wav.length - 44) & ~3));
  const every = (offset: number) => samples.filter((_, i) => i % 2 === offset);
  return [every(0), every(1)];
}

function slices(pcm: Int16Array, length: number): Int16Array[] {
  const found: Int16Array[] = [];
  for (let at = 0; at + length <= pcm.length; at += length)
    found.push(pcm.subarray(at, at + length));
  return found;
}

test("the demo office is what the contract says", () => {
  const demo = JSON.parse(readFileSync("config/demo-office.json", "utf8")) as {
    extensions: { number: string; port: string }[];
    trunks: { id: string; port: string }[];
  };
  expect(demo.extensions.map(({ number, port }) => `${number} ${port}`)).toEqual(
    Array.from({ length: 8 }, (_, i) => `80${i + 1} fxs/${i + 1}`),
  );
  expect(demo.trunks.map(({ id, port }) => `${id} ${port}`)).toEqual(
    Array.from({ length: 4 }, (_, i) => `line${i + 1} fxo/${i + 1}`),
  );
});
