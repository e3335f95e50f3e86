// The edge over the real store on disk: what is done over the API is there after a restart.
import { afterAll, describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { requireSite } from "../../src/settings/site-file.ts";
import { hashPassword } from "../../src/store/accounts.ts";
import { openStore, type Store } from "../../src/store/open-store.ts";
import { recordingFile } from "../../src/store/recordings.ts";
import { buildApp } from "../../web/app.ts";
import { buildBox, cdrOf, demoSite, owner } from "./support/box.ts";
import { fakeClock } from "./support/clock.ts";

const directory = mkdtempSync(join(tmpdir(), "linefinder-edge-"));
afterAll(() => rmSync(directory, { recursive: true }));
// Some of it is done by the store's own thread, whose commit this clock must not hold up.
const clock = fakeClock();

function start() {
  const store: Store = openStore({
    directory,
    clock,
    pid: process.pid,
    firstSite: () => requireSite(demoSite("none"), "the test's site is wrong"),
  });
  const { configuration, history, accounts } = store;
  const { deps } = buildBox();
  const app = buildApp({ ...deps, clock, configuration, history, accounts, hashPassword });
  return { store, app };
}

describe("over the real store", () => {
  test("first visit, an edit, a record, a recording and its sight survive a restart", async () => {
    const first = start();
    const set = await first.app.request("/welcome", {
      method: "POST",
      body: new URLSearchParams({ password: "a good one", again: "a good one" }),
    });
    const cookie = set.headers.getSetCookie()[0]?.split(";")[0] ?? "";
    const me = await first.app.request("/api/v1/me", { headers: { Cookie: cookie } });
    const { csrf } = (await me.json()) as { readonly csrf: string };
    const headers = { Cookie: cookie, "X-CSRF-Token": csrf, "Content-Type": "application/json" };
    const send = (method: string, path: string, body: unknown) =>
      first.app.request(`/api/v1/${path}`, { method, headers, body: JSON.stringify(body) });
    expect((await send("PATCH", "settings", { ringSeconds: 21 })).status).toBe(200);
    const mei = { name: "mei", role: "staff", extension: "803", password: "mei's own" };
    expect((await send("POST", "users", mei)).status).toBe(201);

    const call = first.store.firstCall;
    const path = recordingFile(directory, String(call));
    if (path === null) throw new Error("no path");
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, Buffer.concat([Buffer.from("RIFF\x24\0\0\0WAVE"), Buffer.alloc(32)]));
    const rows = [
      cdrOf({ id: call, callerNumber: "801", calledNumber: "803", recordingId: String(call) }),
      cdrOf({ id: call + 1, callerNumber: "803", direction: "inbound", extension: "801" }),
    ];
    first.store.callLog.append([], rows);
    clock.advance(1_000);
    await first.store.callLog.flush();
    await first.store.close();

    const second = start();
    const get = async (path_: string, headers_: Record<string, string> = owner) => {
      const response = await second.app.request(`/api/v1/${path_}`, { headers: headers_ });
      return { status: response.status, body: (await response.json()) as Record<string, unknown> };
    };
    expect((await get("settings")).body.ringSeconds).toBe(21);
    expect((await get("me", { Cookie: cookie })).body).toMatchObject({ name: "owner", csrf });
    const all = (await get("cdrs")).body.items as readonly { readonly id: number }[];
    expect(all.map((one) => one.id)).toEqual([call + 1, call]);

    const signedIn = await second.app.request("/sign-in", {
      method: "POST",
      body: new URLSearchParams({ name: "mei", password: "mei's own" }),
    });
    expect(signedIn.status).toBe(303);
    const staff = { Cookie: signedIn.headers.getSetCookie()[0]?.split(";")[0] ?? "" };
    const own = (await get("cdrs", staff)).body.items as readonly { readonly id: number }[];
    expect(own.map((one) => one.id)).toEqual([call]);
    const recording = await second.app.request(`/api/v1/recordings/${call}`, { headers: staff });
    expect([recording.status, recording.headers.get("content-length")]).toEqual([200, "44"]);

    const audit = (await get("audit")).body.items as readonly { what: string; who: string }[];
    expect(audit.map((one) => `${one.who} ${one.what}`)).toEqual([
      "owner users.add",
      "owner settings.edit",
      "owner owner.claim",
      "box setup",
    ]);
    await second.store.close();
  });
});
