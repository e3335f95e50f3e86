// The line: the far end of a virtual FXS port over `line.v1`. Connects, connects again after a
// loss, and says why when it can't.

export type LineState =
  | "connecting"
  | "open"
  /** Another far end has the port. */
  | "taken"
  | "forbidden"
  | "signedOut"
  | "noPort"
  /** The box can't be reached; it is being tried again. */
  | "lost"
  /** The box closed the socket and said why. */
  | "refused";

export interface LineListener {
  state(state: LineState, reason: string): void;
  audio(pcm: Int16Array): void;
  ring(on: boolean): void;
}

export interface Line {
  hook(off: boolean): void;
  flash(ms: number): void;
  audio(frame: Int16Array): void;
  /** Tries at once, e.g. after “taken”. */
  again(): void;
  close(): void;
}

const firstWaitMs = 500;
const longestWaitMs = 8000;
/** More than a second of speech waiting in the socket: newer speech is worth more than older. */
const waitingBytesMost = 16_000;
const malformed = 1008;

/** A browser is not told why an upgrade failed; a plain request to the same address is. */
async function whyRefused(address: string): Promise<LineState> {
  try {
    const { status } = await fetch(address, { credentials: "same-origin" });
    const reasons: Readonly<Record<number, LineState>> = {
      401: "signedOut",
      403: "forbidden",
      404: "noPort",
      // The port exists and is ours to use, yet the socket was refused: somebody else has it.
      426: "taken",
    };
    return reasons[status] ?? "lost";
  } catch {
    // No answer at all: the box is away.
    return "lost";
  }
}

/** @param address path of the line, `/line/fxs/1` */
export function openLine(address: string, listener: LineListener): Line {
  let socket: WebSocket | null = null;
  let waitMs = firstWaitMs;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let closed = false;
  let lost = false;

  const connect = () => {
    clearTimeout(retry);
    // After a loss “lost” stays until the line is back: it says that it is being tried again.
    if (!lost) listener.state("connecting", "");
    const url = new URL(address, location.href);
    url.protocol = url.protocol.replace("http", "ws");
    const opened = new WebSocket(url, "line.v1");
    let wasOpen = false;
    socket = opened;
    opened.binaryType = "arraybuffer";
    opened.onopen = () => {
      wasOpen = true;
      waitMs = firstWaitMs;
      lost = false;
      listener.state("open", "");
    };
    opened.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => {
      if (typeof data !== "string") return listener.audio(new Int16Array(data));
      const message = JSON.parse(data) as { ring?: boolean };
      if (message.ring !== undefined) listener.ring(message.ring);
    };
    opened.onclose = async ({ code, reason }) => {
      if (closed || socket !== opened) return;
      socket = null;
      if (code === malformed) return listener.state("refused", reason);
      const state = wasOpen ? "lost" : await whyRefused(address);
      if (closed || socket !== null) return;
      lost = state === "lost";
      listener.state(state, "");
      if (!lost) return;
      retry = setTimeout(connect, waitMs);
      waitMs = Math.min(longestWaitMs, waitMs * 2);
    };
  };
  const say = (message: object) => {
    if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
  };
  connect();
  return {
    hook: (off) => say({ hook: off ? "off" : "on" }),
    flash: (ms) => say({ flash: ms }),
    audio(frame) {
      if (socket?.readyState !== WebSocket.OPEN) return;
      if (socket.bufferedAmount < waitingBytesMost) socket.send(frame as Int16Array<ArrayBuffer>);
    },
    again: connect,
    close() {
      closed = true;
      clearTimeout(retry);
      socket?.close();
    },
  };
}
