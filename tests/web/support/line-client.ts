// A far end over a real socket on loopback: waits for what it is told, never for time to pass.
import { serverOptions } from "../../../web/server.ts";
import type { Box } from "./box.ts";

export function serve(box: Box) {
  const server = Bun.serve({ hostname: "127.0.0.1", port: 0, ...serverOptions(box.app) });
  return {
    server,
    http: `http://127.0.0.1:${server.port}`,
    ws: `ws://127.0.0.1:${server.port}`,
    stop: () => server.stop(true),
  };
}

export interface Closed {
  readonly code: number;
  readonly reason: string;
}

export interface LineClient {
  readonly socket: WebSocket;
  /** Text as JSON, audio as its length. */
  next(): Promise<unknown>;
  send(message: string | Uint8Array<ArrayBuffer>): void;
  readonly closed: Promise<Closed>;
  close(): Promise<Closed>;
  /** Without a closing handshake. */
  vanish(): void;
}

export function openLine(url: string, headers: Record<string, string> = {}): Promise<LineClient> {
  // Headers are Bun's own addition; the DOM's type of WebSocket does not know them.
  const options = { protocols: ["line.v1"], headers } as unknown as string[];
  const socket = new WebSocket(url, options);
  socket.binaryType = "arraybuffer";
  const heard: unknown[] = [];
  const waiting: ((message: unknown) => void)[] = [];
  socket.onmessage = ({ data }) => {
    const message = typeof data === "string" ? JSON.parse(data) : { audio: data.byteLength };
    const first = waiting.shift();
    if (first === undefined) heard.push(message);
    else first(message);
  };
  const closed = new Promise<Closed>((resolve) => {
    socket.onclose = ({ code, reason }) => resolve({ code, reason });
  });
  const client: LineClient = {
    socket,
    closed,
    next: () =>
      heard.length > 0
        ? Promise.resolve(heard.shift())
        : new Promise((resolve) => waiting.push(resolve)),
    send: (message) => socket.send(message),
    close() {
      socket.close(1000);
      return closed;
    },
    vanish: () => (socket as WebSocket & { terminate(): void }).terminate(),
  };
  return new Promise((resolve, reject) => {
    socket.onopen = () => resolve(client);
    socket.onerror = () => reject(new Error("not opened"));
  });
}

/** A handshake answered without an upgrade: its status and problem. */
export async function handshake(url: string, headers: Record<string, string> = {}) {
  const response = await fetch(url, {
    headers: {
      Connection: "Upgrade",
      Upgrade: "websocket",
      "Sec-WebSocket-Version": "13",
      "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
      "Sec-WebSocket-Protocol": "line.v1",
      ...headers,
    },
  });
  return { status: response.status, body: await response.text() };
}
