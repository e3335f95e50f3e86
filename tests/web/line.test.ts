// `line.v1` over real sockets on loopback, with a card that writes down what it is told.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import fc from "fast-check";
import { type CardKind, parseMessage } from "../../web/line/message.ts";
import {
  connectLine,
  DROPPED_FRAMES_MAX,
  type LineSocket,
  MESSAGES_BURST,
  WAITING_BYTES_MAX,
} from "../../web/line/socket.ts";
import { API_TOKEN, type Box, buildBox, LINE_TOKEN, owner, signIn } from "./support/box.ts";
import { fakeClock } from "./support/clock.ts";
import { handshake, openLine, serve } from "./support/line-client.ts";

const bearer = { Authorization: `Bearer ${LINE_TOKEN}` };
let box: Box;
let at: ReturnType<typeof serve>;

beforeAll(() => {
  box = buildBox();
  at = serve(box);
});
afterAll(() => at.stop());

/** The far end is gone when the card has heard so; the loop turns until then. */
async function untilFree(port: "fxs/1" | "fxs/2" | "fxo/1") {
  while (box.card.attached.has(port)) await new Promise((resolve) => setImmediate(resolve));
}
const far = (port: "fxs/1" | "fxs/2" | "fxo/1") => {
  const end = box.card.attached.get(port);
  if (end === undefined) throw new Error(`${port} has no far end`);
  return end;
};

describe("a telephone", () => {
  test("hears the state first, then signals and audio; its own go to the card", async () => {
    const line = await openLine(`${at.ws}/line/fxs/1`, bearer);
    expect(line.socket.protocol).toBe("line.v1");
    expect(await line.next()).toEqual({
      line: "fxs/1",
      hook: "on",
      ring: false,
      polarity: "normal",
      battery: true,
    });
    const { listener, did } = far("fxs/1");
    listener.signal({ ring: true });
    listener.audio(new Uint8Array(320));
    listener.signal({ polarity: "reversed" });
    listener.signal({ battery: false });
    expect(await line.next()).toEqual({ ring: true });
    expect(await line.next()).toEqual({ audio: 320 });
    expect(await line.next()).toEqual({ polarity: "reversed" });
    expect(await line.next()).toEqual({ battery: false });

    line.send('{"hook":"off"}');
    line.send(new Uint8Array(320));
    line.send('{ "flash": 600 }');
    line.send(new Uint8Array(3_200));
    line.send(new Uint8Array(0));
    line.send('{"hook":"on"}');
    expect(await line.close()).toMatchObject({ code: 1000 });
    await untilFree("fxs/1");
    expect(did).toEqual([
      "hook off",
      "audio 320",
      "flash 600",
      "audio 3200",
      "audio 0",
      "hook on",
      "detach",
    ]);
  });

  test("that vanishes without a word frees its port", async () => {
    const line = await openLine(`${at.ws}/line/fxs/1`, bearer);
    const { did } = far("fxs/1");
    line.send('{"hook":"off"}');
    line.vanish();
    await untilFree("fxs/1");
    expect(did).toEqual(["hook off", "detach"]);
    const next = await openLine(`${at.ws}/line/fxs/1`, bearer);
    await next.close();
    await untilFree("fxs/1");
  });
});

test("an exchange rings, reverses and breaks the loop, and hears the box's hook", async () => {
  const line = await openLine(`${at.ws}/line/fxo/1?token=${LINE_TOKEN}`);
  expect(await line.next()).toMatchObject({ line: "fxo/1", hook: "on" });
  const { listener, did } = far("fxo/1");
  listener.signal({ hook: "off" });
  expect(await line.next()).toEqual({ hook: "off" });
  for (const message of [
    '{"ring":true}',
    '{"ring":false}',
    '{"polarity":"reversed"}',
    '{"battery":false}',
    '{"battery":true}',
  ]) {
    line.send(message);
  }
  await line.close();
  await untilFree("fxo/1");
  expect(did).toEqual([
    "ring true",
    "ring false",
    "polarity reversed",
    "battery false",
    "battery true",
    "detach",
  ]);
});

describe("malformed messages close with 1008 and a reason, the port on-hook", () => {
  const cases: readonly (readonly [
    string,
    "fxs/1" | "fxo/1",
    string | Uint8Array<ArrayBuffer>,
    RegExp,
  ])[] = [
    ["not JSON", "fxs/1", "hook off", /not JSON/],
    ["an array", "fxs/1", "[]", /not an object/],
    ["null", "fxs/1", "null", /not an object/],
    ["no key", "fxs/1", "{}", /exactly one key/],
    ["two keys", "fxs/1", '{"hook":"off","flash":600}', /exactly one key/],
    ["an unknown key", "fxs/1", '{"dial":"802"}', /unknown key/],
    ["a prototype key", "fxs/1", '{"__proto__":{"hook":"off"}}', /unknown key/],
    ["a wrong hook", "fxs/1", '{"hook":true}', /hook/],
    ["a flash of no length", "fxs/1", '{"flash":0}', /flash/],
    ["a flash of an hour", "fxs/1", '{"flash":3600000}', /flash/],
    ["a flash of parts of a ms", "fxs/1", '{"flash":600.5}', /flash/],
    ["a flash in words", "fxs/1", '{"flash":"600"}', /flash/],
    ["an exchange's key from a telephone", "fxs/1", '{"ring":true}', /unknown key/],
    ["a telephone's key from an exchange", "fxo/1", '{"hook":"off"}', /unknown key/],
    ["ringing in numbers", "fxo/1", '{"ring":1}', /ring/],
    ["a third polarity", "fxo/1", '{"polarity":"both"}', /polarity/],
    ["no battery", "fxo/1", '{"battery":null}', /battery/],
    ["a long message", "fxs/1", `{"hook":${" ".repeat(300)}"off"}`, /too long/],
    ["an odd number of bytes", "fxs/1", new Uint8Array(321), /16 bits/],
    ["one sample too many", "fxs/1", new Uint8Array(3_202), /1600 samples/],
    ["half a megabyte", "fxs/1", new Uint8Array(512 * 1024), /1600 samples/],
  ];
  for (const [name, port, message, reason] of cases) {
    test(name, async () => {
      const line = await openLine(`${at.ws}/line/${port}`, bearer);
      const { did } = far(port);
      if (port === "fxs/1") line.send('{"hook":"off"}');
      line.send(message);
      line.send(port === "fxs/1" ? '{"flash":300}' : '{"ring":true}');
      const closed = await line.closed;
      expect(closed.code).toBe(1008);
      expect(closed.reason).toMatch(reason);
      expect(did).toEqual(port === "fxs/1" ? ["hook off", "detach"] : ["detach"]);
      expect(box.card.attached.has(port)).toBe(false);
    });
  }

  test("a message beyond what the server reads at all ends the line too", async () => {
    const line = await openLine(`${at.ws}/line/fxs/1`, bearer);
    const { did } = far("fxs/1");
    line.send(new Uint8Array(2 * 1024 * 1024));
    expect([1006, 1009]).toContain((await line.closed).code);
    await untilFree("fxs/1");
    expect(did).toEqual(["detach"]);
  });

  test("a flood of hook changes", async () => {
    const line = await openLine(`${at.ws}/line/fxs/1`, bearer);
    const { did } = far("fxs/1");
    for (let n = 0; n <= MESSAGES_BURST; n += 1) line.send('{"hook":"off"}');
    expect(await line.closed).toEqual({ code: 1008, reason: "too many messages a second" });
    expect(did).toHaveLength(MESSAGES_BURST + 1);
    expect(did.at(-1)).toBe("detach");
  });
});

describe("refused handshakes", () => {
  test("a second far end: 409, and the first stays", async () => {
    const line = await openLine(`${at.ws}/line/fxs/1`, bearer);
    await line.next();
    const second = await handshake(`${at.http}/line/fxs/1`, bearer);
    expect(second.status).toBe(409);
    expect(second.body).toContain("urn:linefinder:problem:lineTaken");
    far("fxs/1").listener.signal({ ring: true });
    expect(await line.next()).toEqual({ ring: true });
    await line.close();
    await untilFree("fxs/1");
  });

  for (const path of [
    "fxs/9",
    "fxo/5",
    "fxs/0",
    "fxs/01",
    "fxs/-1",
    "fxs/1e0",
    "fxs/99999",
    "fxs/x",
  ]) {
    test(`unknown port ${path}: 404`, async () => {
      expect((await handshake(`${at.http}/line/${path}`, bearer)).status).toBe(404);
    });
  }

  test("without the subprotocol: 400, and the port stays free", async () => {
    const answer = await handshake(`${at.http}/line/fxs/1`, {
      ...bearer,
      "Sec-WebSocket-Protocol": "line.v2",
    });
    expect(answer.status).toBe(400);
    expect(box.card.attached.size).toBe(0);
  });

  test("a plain GET: 426", async () => {
    const response = await fetch(`${at.http}/line/fxs/1`, { headers: bearer });
    expect([response.status, response.headers.get("upgrade")]).toEqual([426, "websocket"]);
  });

  test("a handshake without its key frees the port", async () => {
    const response = await box.app.request("/line/fxs/1", {
      headers: { ...bearer, Upgrade: "websocket", "Sec-WebSocket-Protocol": "line.v1" },
    });
    expect(response.status).toBe(400);
    expect(box.card.attached.size).toBe(0);
  });
});

describe("who may be the far end", () => {
  const try_ = async (path: string, headers: Record<string, string>) => {
    const { status } = await handshake(`${at.http}${path}`, headers);
    return status;
  };
  /** Opens, says that it was open, and hangs up. */
  const opens = async (port: "fxs/1" | "fxs/2" | "fxo/1", headers: Record<string, string>) => {
    const line = await openLine(`${at.ws}/line/${port}`, headers);
    await line.close();
    await untilFree(port);
    return true;
  };

  test("nobody, a wrong token, a token that is no line token", async () => {
    expect(await try_("/line/fxs/1", {})).toBe(401);
    expect(await try_("/line/fxs/1", { Authorization: "Bearer wrong" })).toBe(401);
    expect(await try_("/line/fxs/1?token=wrong", {})).toBe(401);
    expect(await try_(`/line/fxs/1?token=${API_TOKEN}`, {})).toBe(401);
  });

  test("the API token has the owner's rights", async () => {
    expect(await opens("fxo/1", owner)).toBe(true);
  });

  test("the owner any line, but only from our own page", async () => {
    const { cookie } = signIn(box, "owner");
    expect(await opens("fxs/1", { Cookie: cookie, Origin: at.http })).toBe(true);
    expect(await opens("fxo/1", { Cookie: cookie, Origin: at.http })).toBe(true);
    expect(await try_("/line/fxs/1", { Cookie: cookie, Origin: "http://evil.example" })).toBe(403);
    expect(await try_("/line/fxs/1", { Cookie: cookie, Origin: "null" })).toBe(403);
    expect(await try_("/line/fxs/1", { Cookie: cookie })).toBe(403);
    expect(await try_("/line/fxs/1?token=wrong", { Cookie: cookie, Origin: at.http })).toBe(401);
  });

  test("staff the own extension's line alone", async () => {
    box.configuration.edit("test", "users", "mei", { extension: "802" });
    const { cookie } = signIn(box, "mei");
    const headers = { Cookie: cookie, Origin: at.http };
    expect(await opens("fxs/2", headers)).toBe(true);
    for (const path of ["fxs/1", "fxo/1", "fxo/2", "fxs/99"]) {
      expect([path, await try_(`/line/${path}`, headers)]).toEqual([path, 403]);
    }
    box.configuration.edit("test", "users", "mei", { extension: null });
    expect(await try_("/line/fxs/2", headers)).toBe(403);
  });
});

describe("a slow far end", () => {
  function slowLine() {
    const sent: (string | number)[] = [];
    let buffered = 0;
    let ended = "";
    const socket: LineSocket = {
      send(data) {
        sent.push(typeof data === "string" ? data : data.byteLength);
        return -1;
      },
      close: (code) => {
        ended = String(code);
      },
      terminate: () => {
        ended = "terminated";
      },
      getBufferedAmount: () => buffered,
    };
    const small = buildBox();
    const line = connectLine(small.card, "fxs/1", fakeClock(), small.deps.log);
    if (typeof line === "string") throw new Error(line);
    line.opened(socket);
    const end = small.card.attached.get("fxs/1");
    if (end === undefined) throw new Error("not attached");
    return {
      small,
      sent,
      end,
      ended: () => ended,
      hold: (bytes: number) => {
        buffered = bytes;
      },
    };
  }

  test("misses audio, counted, but no signal", () => {
    const { sent, end, hold, small } = slowLine();
    const pcm = new Uint8Array(320);
    hold(WAITING_BYTES_MAX + 1);
    for (let n = 0; n < 50; n += 1) end.listener.audio(pcm);
    end.listener.signal({ ring: true });
    hold(0);
    end.listener.audio(pcm);
    expect(sent.slice(1)).toEqual(['{"ring":true}', 320]);
    expect(small.card.attached.has("fxs/1")).toBe(true);
  });

  test("that takes nothing for ten seconds is taken for dead", () => {
    const { end, hold, small, ended } = slowLine();
    hold(WAITING_BYTES_MAX + 1);
    for (let n = 0; n < DROPPED_FRAMES_MAX; n += 1) end.listener.audio(new Uint8Array(320));
    expect(ended()).toBe("");
    end.listener.audio(new Uint8Array(320));
    expect(ended()).toBe("terminated");
    expect(small.card.attached.has("fxs/1")).toBe(false);
    expect(
      small.log.find(({ what }) => what === "audio for a slow far end dropped")?.facts,
    ).toEqual({
      port: "fxs/1",
      frames: DROPPED_FRAMES_MAX + 1,
    });
  });
});

test("whatever text comes: it is one of the protocol's messages, or it is told why not", () => {
  const known: Readonly<Record<CardKind, readonly string[]>> = {
    fxs: ["hook", "flash"],
    fxo: ["ring", "polarity", "battery"],
  };
  const keys = fc.constantFrom("hook", "flash", "ring", "polarity", "battery", "__proto__", "x");
  const values = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom<unknown>("on", "off", true, false, "normal", 600) },
    fc.constantFrom<unknown>(null, "reversed", [], {}),
    fc.double(),
    fc.integer({ min: -10, max: 10_000 }),
    fc.string(),
  );
  const write = (value: object) =>
    JSON.stringify(value instanceof Map ? Object.fromEntries(value) : value);
  const text = fc.oneof(
    fc.string(),
    fc.json(),
    { weight: 3, arbitrary: fc.dictionary(keys, values, { maxKeys: 3 }).map(write) },
    { weight: 6, arbitrary: fc.tuple(keys, values).map((entry) => write(new Map([entry]))) },
  );
  let accepted = 0;
  fc.assert(
    fc.property(text, fc.constantFrom<CardKind>("fxs", "fxo"), (message, card) => {
      const parsed = parseMessage(message, card);
      if (typeof parsed === "string") {
        expect(parsed.length).toBeGreaterThan(0);
        expect(Buffer.byteLength(parsed)).toBeLessThan(123);
        return;
      }
      accepted += 1;
      expect(parsed as unknown).toEqual(JSON.parse(message));
      expect(Object.keys(parsed)).toHaveLength(1);
      expect(known[card]).toContain(Object.keys(parsed)[0] ?? "");
    }),
    { numRuns: 3_000 },
  );
  expect(accepted).toBeGreaterThan(50);
});
