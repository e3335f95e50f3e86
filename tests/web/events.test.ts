// Server-sent events: what a reader is told, how it comes back, how a slow one is let go.
import { describe, expect, test } from "bun:test";
import type { CallSnapshot, PortSnapshot } from "../../src/core/snapshot.ts";
import { GATHER_MS, READERS_MAX, RING_EVENTS } from "../../web/live/live.ts";
import { HEARTBEAT_MS, READER_BYTES_MAX } from "../../web/live/stream.ts";
import { type Box, buildBox, owner, signIn } from "./support/box.ts";
import { serve } from "./support/line-client.ts";

interface Message {
  readonly id: string;
  readonly event: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Reads events one by one; comments are skipped, and counted. */
async function listen(box: Box, headers: Record<string, string> = owner) {
  const response = await box.app.request("/api/v1/events", { headers });
  const reader = (response.body as ReadableStream<Uint8Array> | null)?.getReader();
  if (reader === undefined) throw new Error("no stream");
  const decoder = new TextDecoder();
  let [text, comments] = ["", 0];
  async function next(): Promise<Message | null> {
    for (;;) {
      const end = text.indexOf("\n\n");
      if (end >= 0) {
        const block = text.slice(0, end);
        text = text.slice(end + 2);
        const field = (name: string) =>
          block
            .split("\n")
            .find((line) => line.startsWith(`${name}: `))
            ?.slice(name.length + 2);
        const data = field("data");
        if (data === undefined) {
          comments += 1;
          continue;
        }
        return { id: field("id") ?? "", event: field("event") ?? "", data: JSON.parse(data) };
      }
      const { done, value } = await (reader as ReadableStreamDefaultReader<Uint8Array>).read();
      if (done) return null;
      text += decoder.decode(value, { stream: true });
    }
  }
  return { response, next, reader, comments: () => comments };
}

const port = (change: Partial<PortSnapshot> = {}): PortSnapshot => ({
  port: "fxs/1",
  label: "801",
  name: "Person 1",
  state: "idle",
  call: null,
  peer: null,
  since: 0,
  recording: false,
  ...change,
});
const call = (change: Partial<CallSnapshot> = {}): CallSnapshot => ({
  id: 7,
  state: "delivered",
  direction: "internal",
  callerNumber: "801",
  callerName: "",
  calledNumber: "802",
  trunk: null,
  extension: "801",
  group: null,
  startedAt: 0,
  answeredAt: null,
  ports: ["fxs/1", "fxs/2"],
  recording: false,
  ...change,
});
const busy = [port({ state: "connected", call: 7, peer: "802" }), port({ port: "fxs/2" })];
const idle = [port(), port({ port: "fxs/2" })];

describe("a reader", () => {
  test("is told the state, then what changes, then nothing of what doesn't", async () => {
    const box = buildBox();
    box.runtime.publish({ ports: idle });
    const stream = await listen(box);
    expect(stream.response.headers.get("content-type")).toBe("text/event-stream");
    const first = await stream.next();
    expect(first).toMatchObject({ event: "snapshot", data: { calls: [], alarms: [] } });
    expect(first?.data.ports).toHaveLength(2);

    box.clock.advance(GATHER_MS);
    box.runtime.publish({ ports: busy, calls: [call()] });
    const change = await stream.next();
    expect(change?.event).toBe("change");
    expect(change?.data).toMatchObject({ ended: [], alarms: null });
    expect(change?.data.ports).toMatchObject([{ port: "fxs/1", state: "connected" }]);
    expect(change?.data.calls).toMatchObject([{ id: 7, state: "delivered" }]);

    box.clock.advance(GATHER_MS);
    box.runtime.publish({
      ports: idle,
      calls: [],
      alarms: [{ code: "trunkUnplugged", port: "fxo/1", since: 0 }],
    });
    expect((await stream.next())?.data).toMatchObject({
      ended: [7],
      calls: [],
      alarms: [{ code: "trunkUnplugged", port: "fxo/1" }],
    });
  });

  test("hears CSTA's call events at once, by their names, with the cause's", async () => {
    const box = buildBox();
    const stream = await listen(box);
    await stream.next();
    box.runtime.emit({ at: 0, call: 7, event: "connectionCleared", port: "fxs/1", cause: 16 });
    box.runtime.emit({ at: 0, call: 7, event: "callCleared", port: null, cause: null });
    const cleared = await stream.next();
    expect(cleared).toMatchObject({
      event: "call",
      data: { event: "connectionCleared", port: "fxs/1", cause: 16, causeName: "normalClearing" },
    });
    expect((await stream.next())?.data).toMatchObject({ event: "callCleared", causeName: null });
  });

  test("gets many changes of a moment as one", async () => {
    const box = buildBox();
    const stream = await listen(box);
    await stream.next();
    for (let n = 0; n < 50; n += 1) box.runtime.publish({ ports: n % 2 === 0 ? busy : idle });
    const first = await stream.next();
    box.clock.advance(GATHER_MS);
    const second = await stream.next();
    expect([first?.data.version, second?.data.version]).toEqual([2, 51]);
    expect(box.clock.pending()).toBe(1);
  });

  test("is told every so often that the box is there", async () => {
    const box = buildBox();
    const stream = await listen(box);
    await stream.next();
    box.clock.advance(3 * HEARTBEAT_MS);
    box.runtime.publish({ ports: busy });
    await stream.next();
    expect(stream.comments()).toBe(4);
  });

  test("that leaves is forgotten, with its timer", async () => {
    const box = buildBox();
    const stream = await listen(box);
    expect([box.live.readers(), box.clock.pending()]).toEqual([1, 1]);
    await stream.reader.cancel();
    expect([box.live.readers(), box.clock.pending()]).toEqual([0, 0]);
  });

  test("leaves at the next heartbeat when signed out, or of another role", async () => {
    const box = buildBox();
    const { headers } = signIn(box, "mei");
    const stream = await listen(box, headers);
    await stream.next();
    box.clock.advance(HEARTBEAT_MS);
    expect(box.live.readers()).toBe(1);
    box.configuration.edit("test", "users", "mei", { extension: "804" });
    box.clock.advance(HEARTBEAT_MS);
    expect(box.live.readers()).toBe(0);
    expect(await stream.next()).toBeNull();
  });

  test("leaves at the next heartbeat after signing out", async () => {
    const box = buildBox();
    const { cookie, headers } = signIn(box, "owner");
    const stream = await listen(box, headers);
    await stream.next();
    box.accounts.endSession(cookie.replace("lf_session=", ""));
    box.clock.advance(HEARTBEAT_MS);
    expect(await stream.next()).toBeNull();
  });

  test("one too many is refused", async () => {
    const box = buildBox();
    for (let n = 0; n < READERS_MAX; n += 1) await listen(box);
    const response = await box.app.request("/api/v1/events", { headers: owner });
    expect(response.status).toBe(503);
    expect(box.live.readers()).toBe(READERS_MAX);
    box.live.close();
    expect([box.live.readers(), box.clock.pending(), box.runtime.listeners()]).toEqual([0, 0, 0]);
  });
});

describe("a reader that comes back", () => {
  const after = (id: string) => ({ ...owner, "Last-Event-ID": id });

  test("is told what it missed", async () => {
    const box = buildBox();
    const stream = await listen(box);
    const first = await stream.next();
    await stream.reader.cancel();
    box.runtime.emit({ at: 0, call: 1, event: "originated", port: "fxs/1", cause: null });
    box.runtime.emit({ at: 0, call: 1, event: "delivered", port: "fxs/1", cause: null });
    const back = await listen(box, after(first?.id ?? ""));
    const [one, two] = [await back.next(), await back.next()];
    expect([one?.data.event, two?.data.event]).toEqual(["originated", "delivered"]);
    const again = await listen(box, after(one?.id ?? ""));
    expect((await again.next())?.id).toBe(two?.id ?? "");
  });

  test("too late, from another run, or with nonsense begins anew", async () => {
    const box = buildBox();
    const first = await (await listen(box)).next();
    for (let n = 0; n <= RING_EVENTS; n += 1) {
      box.runtime.emit({ at: 0, call: n, event: "originated", port: null, cause: null });
    }
    for (const id of [first?.id ?? "", "abc-1", "-1", "x".repeat(5_000)]) {
      expect((await (await listen(box, after(id))).next())?.event).toBe("snapshot");
    }
  });
});

describe("staff", () => {
  test("see whose line is busy, not with whom; their own calls whole", async () => {
    const box = buildBox();
    const ports = [
      port({ state: "connected", call: 7, peer: "13800138000", recording: true }),
      port({ port: "fxs/3", label: "803", state: "connected", call: 8, peer: "804" }),
    ];
    const calls = [call({ calledNumber: "13800138000" }), call({ id: 8, extension: "803" })];
    box.runtime.publish({
      ports,
      calls,
      alarms: [{ code: "diskFull", port: null, since: 0 }],
    });
    const stream = await listen(box, signIn(box, "mei").headers);
    const first = await stream.next();
    expect(JSON.stringify(first)).not.toContain("13800138000");
    expect(first?.data).toMatchObject({
      alarms: [],
      calls: [{ id: 8 }],
      ports: [
        { port: "fxs/1", state: "connected", call: null, peer: null, recording: false },
        { port: "fxs/3", state: "connected", call: 8, peer: "804" },
      ],
    });

    box.clock.advance(GATHER_MS);
    box.runtime.publish({
      calls: [call({ state: "established" }), call({ id: 8, extension: "803" })],
    });
    for (const id of [7, 8, 99]) {
      box.runtime.emit({ at: 0, call: id, event: "established", port: null, cause: null });
    }
    expect(await stream.next()).toMatchObject({ event: "call", data: { call: 8 } });
  });
});

describe("a slow reader", () => {
  test("is let go at a bound, and the others go on", async () => {
    const box = buildBox();
    const slow = await listen(box);
    const many = Array.from({ length: 40 }, (_, n) => port({ port: `fxs/${n + 1}` }));
    let changes = 0;
    while (box.live.readers() > 0 && changes < 1_000) {
      box.clock.advance(GATHER_MS);
      const state = changes % 2 === 0 ? "offHook" : "idle";
      box.runtime.publish({ ports: many.map((one) => ({ ...one, state })) });
      changes += 1;
    }
    expect(box.live.readers()).toBe(0);
    expect(box.log.at(-1)?.what).toBe("slow reader of live events let go");
    let bytes = 0;
    for (;;) {
      const { done, value } = await slow.reader.read();
      if (done) break;
      bytes += value.byteLength;
    }
    expect(bytes).toBeGreaterThan(READER_BYTES_MAX / 2);
    expect(bytes).toBeLessThan(READER_BYTES_MAX + 64 * 1024);
  });

  test("over a real socket: a browser gets its events, and leaving is noticed", async () => {
    const box = buildBox();
    const at = serve(box);
    try {
      const controller = new AbortController();
      const response = await fetch(`${at.http}/api/v1/events`, {
        headers: owner,
        signal: controller.signal,
      });
      const reader = response.body?.getReader();
      const { value } = (await reader?.read()) ?? {};
      expect(new TextDecoder().decode(value)).toContain("event: snapshot");
      expect(box.live.readers()).toBe(1);
      controller.abort();
      while (box.live.readers() > 0) await new Promise((resolve) => setImmediate(resolve));
      expect(box.clock.pending()).toBe(0);
    } finally {
      await at.stop();
    }
  });
});
