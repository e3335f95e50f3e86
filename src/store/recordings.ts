// Where a recording lies: recordings/FOLDER/ID.wav below the data directory. The folder follows
// from the id, a thousand to a folder, so that no directory grows without end.
import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Log } from "../ports/log.ts";

/** Letters, digits, `-`, `_`: nothing that could lead out of the folder. */
const idPattern = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/;

export const isRecordingId = (id: string): boolean => idPattern.test(id);

/** `123456` and `call-123456-1` lie in `000123`; an id without a number in `other`. */
export function recordingFolder(id: string): string {
  const digits = /\d+/.exec(id)?.[0];
  if (digits === undefined) return "other";
  return String(Math.floor(Number(digits.slice(0, 12)) / 1000)).padStart(6, "0");
}

/** Path of a recording below the data directory.
 *  @returns null for an id that is none; never throws */
export function recordingFile(directory: string, id: string): string | null {
  if (!isRecordingId(id)) return null;
  return join(directory, "recordings", recordingFolder(id), `${id}.wav`);
}

/** Names the file of a recording that begins and makes its folder.
 *  @returns a function that never throws: where the folder cannot be made (disk full), the
 *  recorder reports that it cannot write, and the call goes on */
export function recordingPaths(directory: string, log: Log): (id: string) => string {
  let made = "";
  return (id) => {
    const path =
      recordingFile(directory, id) ?? join(directory, "recordings", "other", "unnamed.wav");
    const folder = dirname(path);
    if (folder === made) return path;
    try {
      mkdirSync(folder, { recursive: true });
      made = folder;
    } catch (error) {
      log.write("error", "a folder for recordings cannot be made", { error: String(error) });
    }
    return path;
  };
}
