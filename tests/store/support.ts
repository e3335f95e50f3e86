// A real store in a temporary directory, on the real clock; and calls to put into it.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Cdr } from "../../src/core/cdr.ts";
import type { Turn } from "../../src/core/effect.ts";
import type { Clock } from "../../src/ports/clock.ts";
import type { JournalEntry } from "../../src/ports/store.ts";
import { readSiteFile } from "../../src/settings/site-file.ts";
import { openStore, type Store, type StoreOptions } from "../../src/store/open-store.ts";

export const systemClock: Clock = {
  now: () => performance.timeOrigin + performance.now(),
  after(ms, callback) {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};

export const demoSite = () => readSiteFile(readFileSync("config/demo-office.json", "utf8"));

export const open = (directory: string, more: Partial<StoreOptions> = {}): Store =>
  openStore({ directory, clock: systemClock, pid: process.pid, firstSite: demoSite, ...more });

/** Runs `work` with a fresh directory, which is removed afterwards. */
export async function inDirectory(work: (directory: string) => unknown): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), "linefinder-store-"));
  try {
    await work(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Runs `work` with a store on the demo office. */
export async function withStore(
  work: (store: Store, directory: string) => unknown,
  more: Partial<StoreOptions> = {},
): Promise<void> {
  await inDirectory(async (directory) => {
    const store = open(directory, more);
    try {
      await work(store, directory);
    } finally {
      await store.close();
    }
  });
}

export function cdr(id: number, more: Partial<Cdr> = {}): Cdr {
  return {
    id,
    startedAt: 1_700_000_000_000 + id * 1000,
    answeredAt: null,
    endedAt: null,
    direction: "internal",
    callerNumber: "801",
    callerName: "Reception",
    calledNumber: "802",
    trunk: null,
    extension: "802",
    group: null,
    disposition: "failed",
    cause: 31,
    answerBasis: null,
    releasedBy: null,
    ringSeconds: 0,
    talkSeconds: 0,
    recordingId: null,
    ...more,
  };
}

export const closed = (id: number, more: Partial<Cdr> = {}): Cdr =>
  cdr(id, { endedAt: 1_700_000_000_000 + id * 1000 + 500, ...more });

export function turn(at: number, ...calls: number[]): JournalEntry & { readonly turn: Turn } {
  const input = { kind: "line", event: { at, port: "fxs/1", kind: "offHook" } } as const;
  const effects = [
    { kind: "line", command: { kind: "tone", port: "fxs/1", tone: "dial" } },
    {
      kind: "startTimer",
      timer: { machine: "station:fxs/1", name: "firstDigit" },
      generation: at,
      ms: 15_000,
    },
  ] as const;
  const steps = [
    {
      machine: "station:fxs/1",
      call: calls[0] ?? null,
      event: "offHook",
      from: "idle",
      to: "dial",
    },
  ];
  return { kind: "turn", at, turn: { input, effects, calls, steps } };
}

/** A minute of stereo PCM would be 1.9 MB; a few samples do. `claims`: data size in the header. */
export function wav(dataBytes: number, claims = dataBytes): Buffer {
  const head = Buffer.alloc(44);
  head.write("RIFF", 0);
  head.writeUInt32LE(36 + claims, 4);
  head.write("WAVEfmt ", 8);
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(2, 22);
  head.writeUInt32LE(8000, 24);
  head.writeUInt32LE(32_000, 28);
  head.writeUInt16LE(4, 32);
  head.writeUInt16LE(16, 34);
  head.write("data", 36);
  head.writeUInt32LE(claims, 40);
  return Buffer.concat([head, Buffer.alloc(dataBytes, 1)]);
}
