// Room kept on the disk for a start when there is none: a database that was closed needs a little
// to be opened at all, and a box that restarts on a full disk must switch calls.
import { rmSync, statfsSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

const reserveName = "linefinder.reserve";
/** The log of changes, its index and some hundred calls' records. */
const reserveBytes = 4 * 1024 * 1024;
/** Less than this is a full disk: SQLite's index of the log alone is 32 KB. */
const littleBytes = 256 * 1024;

/** Sets the room aside, if there is still enough beside it. Never throws. */
export function keepReserve(directory: string): void {
  const file = join(directory, reserveName);
  if (statSync(file, { throwIfNoEntry: false })?.size === reserveBytes) return;
  if (freeBytes(directory) < 4 * reserveBytes) return;
  try {
    writeFileSync(file, new Uint8Array(reserveBytes));
  } catch {
    rmSync(file, { force: true }); // the disk has filled up meanwhile: half of it helps nobody
  }
}

/** @returns whether there was something to give up; never throws */
export function giveUpReserve(directory: string): boolean {
  const file = join(directory, reserveName);
  if (statSync(file, { throwIfNoEntry: false }) === undefined) return false;
  rmSync(file, { force: true });
  return true;
}

/** Whether the disk that holds a file has no room; false where that cannot be told. */
export const isDiskFull = (file: string): boolean => freeBytes(dirname(file)) < littleBytes;

function freeBytes(directory: string): number {
  try {
    const { bavail, bsize } = statfsSync(directory);
    return bavail * bsize;
  } catch {
    return Number.POSITIVE_INFINITY; // no such directory: that is told elsewhere
  }
}
