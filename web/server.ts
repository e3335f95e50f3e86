// What `Bun.serve` is given besides where to listen.
import type { Hono } from "hono";
import { SITE_BYTES_MAX } from "./body.ts";
import { type LineSocketData, lineWebSocket } from "./line/socket.ts";
import type { WebEnv } from "./route.ts";

/** Above the heartbeat of live events, which would otherwise be cut. */
const IDLE_SECONDS = 60;

/** Use: `Bun.serve({ hostname, port, ...serverOptions(app) })`. */
export function serverOptions(app: Hono<WebEnv>) {
  return {
    idleTimeout: IDLE_SECONDS,
    // Ours answers 413 as problem details; Bun's is for what is larger than anything of ours.
    maxRequestBodySize: 4 * SITE_BYTES_MAX,
    fetch: (request: Request, server: Bun.Server<LineSocketData>) => app.fetch(request, { server }),
    websocket: lineWebSocket,
  };
}
