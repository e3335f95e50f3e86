// A far end's WebSocket: `line.v1` in both directions over one port of the virtual card. Bounded
// towards the box (messages a second) and towards the far end (audio waiting to be sent).
import type { PortName } from "../../src/core/line.ts";
import type { Clock } from "../../src/ports/clock.ts";
import type {
  FarEndSignal,
  FarEndState,
  VirtualCard,
  VirtualFarEnd,
} from "../../src/ports/line-card.ts";
import type { Log } from "../../src/ports/log.ts";
import { type CardKind, parseMessage } from "./message.ts";

export const LINE_PROTOCOL = "line.v1";
/** 1,600 samples of two bytes. */
export const AUDIO_BYTES_MAX = 3_200;
/** Sustained messages a second: audio in 10 ms frames is 100, pulse dialling 20; the rest is room
 *  for clocks that run fast and tabs that catch up. */
export const MESSAGES_PER_SECOND = 500;
/** At once: ten seconds of audio in 10 ms frames after a stall, or a file sent in one go. */
export const MESSAGES_BURST = 1_000;
/** Audio waiting for a slow far end: 1 s. Later frames are dropped until it has caught up. */
export const WAITING_BYTES_MAX = 16_000;
/** Signals kept between taking the port and the socket being open, which is the same turn. */
const EARLY_SIGNALS_MAX = 64;
/** Frames dropped in a row (20 ms each) before the far end is taken for dead: 10 s. */
export const DROPPED_FRAMES_MAX = 500;
/** Larger messages are cut by Bun with code 1009; up to here we say 1008 and why. */
const MESSAGE_BYTES_MAX = 1024 * 1024;
/** Seconds without anything from the far end, pongs included. */
const IDLE_SECONDS = 30;

const MALFORMED = 1008;
const TRY_AGAIN_LATER = 1013;

/** The part of Bun's socket that is used here. */
export interface LineSocket {
  send(data: string | Uint8Array<ArrayBuffer>): number;
  close(code: number, reason: string): void;
  terminate(): void;
  getBufferedAmount(): number;
}

export interface LineSocketData {
  readonly line: LineConnection;
}

export interface LineConnection {
  opened(socket: LineSocket): void;
  received(message: string | Uint8Array): void;
  /** The socket is gone, or never came to be: the port is on-hook and free. */
  gone(): void;
}

/** Takes the port. The socket may come a little later; what the card says until then waits. */
export function connectLine(
  lines: Pick<VirtualCard, "attach">,
  port: PortName,
  clock: Clock,
  log: Log,
): LineConnection | "noSuchPort" | "taken" {
  const card: CardKind = port.startsWith("fxs/") ? "fxs" : "fxo";
  let socket: LineSocket | null = null;
  let early: FarEndSignal[] = [];
  let dropped = 0;
  let droppedInRow = 0;
  let allowance = MESSAGES_BURST;
  let allowedAt = clock.now();
  let detached = false;

  const attached = lines.attach(port, {
    audio(pcm) {
      if (socket === null || detached) return;
      if (socket.getBufferedAmount() <= WAITING_BYTES_MAX) {
        droppedInRow = 0;
        socket.send(new Uint8Array(pcm));
        return;
      }
      dropped += 1;
      droppedInRow += 1;
      if (droppedInRow > DROPPED_FRAMES_MAX) leave(TRY_AGAIN_LATER, "audio not taken");
    },
    signal(signal) {
      if (detached) return;
      if (socket === null && early.length >= EARLY_SIGNALS_MAX) detach();
      else if (socket === null) early.push(signal);
      else socket.send(JSON.stringify(signal));
    },
  });
  if (typeof attached === "string") return attached;
  const { farEnd, state } = attached;

  function detach(): void {
    if (detached) return;
    detached = true;
    early = [];
    farEnd.detach();
    if (dropped > 0)
      log.write("info", "audio for a slow far end dropped", { port, frames: dropped });
  }

  /** The port is on-hook before the far end hears why. */
  function leave(code: number, reason: string): void {
    detach();
    log.write("info", "far end let go", { port, code, reason });
    if (code === MALFORMED) socket?.close(code, reason);
    else socket?.terminate();
  }

  function withinRate(): boolean {
    const now = clock.now();
    const earned = ((now - allowedAt) / 1000) * MESSAGES_PER_SECOND;
    allowance = Math.min(MESSAGES_BURST, allowance + Math.max(0, earned));
    allowedAt = now;
    if (allowance < 1) return false;
    allowance -= 1;
    return true;
  }

  return {
    opened(opened) {
      socket = opened;
      if (detached) return opened.terminate();
      opened.send(JSON.stringify(state satisfies FarEndState));
      for (const signal of early) opened.send(JSON.stringify(signal));
      early = [];
    },
    received(message) {
      if (detached) return;
      if (!withinRate()) return leave(MALFORMED, "too many messages a second");
      if (typeof message !== "string") {
        if (message.byteLength % 2 !== 0) return leave(MALFORMED, "audio is 16 bits a sample");
        if (message.byteLength > AUDIO_BYTES_MAX) {
          return leave(MALFORMED, "audio is at most 1600 samples");
        }
        return farEnd.write(message);
      }
      const parsed = parseMessage(message, card);
      if (typeof parsed === "string") return leave(MALFORMED, parsed);
      perform(farEnd, parsed);
    },
    gone: detach,
  };
}

function perform(
  farEnd: VirtualFarEnd,
  message: Exclude<ReturnType<typeof parseMessage>, string>,
): void {
  if ("hook" in message) farEnd.hook(message.hook);
  else if ("flash" in message) farEnd.flash(message.flash);
  else if ("ring" in message) farEnd.ring(message.ring);
  else if ("polarity" in message) farEnd.polarity(message.polarity);
  else farEnd.battery(message.battery);
}

/** For `Bun.serve({ websocket })`. */
export const lineWebSocket: Bun.WebSocketHandler<LineSocketData> = {
  maxPayloadLength: MESSAGE_BYTES_MAX,
  backpressureLimit: 4 * WAITING_BYTES_MAX,
  closeOnBackpressureLimit: true,
  idleTimeout: IDLE_SECONDS,
  perMessageDeflate: false,
  open: (socket) => socket.data.line.opened(socket),
  message: (socket, message) => socket.data.line.received(message),
  close: (socket) => socket.data.line.gone(),
};
