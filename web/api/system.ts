// The box itself: is it well, who am I.
import { z } from "zod";
import { roleOf } from "../route.ts";
import { isoTime } from "../time.ts";
import { endpoint, json } from "./endpoint.ts";

const health = z.strictObject({
  status: z.enum(["ok", "trouble"]),
  version: z.string(),
  startedAt: z.iso.datetime({ offset: true }),
  uptimeSeconds: z.int(),
  troubles: z.array(z.string()),
});

const me = z.strictObject({
  name: z.string(),
  role: z.enum(["owner", "staff"]),
  extension: z.string().nullable(),
  csrf: z.string().meta({ description: "For X-CSRF-Token; empty with a bearer token" }),
});

export const systemEndpoints = [
  endpoint({
    key: "GET /api/v1/health",
    operation: "getHealth",
    summary: "Whether the box is well",
    tag: "system",
    answer: json(health, "Its state; answers while calls can be taken"),
    handle({ deps }) {
      const facts = deps.health();
      // An unplugged line or a handset beside its cradle is no fault of the box.
      const alarms = deps.runtime.snapshot().alarms.map((alarm) => alarm.code);
      const own = alarms.filter((code) => code !== "trunkUnplugged" && code !== "stationOffHook");
      const troubles = [...new Set([...facts.troubles, ...own])];
      return Response.json({
        status: troubles.length === 0 ? "ok" : "trouble",
        version: facts.version,
        startedAt: isoTime(facts.startedAt),
        uptimeSeconds: Math.floor((deps.clock.now() - facts.startedAt) / 1000),
        troubles,
      } satisfies z.input<typeof health>);
    },
  }),
  endpoint({
    key: "GET /api/v1/me",
    operation: "getMe",
    summary: "Who is signed in",
    tag: "system",
    answer: json(me, "The account, or the token's rights"),
    handle({ who, csrf }) {
      return Response.json({
        name: who.kind === "user" ? who.user.name : "",
        role: roleOf(who) ?? "staff",
        extension: who.kind === "user" ? who.user.extension : null,
        csrf,
      } satisfies z.input<typeof me>);
    },
  }),
];
