import { describe, expect, setDefaultTimeout, test } from "bun:test";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import type { Cdr } from "../../src/core/cdr.ts";
import type { Store } from "../../src/store/open-store.ts";
import { recordingFile } from "../../src/store/recordings.ts";
import { cdr, closed, inDirectory, open, turn, wav } from "./support.ts";

// Threads, child processes and a disk: on a busy machine each takes its time.
setDefaultTimeout(30_000);

function put(directory: string, id: string, bytes: Buffer): string {
  const file = recordingFile(directory, id) ?? "";
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, bytes);
  return file;
}

/** Data as a box leaves them that is told to stop, with these calls in them.
 *  @param meanwhile what happens on the disk while it runs */
async function leave(
  directory: string,
  calls: readonly Cdr[],
  meanwhile: () => void = () => {},
): Promise<void> {
  const store = open(directory);
  meanwhile();
  store.callLog.append(
    calls.map((call) => turn(call.startedAt + 700, call.id)),
    calls,
  );
  await store.close();
}

/** Opens, looks, closes. */
async function look<T>(directory: string, at: (store: Store) => T): Promise<T> {
  const store = open(directory);
  try {
    return at(store);
  } finally {
    await store.close();
  }
}

describe("calls that were cut", () => {
  test("end at their last journal entry, as interrupted, with their lengths", async () => {
    await inDirectory(async (directory) => {
      const start = 1_700_000_000_000;
      await leave(directory, [
        cdr(1, { startedAt: start, answeredAt: start + 200, ringSeconds: 0.2 }),
        cdr(2, { startedAt: start }),
        closed(3, { disposition: "answered" }),
      ]);
      await look(directory, ({ history, audit, firstCall }) => {
        expect([audit.interruptedCalls, firstCall]).toEqual([2, 4]);
        expect(history.get(1)).toMatchObject({
          endedAt: start + 700,
          disposition: "interrupted",
          cause: 41,
          releasedBy: "fault",
          ringSeconds: 0.2,
          talkSeconds: 0.5,
        });
        expect(history.get(2)).toMatchObject({ ringSeconds: 0.7, talkSeconds: 0 });
        expect(history.get(3)?.disposition).toBe("answered");
        expect(history.list({ text: "Recep" }, 10, null).items).toHaveLength(3);
      });
      await look(directory, ({ audit }) => expect(audit.interruptedCalls).toBe(0));
    });
  });

  test("end no earlier than their recording, and never in the future", async () => {
    await inDirectory(async (directory) => {
      const start = 1_700_000_000_000;
      const calls = [1, 2].map((id) => cdr(id, { startedAt: start, recordingId: `${id}` }));
      await leave(directory, calls);
      utimesSync(put(directory, "1", wav(8)), (start + 60_000) / 1000, (start + 60_000) / 1000);
      utimesSync(put(directory, "2", wav(8)), 9_999_999_999, 9_999_999_999);
      await look(directory, ({ history }) => {
        expect(history.get(1)?.endedAt).toBe(start + 60_000);
        expect(history.get(2)?.endedAt ?? 0).toBeLessThan(9_000_000_000_000);
      });
    });
  });
});

test("without room on the disk the start goes on, and the audit waits", async () => {
  await inDirectory(async (directory) => {
    const calls = Array.from({ length: 400 }, (_, at) => cdr(at + 1));
    await leave(directory, calls);
    const full = open(directory, { pagesMost: 1 });
    expect([full.audit.postponed, full.audit.interruptedCalls]).toEqual([true, 0]);
    expect(full.history.get(1)?.endedAt).toBe(null);
    await full.close();
    await look(directory, ({ audit }) => {
      expect([audit.postponed, audit.interruptedCalls]).toEqual([false, 400]);
    });
  });
});

describe("recordings", () => {
  test("whose file is gone: the call says so, the row stays as a note", async () => {
    await inDirectory(async (directory) => {
      await leave(directory, [closed(1, { recordingId: "1" }), closed(2, { recordingId: "2" })]);
      const kept = put(directory, "1", wav(8));
      await look(directory, ({ history, audit }) => {
        expect(audit.missing).toEqual(["2"]);
        expect(history.get(2)?.recordingId).toBe(null);
        expect(history.recordingPath("1")).toBe(kept);
        expect(history.get(1)?.recordingId).toBe("1");
      });
      await look(directory, ({ audit }) => expect(audit.missing).toEqual([]));
      // Put back from a copy: the call has it again.
      put(directory, "2", wav(8));
      await look(directory, ({ history, audit }) => {
        expect([audit.lost, history.get(2)?.recordingId]).toEqual([[], "2"]);
      });
    });
  });

  test("a whole folder gone", async () => {
    await inDirectory(async (directory) => {
      await leave(directory, [closed(1, { recordingId: "1" }), closed(2, { recordingId: "5001" })]);
      put(directory, "1", wav(8));
      put(directory, "5001", wav(8));
      await look(directory, ({ audit }) => expect(audit.missing).toEqual([]));
      rmSync(join(directory, "recordings"), { recursive: true });
      await look(directory, ({ audit }) =>
        expect([...audit.missing].sort()).toEqual(["1", "5001"]),
      );
      await look(directory, ({ audit }) => expect(audit.missing).toEqual([]));
    });
  });

  test("without a call: kept in place, listed, and the number never given out again", async () => {
    await inDirectory(async (directory) => {
      await leave(directory, [closed(1)]);
      const file = put(directory, "7", wav(8));
      await look(directory, ({ history, audit, firstCall }) => {
        expect(audit.lost).toEqual(["7"]);
        expect(history.lostRecordings()).toEqual(["7"]);
        expect(firstCall).toBe(8);
      });
      await look(directory, ({ audit, firstCall }) => {
        expect([audit.lost, firstCall]).toEqual([[], 8]);
      });
      expect(existsSync(file)).toBe(true);
    });
  });

  test("whose header lags behind the sound, or runs ahead of it, are made to fit", async () => {
    await inDirectory(async (directory) => {
      const ids = ["1", "2", "3", "4"];
      await leave(
        directory,
        ids.map((id) => cdr(Number(id), { recordingId: id })),
      );
      const behind = put(directory, "1", wav(4000, 800));
      const ahead = put(directory, "2", wav(800, 4000));
      const ragged = put(directory, "3", Buffer.concat([wav(800), Buffer.from([1, 2, 3])]));
      const tag = Buffer.from("LIST\x04\0\0\0INFO", "latin1");
      const tagged = put(directory, "4", Buffer.concat([wav(800), tag]));
      await look(directory, ({ audit }) => {
        expect([...audit.repaired].sort()).toEqual(["1", "2"]);
      });
      const sizes = (file: string) => {
        const bytes = readFileSync(file);
        return [bytes.readUInt32LE(4), bytes.readUInt32LE(40)];
      };
      expect([behind, ahead, ragged, tagged].map(sizes)).toEqual([
        [4036, 4000],
        [836, 800],
        [836, 800],
        [836, 800],
      ]);
      await look(directory, ({ audit }) => expect(audit.repaired).toEqual([]));
    });
  });

  test("that are none are set aside, never deleted, and their call has none", async () => {
    await inDirectory(async (directory) => {
      const ids = ["1", "2", "3", "4"];
      await leave(
        directory,
        ids.map((id) => cdr(Number(id), { recordingId: id })),
      );
      put(directory, "1", Buffer.from("MZ this is a program"));
      put(directory, "2", Buffer.alloc(0));
      put(directory, "3", Buffer.concat([wav(0).subarray(0, 36)]));
      put(directory, "4", wav(8));
      writeFileSync(join(directory, "recordings", "000000", "notes.txt"), "hello");
      writeFileSync(join(directory, "recordings", "000000", "5001.wav"), wav(8));
      await look(directory, ({ audit, history }) => {
        const aside = ["1.wav", "2.wav", "3.wav", "5001.wav", "notes.txt"];
        expect([...audit.setAside].sort()).toEqual(aside);
        expect(readdirSync(join(directory, "recordings", "set-aside")).sort()).toEqual(aside);
        expect(ids.map((id) => history.get(Number(id))?.recordingId)).toEqual([
          null,
          null,
          null,
          "4",
        ]);
      });
      await look(directory, ({ audit }) => expect(audit.setAside).toEqual([]));
    });
  });

  test("a link, a directory and a nameless file do not stop the start", async () => {
    await inDirectory(async (directory) => {
      await leave(directory, [closed(1)]);
      const folder = join(directory, "recordings", "000000");
      mkdirSync(join(folder, "9.wav"), { recursive: true });
      await Bun.$`ln -s /nowhere ${join(folder, "8.wav")}`.quiet();
      await look(directory, ({ audit }) => expect(audit.setAside).toHaveLength(2));
    });
  });

  test("a folder that has settled is not read again", async () => {
    await inDirectory(async (directory) => {
      let file = "";
      await leave(directory, [closed(1, { recordingId: "1" })], () => {
        file = put(directory, "1", wav(8));
      });
      const old = 1_600_000_000;
      utimesSync(dirname(file), old, old);
      await look(directory, () => {});
      // Something wrong that only a second reading would find.
      writeFileSync(join(dirname(file), "2.wav"), wav(8));
      utimesSync(dirname(file), old, old);
      await look(directory, ({ audit }) => expect(audit.lost).toEqual([]));
      utimesSync(dirname(file), old + 1, old + 1);
      await look(directory, ({ audit }) => expect(audit.lost).toEqual(["2"]));
    });
  });
});
