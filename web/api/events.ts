// Live events of the API: the state once, then what changes, and CSTA's call events.
import type { LiveEvent } from "../live/live.ts";
import { eventStream, type SseMessage } from "../live/stream.ts";
import { maySeeCall, type Sight, sightOf, snapshotFor } from "../own.ts";
import type { Route, Visit } from "../route.ts";
import { endpoint } from "./endpoint.ts";
import { writeCallEvent, writeChange, writeSnapshot } from "./live-schemas.ts";

export const eventEndpoints: readonly Route[] = [
  endpoint({
    key: "GET /api/v1/events",
    operation: "listen",
    summary:
      "Server-sent events: `snapshot` once, then `change` and `call`; resumes after Last-Event-ID",
    tag: "events",
    answer: {
      status: 200,
      description: "Events named snapshot, change and call; their data is JSON, see the schemas",
      content: { type: "text/event-stream" },
    },
    problems: ["busy"],
    handle: listen,
  }),
];

function listen(visit: Visit): Response {
  const sight = sightOf(visit.who);
  const { live } = visit.deps;
  return eventStream(visit, {
    begin: () => [
      {
        event: "snapshot",
        data: JSON.stringify(writeSnapshot(snapshotFor(sight, live.current().snapshot))),
      },
    ],
    tell: (event) => tell(event, sight, visit),
  });
}

function tell(event: LiveEvent, sight: Sight, visit: Visit): readonly SseMessage[] {
  if (event.kind === "call") {
    if (sight !== "all" && !seesCall(event.event.call, sight, visit)) return [];
    return [{ event: "call", data: JSON.stringify(writeCallEvent(event.event)) }];
  }
  const [before, after] = [snapshotFor(sight, event.before), snapshotFor(sight, event.snapshot)];
  const change = writeChange(before, after);
  const { ports, calls, ended, alarms } = change;
  const nothing = ports.length + calls.length + ended.length === 0 && alarms === null;
  // Somebody else's call: for this reader nothing happened.
  return nothing && sight !== "all" ? [] : [{ event: "change", data: JSON.stringify(change) }];
}

/** A call's last event may come when it is no longer live: then its record decides. */
function seesCall(id: number, sight: Sight, visit: Visit): boolean {
  const { runtime, live, history } = visit.deps;
  const known = [...runtime.snapshot().calls, ...live.current().snapshot.calls];
  const call = known.find((one) => one.id === id) ?? history.get(id);
  return call !== null && maySeeCall(sight, call);
}
