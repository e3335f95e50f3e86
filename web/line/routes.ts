// `GET /line/fxs/<n>` and `/line/fxo/<n>`: who may be the far end of which port, and the upgrade.
import type { PortName } from "../../src/core/line.ts";
import { Refusal } from "../problem.ts";
import { type Route, roleOf, type Visit } from "../route.ts";
import { originOf } from "../security.ts";
import { connectLine, LINE_PROTOCOL } from "./socket.ts";

export const lineRoutes: readonly Route[] = [
  { key: "GET /line/fxs/:port", handle: (visit) => openLine(visit, "fxs") },
  { key: "GET /line/fxo/:port", handle: (visit) => openLine(visit, "fxo") },
];

function openLine(visit: Visit, card: "fxs" | "fxo"): Response {
  const number = /^[1-9]\d{0,3}$/.exec(visit.c.req.param("port") ?? "")?.[0];
  const port: PortName | null = number === undefined ? null : `${card}/${Number(number)}`;
  requireLine(visit, port);
  if (port === null) throw new Refusal("notFound", "no such port");
  const { headers } = visit.c.req.raw;
  if (headers.get("upgrade")?.toLowerCase() !== "websocket") {
    throw new Refusal("upgradeNeeded", `subprotocol ${LINE_PROTOCOL}`, [], {
      Upgrade: "websocket",
      Connection: "Upgrade",
    });
  }
  const offered = (headers.get("sec-websocket-protocol") ?? "").split(",").map((p) => p.trim());
  if (!offered.includes(LINE_PROTOCOL)) {
    throw new Refusal("malformed", `the subprotocol ${LINE_PROTOCOL} was not offered`);
  }
  return upgrade(visit, port);
}

function upgrade(visit: Visit, port: PortName): Response {
  const { lines, clock, log } = visit.deps;
  const line = connectLine(lines, port, clock, log);
  if (line === "noSuchPort") throw new Refusal("notFound", "no such port");
  if (line === "taken") throw new Refusal("lineTaken", `${port} has a far end`);
  let upgraded = false;
  try {
    upgraded =
      visit.c.env?.server?.upgrade(visit.c.req.raw, {
        data: { line },
        headers: { "Sec-WebSocket-Protocol": LINE_PROTOCOL },
      }) ?? false;
  } finally {
    // However it failed, nobody is at the far end.
    if (!upgraded) line.gone();
  }
  if (!upgraded) throw new Refusal("malformed", "not a WebSocket handshake");
  // Bun has answered already; what is returned here goes nowhere.
  return new Response(null);
}

/** Line token or owner: any port. Staff: the port of their own extension. @throws Refusal */
function requireLine(visit: Visit, port: PortName | null): void {
  const { who, deps, c } = visit;
  if (who.kind === "nobody") throw new Refusal("signInNeeded");
  // A WebSocket is not held to the same-origin rule by browsers: a cookie alone proves nothing.
  if (who.kind === "user" && originOf(c.req.raw.headers) !== "same") {
    throw new Refusal("crossSite");
  }
  if (who.kind === "lineToken" || roleOf(who) === "owner") return;
  const number = who.kind === "user" ? who.user.extension : null;
  const { extensions } = deps.configuration.current();
  const own = extensions.find((extension) => extension.number === number);
  if (port === null || own?.port !== port) throw new Refusal("notAllowed");
}
