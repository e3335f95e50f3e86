// Makes the header of a WAV file fit the data that follows it, in place. Reads a few bytes; never
// touches the sound. Format: RIFF, Microsoft/IBM 1991 (little-endian chunks).
import { closeSync, fstatSync, openSync, readSync, writeSync } from "node:fs";

/** Chunks before the sound are few and small; more is not one of ours. */
const chunksMost = 16;

/** @returns `fine`, `repaired`, or `notWav` for anything without a format and a data chunk; never
 *  throws */
export function repairWav(file: string): "fine" | "repaired" | "notWav" {
  let descriptor: number;
  try {
    descriptor = openSync(file, "r+");
  } catch {
    // A directory, a dangling link, a file nobody may read: not a recording.
    return "notWav";
  }
  try {
    return fit(descriptor, fstatSync(descriptor).size);
  } catch {
    // An unreadable sector: leave the sound alone, it may still play.
    return "fine";
  } finally {
    closeSync(descriptor);
  }
}

function fit(descriptor: number, size: number): "fine" | "repaired" | "notWav" {
  const head = readAt(descriptor, 0, 12);
  if (tag(head, 0) !== "RIFF" || tag(head, 8) !== "WAVE") return "notWav";
  let blockBytes = 0;
  let at = 12;
  for (let chunks = 0; chunks < chunksMost && at + 8 <= size; chunks++) {
    const chunk = readAt(descriptor, at, 24);
    const length = chunk.readUInt32LE(4);
    if (tag(chunk, 0) === "fmt ") blockBytes = length >= 16 ? chunk.readUInt16LE(20) : 0;
    if (tag(chunk, 0) === "data") {
      if (blockBytes === 0) return "notWav";
      return fitData(descriptor, {
        at: at + 8,
        length,
        blockBytes,
        size,
        riff: head.readUInt32LE(4),
      });
    }
    at += 8 + length + (length % 2);
  }
  return "notWav";
}

interface DataChunk {
  readonly at: number;
  readonly length: number;
  readonly blockBytes: number;
  readonly size: number;
  readonly riff: number;
}

function fitData(descriptor: number, data: DataChunk): "fine" | "repaired" {
  const available = data.size - data.at;
  const end = data.at + data.length + (data.length % 2);
  // Further chunks after the sound (a tag, a cue list) make the file longer rightly.
  if (data.length <= available && data.size > end && isChunk(descriptor, end, data.size))
    return "fine";
  const length = available - (available % data.blockBytes);
  if (data.length === length && data.riff === data.at + length - 8) return "fine";
  writeAt(descriptor, data.at - 4, length);
  writeAt(descriptor, 4, data.at + length - 8);
  return "repaired";
}

function isChunk(descriptor: number, at: number, size: number): boolean {
  if (at + 8 > size) return false;
  const chunk = readAt(descriptor, at, 8);
  return /^[A-Za-z]{3}[A-Za-z ]$/.test(tag(chunk, 0)) && at + 8 + chunk.readUInt32LE(4) <= size;
}

function readAt(descriptor: number, at: number, length: number): Buffer {
  const buffer = Buffer.alloc(length);
  readSync(descriptor, buffer, 0, length, at);
  return buffer;
}

function writeAt(descriptor: number, at: number, value: number): void {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32LE(Math.min(value, 0xffffffff));
  writeSync(descriptor, buffer, 0, 4, at);
}

const tag = (buffer: Buffer, at: number): string => buffer.toString("latin1", at, at + 4);
