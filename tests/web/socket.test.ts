// What only a real socket shows: bodies nobody wants, readers who do not read.
import { afterAll, beforeAll, expect, test } from "bun:test";
import { connect } from "node:net";
import type { PortSnapshot } from "../../src/core/snapshot.ts";
import { GATHER_MS } from "../../web/live/live.ts";
import { type Box, buildBox, owner } from "./support/box.ts";
import { serve } from "./support/line-client.ts";

let box: Box;
let at: ReturnType<typeof serve>;
beforeAll(() => {
  box = buildBox();
  at = serve(box);
});
afterAll(() => at.stop());

/** What the box answers to bytes as they are. */
function exchange(lines: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(at.server.port ?? 0, "127.0.0.1", () => {
      socket.write(`${lines.join("\r\n")}\r\n\r\n`);
    });
    socket.once("data", (data) => {
      socket.destroy();
      resolve(data.toString());
    });
    socket.once("error", reject);
  });
}

test("a body declared as huge is refused before it is sent", async () => {
  const answer = await exchange([
    "POST /api/v1/extensions HTTP/1.1",
    "Host: box",
    `Authorization: ${owner.Authorization}`,
    "Content-Type: application/json",
    "Content-Length: 99999999999",
  ]);
  expect(answer).toStartWith("HTTP/1.1 413 ");
  expect(answer).toContain("application/problem+json");
});

test("a file of 20 MB gets problem details too", async () => {
  const response = await fetch(`${at.http}/api/v1/site`, {
    method: "PUT",
    body: new Uint8Array(20 * 1024 * 1024),
    headers: { ...owner, "Content-Type": "application/json" },
  });
  expect(response.status).toBe(413);
  expect(response.headers.get("content-type")).toBe("application/problem+json");
});

test("HEAD of a list has headers and no body", async () => {
  const url = `${at.http}/api/v1/extensions`;
  const response = await fetch(url, { method: "HEAD", headers: owner });
  expect([response.status, await response.text()]).toEqual([200, ""]);
});

test("a reader of live events who never reads is let go, the box goes on", async () => {
  const socket = connect(at.server.port ?? 0, "127.0.0.1");
  socket.pause();
  socket.write(
    `GET /api/v1/events HTTP/1.1\r\nHost: box\r\nAuthorization: ${owner.Authorization}\r\n\r\n`,
  );
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  while (box.live.readers() === 0) await turn();
  // Some megabytes fit into the two sockets' own buffers.
  for (let n = 0; box.live.readers() > 0; n += 1) {
    expect(n).toBeLessThan(20_000);
    const state = n % 2 === 0 ? "offHook" : "idle";
    const ports = Array.from({ length: 40 }, (_, port): PortSnapshot => {
      const name = "x".repeat(64);
      const rest = { call: null, peer: null, since: 0, recording: false };
      return { port: `fxs/${port}`, label: "801", name, state, ...rest };
    });
    box.clock.advance(GATHER_MS);
    box.runtime.publish({ ports });
    await turn();
  }
  expect(box.log.some(({ what }) => what === "slow reader of live events let go")).toBe(true);
  expect((await fetch(`${at.http}/api/v1/health`)).status).toBe(200);
  socket.destroy();
});
