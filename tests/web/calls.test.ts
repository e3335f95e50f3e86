// Calls over the API: live ones and CSTA's services, records, traces, recordings.
import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CallSnapshot } from "../../src/core/snapshot.ts";
import { buildBox, cdrOf, owner, signIn } from "./support/box.ts";

const folder = mkdtempSync(join(tmpdir(), "linefinder-web-"));
afterAll(() => rmSync(folder, { recursive: true }));

const wav = Buffer.alloc(1_044);
wav.write("RIFF", 0, "latin1");
wav.writeUInt32LE(1_036, 4);
wav.write("WAVE", 8, "latin1");
for (let n = 44; n < wav.length; n += 1) wav[n] = n % 251;
const file = (name: string, bytes: Uint8Array) => {
  writeFileSync(join(folder, name), bytes);
  return join(folder, name);
};

const at = Date.UTC(2026, 10, 20, 2, 0, 0);
const mine = cdrOf({ id: 3, extension: "803", callerNumber: "803", recordingId: "3" });
const called = cdrOf({ id: 2, extension: "801", callerNumber: "801", calledNumber: "803" });
const others = cdrOf({ id: 1, direction: "inbound", callerNumber: "803", recordingId: "1" });
const box = buildBox({
  cdrs: [mine, called, others],
  recordings: {
    "1": file("1.wav", wav),
    "3": file("3.wav", wav),
    noise: file("noise.wav", Buffer.from("this is not a WAV file at all")),
    empty: file("empty.wav", Buffer.alloc(0)),
    vanished: join(folder, "vanished.wav"),
  },
});
const live = (change: Partial<CallSnapshot>): CallSnapshot => ({
  id: 7,
  state: "established",
  direction: "internal",
  callerNumber: "801",
  callerName: "Person 1",
  calledNumber: "802",
  trunk: null,
  extension: "801",
  group: null,
  startedAt: at,
  answeredAt: at + 4_000,
  ports: ["fxs/1", "fxs/2"],
  recording: true,
  ...change,
});
box.runtime.publish({
  calls: [live({ id: 7 }), live({ id: 9, callerNumber: "803", extension: "803" })],
});
const mei = signIn(box, "mei").headers;

async function get(path: string, headers: Record<string, string> = owner) {
  const response = await box.app.request(`/api/v1/${path}`, { headers });
  const body = (await response.json()) as Readonly<Record<string, unknown>>;
  return { status: response.status, body };
}
const ids = (body: Readonly<Record<string, unknown>>) =>
  (body.items as readonly { readonly id: number }[]).map((item) => item.id);

describe("live calls", () => {
  test("are listed, newest first; staff see their own", async () => {
    expect(ids((await get("calls")).body)).toEqual([9, 7]);
    expect(ids((await get("calls", mei)).body)).toEqual([9]);
    expect((await get("calls/7")).body).toMatchObject({
      state: "established",
      ports: ["fxs/1", "fxs/2"],
    });
    expect((await get("calls/7", mei)).status).toBe(404);
    expect((await get("calls/8")).status).toBe(404);
    expect((await get("calls/x")).status).toBe(422);
  });

  const post = (path: string, body: unknown, headers: Record<string, string> = owner) =>
    box.app.request(`/api/v1/${path}`, {
      method: "POST",
      body: JSON.stringify(body),
      headers: { ...headers, "Content-Type": "application/json" },
    });

  test("makeCall enters the runtime's queue and answers with the call", async () => {
    const made = await post("calls", { extension: "802", number: "913800138000" });
    expect([made.status, made.headers.get("location")]).toEqual([201, "/api/v1/calls/7"]);
    expect(box.runtime.commands.at(-1)).toEqual({
      service: "makeCall",
      extension: "802",
      number: "913800138000",
    });
  });

  for (const number of ["", "12 34", "9+1", "x".repeat(33), "1".repeat(33)]) {
    test(`makeCall refuses to dial ${JSON.stringify(number)}`, async () => {
      expect((await post("calls", { extension: "802", number })).status).toBe(422);
    });
  }

  test("staff call from their own extension alone", async () => {
    expect((await post("calls", { extension: "802", number: "801" }, mei)).status).toBe(403);
    expect((await post("calls", { extension: "803", number: "801" }, mei)).status).toBe(201);
  });

  const refusals = [
    ["noSuchExtension", 404],
    ["extensionBusy", 409],
  ] as const;
  for (const [reason, status] of refusals) {
    test(`call control's ${reason} is ${status}`, async () => {
      box.runtime.answer = { accepted: false, reason };
      expect((await post("calls", { extension: "802", number: "801" })).status).toBe(status);
      box.runtime.answer = { accepted: true, call: 7 };
    });
  }

  test("call control that does not answer is 503", async () => {
    box.runtime.answer = "never";
    const waiting = post("calls", { extension: "802", number: "801" });
    while (box.clock.pending() === 0) await new Promise((resolve) => setImmediate(resolve));
    box.clock.advance(5_000);
    expect((await waiting).status).toBe(503);
    box.runtime.answer = { accepted: true, call: 7 };
  });

  test("clearConnection ends a call, by its name and by DELETE; staff end their own", async () => {
    const clear = (id: number, headers: Record<string, string> = owner) =>
      box.app.request(`/api/v1/calls/${id}/clearConnection`, { method: "POST", headers });
    const before = box.runtime.commands.length;
    expect((await clear(7)).status).toBe(204);
    expect(
      (await box.app.request("/api/v1/calls/7", { method: "DELETE", headers: owner })).status,
    ).toBe(204);
    expect(box.runtime.commands.slice(before)).toEqual([
      { service: "clearConnection", call: 7 },
      { service: "clearConnection", call: 7 },
    ]);
    expect((await clear(7, mei)).status).toBe(404);
    expect((await clear(9, mei)).status).toBe(204);
    expect((await clear(8)).status).toBe(404);
    box.runtime.answer = { accepted: false, reason: "noSuchCall" };
    expect((await clear(7)).status).toBe(404);
    box.runtime.answer = { accepted: true, call: 7 };
  });
});

describe("records of calls", () => {
  test("have the contract's fields, times with offset", async () => {
    const { body } = await get("cdrs/3");
    expect(body).toMatchObject({
      id: 3,
      direction: "internal",
      callerNumber: "803",
      callerName: "Person 1",
      calledNumber: "802",
      trunk: null,
      extension: "803",
      disposition: "answered",
      cause: 16,
      causeName: "normalClearing",
      ringSeconds: 4,
      talkSeconds: 30,
      recordingId: "3",
    });
    for (const field of ["startedAt", "answeredAt", "endedAt"]) {
      expect(String(body[field])).toMatch(/^2026-11-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d\d:\d\d$/);
    }
    expect(Date.parse(String(body.startedAt))).toBe(mine.startedAt);
  });

  test("page and filter", async () => {
    const first = (await get("cdrs?limit=2")).body;
    expect(ids(first)).toEqual([3, 2]);
    expect(ids((await get(`cdrs?limit=2&cursor=${String(first.nextCursor)}`)).body)).toEqual([1]);
    // Taken for the end of the list, it would hide calls.
    const { status, body } = await get("cdrs?cursor=mangled");
    expect([status, JSON.stringify(body)]).toEqual([422, expect.stringContaining('"cursor"')]);
    const query = new URLSearchParams({
      from: "2026-11-20T10:00:00+08:00",
      to: "2026-11-20T10:00:01.5+08:00",
      text: "138",
      extension: "801",
      trunk: "line1",
      direction: "inbound",
      disposition: "busy",
    });
    await get(`cdrs?${query}`);
    expect(box.history.asked.at(-1)).toEqual({
      from: at,
      to: at + 1_500,
      text: "138",
      extension: "801",
      trunk: "line1",
      direction: "inbound",
      disposition: "busy",
    });
    // Many conditions are looked for on the store's thread, a span of time is not.
    expect(box.history.searched).toHaveLength(1);
    await get("cdrs?from=2026-11-20T10:00:00Z");
    expect(box.history.searched).toHaveLength(1);
    for (const wrong of ["from=yesterday", "to=2026-11-20", "direction=sideways", "colour=red"]) {
      expect([wrong, (await get(`cdrs?${wrong}`)).status]).toEqual([wrong, 422]);
    }
  });

  test("staff see those their extension had a part in", async () => {
    await get("cdrs?extension=801", mei);
    expect(box.history.asked.at(-1)).toEqual({ extension: "801", party: "803" });
    expect((await get("cdrs/3", mei)).status).toBe(200);
    expect((await get("cdrs/2", mei)).status).toBe(200);
    // An outside number that looks like the extension.
    expect((await get("cdrs/1", mei)).status).toBe(404);
    expect((await get("cdrs/1/trace", mei)).status).toBe(404);
  });

  test("staff without an extension see none", async () => {
    const small = buildBox({ cdrs: [mine] });
    small.configuration.edit("test", "users", "mei", { extension: null });
    const { headers } = signIn(small, "mei");
    const response = await small.app.request("/api/v1/cdrs", { headers });
    expect(await response.json()).toEqual({ items: [], nextCursor: null });
    expect((await small.app.request("/api/v1/cdrs/3", { headers })).status).toBe(404);
  });

  test("the trace as data and as a ladder", async () => {
    expect((await get("cdrs/3/trace")).body).toMatchObject({
      format: "linefinder-trace-1",
      call: 3,
    });
    const ladder = await box.app.request("/api/v1/cdrs/3/trace?format=ladder", { headers: owner });
    expect(ladder.headers.get("content-type")).toBe("text/plain; charset=utf-8");
    expect(await ladder.text()).toBe("ladder of 0 turns\n");
    expect((await get("cdrs/99/trace")).status).toBe(404);
    expect((await get("cdrs/3/trace?format=pdf")).status).toBe(422);
  });
});

describe("recordings", () => {
  const ask = (id: string, headers: Record<string, string> = {}, method = "GET") =>
    box.app.request(`/api/v1/recordings/${id}`, { method, headers: { ...owner, ...headers } });

  test("come whole", async () => {
    const response = await ask("3");
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("audio/wav");
    expect(response.headers.get("accept-ranges")).toBe("bytes");
    expect(Buffer.from(await response.arrayBuffer()).equals(wav)).toBe(true);
  });

  test("HEAD tells the length", async () => {
    const response = await ask("3", {}, "HEAD");
    expect([response.status, response.headers.get("content-length")]).toEqual([200, "1044"]);
    expect(await response.text()).toBe("");
  });

  const ranges: readonly (readonly [string, number, number])[] = [
    ["bytes=0-99", 0, 99],
    ["bytes=44-", 44, 1_043],
    ["bytes=-100", 944, 1_043],
    ["bytes=1000-9999", 1_000, 1_043],
    ["bytes=-99999", 0, 1_043],
    ["bytes=1043-1043", 1_043, 1_043],
  ];
  for (const [range, first, last] of ranges) {
    test(range, async () => {
      const response = await ask("3", { Range: range });
      expect(response.status).toBe(206);
      expect(response.headers.get("content-range")).toBe(`bytes ${first}-${last}/1044`);
      expect(response.headers.get("content-length")).toBe(String(last - first + 1));
      const bytes = Buffer.from(await response.arrayBuffer());
      expect(bytes.equals(wav.subarray(first, last + 1))).toBe(true);
    });
  }
  for (const range of ["bytes=1044-", "bytes=5000-6000", "bytes=-0"]) {
    test(`${range} cannot be had`, async () => {
      const response = await ask("3", { Range: range });
      expect([response.status, response.headers.get("content-range")]).toEqual([
        416,
        "bytes */1044",
      ]);
    });
  }
  for (const range of ["bytes=9-5", "bytes=-", "lines=1-2", "bytes=0-1,5-6", "bytes=a-b"]) {
    test(`${range} is ignored`, async () => {
      expect((await ask("3", { Range: range })).status).toBe(200);
    });
  }

  test("that are missing, gone or no WAV say so", async () => {
    const code = async (id: string) => {
      const response = await ask(id);
      const { type } = (await response.json()) as { readonly type: string };
      return [response.status, type.replace("urn:linefinder:problem:", "")];
    };
    expect(await code("99")).toEqual([404, "recordingMissing"]);
    expect(await code("vanished")).toEqual([404, "recordingMissing"]);
    expect(await code("noise")).toEqual([404, "recordingDamaged"]);
    expect(await code("empty")).toEqual([404, "recordingDamaged"]);
    expect(await code("..%2F..%2Fetc%2Fpasswd")).toEqual([422, "invalid"]);
  });

  test("staff hear their own calls'", async () => {
    const asMei = (id: string) => box.app.request(`/api/v1/recordings/${id}`, { headers: mei });
    expect((await asMei("3")).status).toBe(200);
    expect((await asMei("1")).status).toBe(404);
    expect((await asMei("noise")).status).toBe(404);
  });
});
