// A box that switches calls until it is killed. Says on stdout what is safe: a call number once
// everything about it so far is on the disk, and the configuration's revision once it is changed.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { recordingFile } from "../../src/store/recordings.ts";
import { cdr, open, systemClock, turn, wav } from "./support.ts";

const [directory = ""] = process.argv.slice(2);
const store = open(directory);
const { callLog, configuration } = store;
for (let call = store.firstCall; ; call++) {
  const now = systemClock.now();
  const recordingId = call % 3 === 0 ? String(call) : null;
  if (recordingId !== null) {
    const file = recordingFile(directory, recordingId) ?? "";
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, wav(800, 400));
  }
  const open = cdr(call, { startedAt: now, recordingId });
  callLog.append([{ kind: "checkpoint", at: now, world: call }, turn(now, call)], [open]);
  await callLog.flush();
  process.stdout.write(`o${call}\n`);
  if (call % 5 === 0) {
    configuration.editSettings("crash", { ringSeconds: 5 + (call % 200) });
    process.stdout.write(`r${configuration.revision()}\n`);
  }
  if (call % 2 === 0) {
    callLog.append([turn(now + 1, call)], [{ ...open, endedAt: now + 1, disposition: "answered" }]);
    await callLog.flush();
    process.stdout.write(`c${call}\n`);
  }
}
