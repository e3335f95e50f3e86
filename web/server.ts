// What `Bun.serve` is given besides where to listen.
import type { Hono } from "hono";
import { type LineSocketData, lineWebSocket } from "./line/socket.ts";
import type { WebEnv } from "./route.ts";

/** Above the heartbeat of live events, which would otherwise be cut. */
const IDLE_SECONDS = 60;

/** Use: `Bun.serve({ hostname, port, ...serverOptions(app) })`. */
export function serverOptions(app: Hono<WebEnv>) {
  return {
    idleTimeout: IDLE_SECONDS,
    // readBody has the bounds and answers problem details, which Bun's own 413 does not. What
    // nobody reads is not kept: 300 MB sent to any route cost 6 MB (measured on Bun 1.4.5).
    maxRequestBodySize: Number.MAX_SAFE_INTEGER,
    fetch: (request: Request, server: Bun.Server<LineSocketData>) => app.fetch(request, { server }),
    websocket: lineWebSocket,
  };
}
