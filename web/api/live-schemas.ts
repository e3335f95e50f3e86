// What is live, as the API writes it: the snapshot with ISO times, and what changed between two.
import { z } from "zod";
import { causeNames } from "../../src/core/cause.ts";
import type {
  AlarmSnapshot,
  CallSnapshot,
  PortSnapshot,
  Snapshot,
} from "../../src/core/snapshot.ts";
import type { CallEvent } from "../../src/runtime/api.ts";
import { isoTime, isoTimeOrNull } from "../time.ts";

export const time = z.iso.datetime({ offset: true });
export const direction = z.enum(["inbound", "outbound", "internal"]);

export const liveCall = z
  .strictObject({
    id: z.int(),
    state: z.enum(["initiated", "greeting", "delivered", "established", "failed"]),
    direction,
    callerNumber: z.string(),
    callerName: z.string(),
    calledNumber: z.string(),
    trunk: z.string().nullable(),
    extension: z.string().nullable(),
    group: z.string().nullable(),
    startedAt: time,
    answeredAt: time.nullable(),
    ports: z.array(z.string()),
    recording: z.boolean(),
  })
  .meta({ title: "Call" });

const port = z.strictObject({
  port: z.string(),
  label: z.string().nullable(),
  name: z.string(),
  state: z.enum([
    "idle",
    "offHook",
    "dialling",
    "ringing",
    "waiting",
    "connected",
    "failed",
    "releasing",
    "unplugged",
  ]),
  call: z.int().nullable(),
  peer: z.string().nullable(),
  since: time,
  recording: z.boolean(),
});

const alarm = z.strictObject({ code: z.string(), port: z.string().nullable(), since: time });

/** Data of the event `snapshot`. */
export const snapshotData = z
  .strictObject({
    version: z.int(),
    at: time,
    ports: z.array(port),
    calls: z.array(liveCall),
    alarms: z.array(alarm),
  })
  .meta({ title: "Snapshot" });

/** Data of the event `change`: what is new or different, and which calls are over. */
export const changeData = z
  .strictObject({
    version: z.int(),
    at: time,
    ports: z.array(port),
    calls: z.array(liveCall),
    ended: z.array(z.int()),
    alarms: z.array(alarm).meta({ description: "All there are, when they changed" }).nullable(),
  })
  .meta({ title: "SnapshotChange" });

/** Data of the event `call`. */
export const callEventData = z
  .strictObject({
    at: time,
    call: z.int(),
    event: z.enum([
      "serviceInitiated",
      "originated",
      "delivered",
      "established",
      "diverted",
      "failed",
      "connectionCleared",
      "callCleared",
    ]),
    port: z.string().nullable(),
    cause: z.int().nullable().meta({ description: "Q.850" }),
    causeName: z.string().nullable(),
  })
  .meta({ title: "CallEvent" });

export const writeCall = (call: CallSnapshot): z.input<typeof liveCall> => ({
  ...call,
  ports: [...call.ports],
  startedAt: isoTime(call.startedAt),
  answeredAt: isoTimeOrNull(call.answeredAt),
});

const writePort = (one: PortSnapshot) => ({ ...one, since: isoTime(one.since) });
const writeAlarm = (one: AlarmSnapshot) => ({ ...one, since: isoTime(one.since) });

export const writeSnapshot = (snapshot: Snapshot): z.input<typeof snapshotData> => ({
  version: snapshot.version,
  at: isoTime(snapshot.at),
  ports: snapshot.ports.map(writePort),
  calls: snapshot.calls.map(writeCall),
  alarms: snapshot.alarms.map(writeAlarm),
});

/** What leads from one snapshot to another. */
export function writeChange(before: Snapshot, after: Snapshot): z.input<typeof changeData> {
  const ports = new Map(before.ports.map((one) => [one.port, one]));
  const calls = new Map(before.calls.map((one) => [one.id, one]));
  const now = new Set(after.calls.map((one) => one.id));
  return {
    version: after.version,
    at: isoTime(after.at),
    ports: after.ports.filter((one) => !Bun.deepEquals(ports.get(one.port), one)).map(writePort),
    calls: after.calls.filter((one) => !Bun.deepEquals(calls.get(one.id), one)).map(writeCall),
    ended: before.calls.flatMap((one) => (now.has(one.id) ? [] : [one.id])),
    alarms: Bun.deepEquals(before.alarms, after.alarms) ? null : after.alarms.map(writeAlarm),
  };
}

export const writeCallEvent = (event: CallEvent): z.input<typeof callEventData> => ({
  at: isoTime(event.at),
  call: event.call,
  event: event.event,
  port: event.port,
  cause: event.cause,
  causeName: event.cause === null ? null : causeNames[event.cause],
});
