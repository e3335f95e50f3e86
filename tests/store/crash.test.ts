import { expect, setDefaultTimeout, test } from "bun:test";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { inDirectory, open } from "./support.ts";

// Threads, child processes and a disk: on a busy machine each takes its time.
setDefaultTimeout(30_000);

/** Small, known generator (mulberry32): the same seed kills at the same places. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Lets the child run for a number of words, then a little longer, then kills it. */
async function runAndKill(directory: string, words: number, afterMs: number): Promise<string[]> {
  const child = Bun.spawn([process.execPath, "tests/store/crash-child.ts", directory], {
    stdout: "pipe",
    stderr: "inherit",
  });
  let heard = "";
  let killed = false;
  for await (const piece of child.stdout) {
    heard += new TextDecoder().decode(piece);
    if (killed || heard.split("\n").length <= words) continue;
    killed = true;
    setTimeout(() => child.kill(9), afterMs);
  }
  await child.exited;
  // The last line may be cut; a word is safe only once it is whole.
  return heard.split("\n").slice(0, -1);
}

test("kill -9 at any point: nothing that was safe is lost, nothing stays open", async () => {
  const random = seeded(2411);
  await inDirectory(async (directory) => {
    const safe = { open: new Set<number>(), closed: new Set<number>() };
    for (let round = 0; round < 6; round++) {
      const words = await runAndKill(directory, Math.floor(random() * 25), random() * 12);
      let revision = 0;
      for (const word of words) {
        const number = Number(word.slice(1));
        if (word.startsWith("o")) safe.open.add(number);
        else if (word.startsWith("c")) safe.closed.add(number);
        else revision = number;
      }
      const store = open(directory);
      const { history, configuration } = store;
      for (const call of safe.open) {
        const row = history.get(call);
        expect(row?.endedAt).not.toBe(null);
        expect(history.trace(call)?.world).toBe(call);
        if (safe.closed.has(call)) expect(row?.disposition).toBe("answered");
        if (row !== null && row.recordingId !== null) {
          expect(history.recordingPath(row.recordingId)).not.toBe(null);
        }
      }
      const newest = Math.max(0, ...safe.open);
      expect(store.firstCall).toBeGreaterThan(newest);
      expect(configuration.revision()).toBeGreaterThanOrEqual(revision);
      await joined(directory, store);
      await store.close();
    }
    expect(safe.open.size).toBeGreaterThan(25);
  });
}, 60_000);

/** Every file on the disk belongs to a call or is listed as lost. Set aside is only what the kill
 *  caught between making the file and writing its header. */
async function joined(directory: string, store: ReturnType<typeof open>): Promise<void> {
  const lost = new Set(store.history.lostRecordings());
  for (const folder of readdirSync(join(directory, "recordings"))) {
    for (const name of readdirSync(join(directory, "recordings", folder))) {
      if (folder === "set-aside") {
        expect(statSync(join(directory, "recordings", folder, name)).size).toBeLessThan(44);
        continue;
      }
      const id = name.replace(".wav", "");
      expect(store.history.get(Number(id))?.recordingId === id || lost.has(id)).toBe(true);
    }
  }
}
