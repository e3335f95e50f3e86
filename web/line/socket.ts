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
import { createAllowance } from "./allowance.ts";
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
const GOING_AWAY = 1001;

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
  const connection = new Connection(port, clock, log);
  const attached = lines.attach(port, {
    audio: (pcm) => connection.hear(pcm),
    signal: (signal) => connection.tell(signal),
    gone: () => connection.portGone(),
  });
  if (typeof attached === "string") return attached;
  connection.attached(attached.farEnd, attached.state);
  return connection;
}

class Connection implements LineConnection {
  readonly #port: PortName;
  readonly #log: Log;
  readonly #mayReceive: () => boolean;
  #farEnd: VirtualFarEnd | null = null;
  #state: FarEndState | null = null;
  #socket: LineSocket | null = null;
  #early: FarEndSignal[] = [];
  #dropped = 0;
  #droppedInRow = 0;
  #gone = false;

  constructor(port: PortName, clock: Clock, log: Log) {
    this.#port = port;
    this.#log = log;
    this.#mayReceive = createAllowance(clock, MESSAGES_PER_SECOND, MESSAGES_BURST);
  }

  attached(farEnd: VirtualFarEnd, state: FarEndState): void {
    this.#farEnd = farEnd;
    this.#state = state;
  }

  /** Audio from the card, every 20 ms: dropped rather than piled up. */
  hear(pcm: Uint8Array): void {
    const socket = this.#socket;
    if (socket === null || this.#gone) return;
    if (socket.getBufferedAmount() <= WAITING_BYTES_MAX) {
      this.#droppedInRow = 0;
      socket.send(new Uint8Array(pcm));
      return;
    }
    this.#dropped += 1;
    this.#droppedInRow += 1;
    if (this.#droppedInRow > DROPPED_FRAMES_MAX) this.#leave(TRY_AGAIN_LATER, "audio not taken");
  }

  tell(signal: FarEndSignal): void {
    if (this.#gone) return;
    if (this.#socket !== null) this.#socket.send(JSON.stringify(signal));
    else if (this.#early.length < EARLY_SIGNALS_MAX) this.#early.push(signal);
    else this.gone();
  }

  opened(socket: LineSocket): void {
    if (this.#gone) {
      socket.terminate();
      return;
    }
    this.#socket = socket;
    socket.send(JSON.stringify(this.#state));
    for (const signal of this.#early) socket.send(JSON.stringify(signal));
    this.#early = [];
  }

  received(message: string | Uint8Array): void {
    const farEnd = this.#farEnd;
    if (this.#gone || farEnd === null) return;
    const card: CardKind = this.#port.startsWith("fxs/") ? "fxs" : "fxo";
    const wrong = this.#mayReceive()
      ? perform(farEnd, card, message)
      : "too many messages a second";
    if (wrong !== null) this.#leave(MALFORMED, wrong);
  }

  gone(): void {
    if (this.#gone) return;
    this.#gone = true;
    this.#early = [];
    this.#farEnd?.detach();
    if (this.#dropped === 0) return;
    const facts = { port: this.#port, frames: this.#dropped };
    this.#log.write("info", "audio for a slow far end dropped", facts);
  }

  /** The configuration has no such port any more. */
  portGone(): void {
    this.gone();
    this.#socket?.close(GOING_AWAY, "the port is no longer there");
  }

  /** The port is on-hook before the far end hears why. */
  #leave(code: number, reason: string): void {
    this.gone();
    this.#log.write("info", "far end let go", { port: this.#port, code, reason });
    // Who takes nothing would not take a closing handshake either.
    if (code === MALFORMED) this.#socket?.close(code, reason);
    else this.#socket?.terminate();
  }
}

/** @returns why the message is malformed, or null when it was passed on */
function perform(
  farEnd: VirtualFarEnd,
  card: CardKind,
  message: string | Uint8Array,
): string | null {
  if (typeof message !== "string") {
    if (message.byteLength % 2 !== 0) return "audio is 16 bits a sample";
    if (message.byteLength > AUDIO_BYTES_MAX) return "audio is at most 1600 samples";
    farEnd.write(message);
    return null;
  }
  const parsed = parseMessage(message, card);
  if (typeof parsed === "string") return parsed;
  if ("hook" in parsed) farEnd.hook(parsed.hook);
  else if ("flash" in parsed) farEnd.flash(parsed.flash);
  else if ("ring" in parsed) farEnd.ring(parsed.ring);
  else if ("polarity" in parsed) farEnd.polarity(parsed.polarity);
  else farEnd.battery(parsed.battery);
  return null;
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
