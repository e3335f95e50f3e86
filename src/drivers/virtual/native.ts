// The native module as JavaScript sees it (native/include/linefinder.h says what each does), and
// the check that its records are the ones this code was written for.
import { join } from "node:path";

export interface Native {
  open(options: { readonly realTime: boolean }, doorbell: () => void): Uint32Array | number;
  ports(ids: Uint16Array): number;
  configure(settings: Uint8Array): number;
  perform(command: Uint8Array): number;
  drain(events: Uint8Array): number;
  attach(port: number, bench?: Uint8Array): number;
  farWrite(port: number, pcm: Uint8Array): number;
  farSignal(port: number, what: number, value: number): number;
  farRead(frames: Uint8Array): number;
  loadClip(id: number, pcm: Int16Array): number;
  read(what: number, buffer: Uint8Array): number;
  close(): number;
}

/** Version and sizes of the records: event, command, settings, frame, port state, stats. */
export const layout = {
  version: 1,
  event: 136,
  command: 1040,
  settings: 5108,
  frame: 328,
  portState: 4,
  stats: 2232,
  bench: 56,
} as const;

export const errno = { noSuchPort: -2, tryAgain: -11, busy: -16 } as const;

/** What is printed when the card cannot be opened. Codes of the band `card`. */
export class CardError extends Error {
  constructor(
    readonly code: "cardModuleMissing" | "cardLayout" | "cardOpen",
    message: string,
  ) {
    super(message);
  }
}

const builtModule = join(import.meta.dir, "../../../build/native/linefinder.node");

/** @throws CardError when the module is not there (not built) */
export function loadNative(path = builtModule): Native {
  try {
    return require(path) as Native;
  } catch (error) {
    throw new CardError("cardModuleMissing", `native module ${path}: ${String(error)}`);
  }
}

/** @throws CardError when the engine cannot start, or has other records than these */
export function openNative(native: Native, realTime: boolean, doorbell: () => void): void {
  const found = native.open({ realTime }, doorbell);
  if (typeof found === "number") {
    throw new CardError("cardOpen", `the media engine did not start: errno ${-found}`);
  }
  const { version, event, command, settings, frame, portState, stats } = layout;
  const wanted = [version, event, command, settings, frame, portState, stats];
  if (wanted.length === found.length && wanted.every((size, at) => size === found[at])) return;
  native.close();
  throw new CardError("cardLayout", `native records ${found.join(" ")}, not ${wanted.join(" ")}`);
}
