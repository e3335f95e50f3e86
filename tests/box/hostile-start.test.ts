// The box started where something is in its way: what it says, how it ends, and that what is in the
// way of comfort alone (prompts, recordings) keeps nobody from telephoning.
import { afterEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type Box, startBox } from "../support/box.ts";
import { toneLevel } from "../support/signal.ts";

setDefaultTimeout(30_000);

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

function dataDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), "linefinder-start-"));
  cleanUps.push(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

async function open(directory: string): Promise<Box> {
  const box = await startBox({ dataDirectory: directory });
  cleanUps.push(() => box.discard());
  return box;
}

/** Starts a box that is expected to end by itself. */
async function refused(environment: Readonly<Record<string, string>>) {
  const child = Bun.spawn([process.execPath, "src/main.ts"], {
    cwd: resolve(import.meta.dir, "../.."),
    stdout: "ignore",
    stderr: "pipe",
    timeout: 10_000,
    env: {
      PATH: process.env.PATH ?? "",
      LINEFINDER_DATA: dataDirectory(),
      LINEFINDER_HOST: "127.0.0.1",
      LINEFINDER_PORT: "0",
      ...environment,
    },
  });
  const code = await child.exited;
  return { code, said: await new Response(child.stderr).text() };
}

/** 801 calls 802 and they hear each other's line open. */
async function callInside(box: Box): Promise<void> {
  const [caller, called] = [await box.attach("fxs/1"), await box.attach("fxs/2")];
  caller.offHook();
  await Bun.sleep(200);
  expect(toneLevel(await caller.listen(200), 450)).toBeWithin(-11, -9);
  await caller.dial("802");
  await called.until(() => called.last("ring") === true, "ringing");
  called.offHook();
  await called.until(() => called.last("ring") === false, "end of ringing");
  await Bun.sleep(300);
  expect((await box.api<{ items: unknown[] }>("/api/v1/calls")).body.items).toHaveLength(1);
  caller.onHook();
  called.onHook();
  caller.close();
  called.close();
  await Bun.sleep(200);
}

describe("start", () => {
  test("a port that is taken, a host that is none: one sentence, exit 78", async () => {
    const other = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: () => new Response("mine") });
    cleanUps.push(() => other.stop(true));
    const taken = await refused({ LINEFINDER_PORT: String(other.port) });
    expect(taken.code).toBe(78);
    expect(taken.said).toContain(String(other.port));
    expect(taken.said).toContain("LINEFINDER_PORT");
    expect(taken.said).not.toContain("    at ");
    const nowhere = await refused({ LINEFINDER_HOST: "no.such.host.invalid" });
    expect(nowhere.code).toBe(78);
    expect(nowhere.said).toContain("LINEFINDER_HOST");
  });

  test("a site file that is not there, or is a directory, is named", async () => {
    for (const path of ["/nonexistent/site.json", tmpdir()]) {
      const { code, said } = await refused({ LINEFINDER_SITE: path });
      expect(code).toBe(78);
      expect(said).toContain(path);
      expect(said).not.toContain("    at ");
    }
  });

  test("a file where the recordings belong, a directory as database: what to do", async () => {
    const blocked = dataDirectory();
    writeFileSync(join(blocked, "recordings"), "");
    const recordings = await refused({ LINEFINDER_DATA: blocked });
    expect(recordings.code).toBe(78);
    expect(recordings.said).toContain(join(blocked, "recordings"));
    expect(recordings.said).not.toContain("database");
    const folder = dataDirectory();
    mkdirSync(join(folder, "linefinder.db"));
    const database = await refused({ LINEFINDER_DATA: folder });
    expect(database.code).toBe(78);
    expect(database.said).toMatch(/Move it aside/);
  });

  test("prompts that cannot be kept: calls go on", async () => {
    const directory = dataDirectory();
    writeFileSync(join(directory, "prompts"), "");
    const box = await open(directory);
    await callInside(box);
    expect(box.process.exitCode).toBeNull();
    expect(box.stderr()).toContain("prompt");
  });

  test("settings changed while the first prompts are being spoken: they are spoken", async () => {
    const box = await open(dataDirectory());
    for (const ringSeconds of [31, 32, 33]) {
      const body = JSON.stringify({ ringSeconds });
      expect((await box.api("/api/v1/settings", { method: "PATCH", body })).status).toBe(200);
      await Bun.sleep(60);
    }
    const prompts = join(box.dataDirectory, "prompts");
    const kept = () => (existsSync(prompts) ? readdirSync(prompts) : []);
    for (let n = 0; n < 100 && kept().length < 6; n += 1) await Bun.sleep(50);
    await Bun.sleep(500);
    expect(box.stderr()).toBe("");
    expect(kept().every((name) => !name.includes("spoken") && !name.includes("fitted"))).toBe(true);
  });

  test("a recording's folder that cannot be made: calls go on, an alarm stands", async () => {
    const box = await open(dataDirectory());
    const recordings = join(box.dataDirectory, "recordings");
    rmSync(recordings, { recursive: true });
    writeFileSync(recordings, "");
    await callInside(box);
    const { body } = await box.api("/api/v1/health");
    expect(JSON.stringify(body)).toContain("diskFull");
    await callInside(box).catch((error: unknown) => {
      throw new Error(`the second call: ${String(error)}; ${box.stderr()}`);
    });
  });

  test("a disk that is full already: the box starts, calls go on", async () => {
    const directory = mkdtempSync(join(tmpdir(), "linefinder-full-"));
    const mounted = Bun.spawnSync(["mount", "-t", "tmpfs", "-o", "size=32m", "none", directory]);
    expect(mounted.stderr.toString()).toBe("");
    cleanUps.push(() => Bun.spawnSync(["umount", "-l", directory]));
    const data = join(directory, "data");
    const first = await open(data);
    expect(await first.stop()).toBe(0);
    const filler = join(directory, "filler");
    const fill = () =>
      Bun.spawnSync(["sh", "-c", `dd if=/dev/zero bs=1k count=64k >> ${filler} 2>&1`]);
    fill();
    const full = await open(data);
    await callInside(full);
    const { body } = await full.api<{ items: { disposition: string }[] }>("/api/v1/cdrs");
    expect(body.items.map(({ disposition }) => disposition)).toEqual(["answered"]);
    expect(await full.stop()).toBe(0);
    fill();
    const again = await refused({ LINEFINDER_DATA: join(directory, "other") });
    expect(again.code).toBe(78);
    expect(again.said).toMatch(/No room.*start again/);
    rmSync(filler);
    const after = await open(data);
    expect(await after.stop()).toBe(0);
    expect(statSync(join(data, "linefinder.reserve")).size).toBe(4 * 2 ** 20);
  }, 20_000);

  test("SIGTERM at any moment of the start ends with 0", async () => {
    const directory = dataDirectory();
    for (const ms of [80, 140, 200, 260, 320, 400]) {
      const command = [process.execPath, "--preload", "./src/setup/early-stop.ts", "src/main.ts"];
      const child = Bun.spawn(command, {
        cwd: resolve(import.meta.dir, "../.."),
        stdout: "ignore",
        stderr: "ignore",
        env: {
          PATH: process.env.PATH ?? "",
          LINEFINDER_DATA: directory,
          LINEFINDER_HOST: "127.0.0.1",
          LINEFINDER_PORT: "0",
        },
      });
      await Bun.sleep(ms);
      child.kill("SIGTERM");
      expect([ms, await child.exited]).toEqual([ms, 0]);
    }
  }, 20_000);
});
