// What of the calls and ports a visitor may see: the owner all, staff their own extension's.
import type { Cdr } from "../src/core/cdr.ts";
import type { CallSnapshot, Snapshot } from "../src/core/snapshot.ts";
import { roleOf, type Visitor } from "./route.ts";

/** `all`, or the one extension; null = none at all. */
export type Sight = "all" | { readonly extension: string | null };

export function sightOf(who: Visitor): Sight {
  if (roleOf(who) === "owner") return "all";
  return { extension: who.kind === "user" ? who.user.extension : null };
}

type Parties = Pick<
  Cdr | CallSnapshot,
  "direction" | "callerNumber" | "calledNumber" | "extension"
>;

/** An outside number may look like an extension: only our own side of a call counts. */
export function maySeeCall(sight: Sight, call: Parties): boolean {
  if (sight === "all") return true;
  const { extension } = sight;
  if (extension === null) return false;
  if (call.extension === extension) return true;
  if (call.direction !== "inbound" && call.callerNumber === extension) return true;
  return call.direction !== "outbound" && call.calledNumber === extension;
}

/** Everybody sees whose line is busy; with whom, and in which call, only of what they may see. */
export function snapshotFor(sight: Sight, snapshot: Snapshot): Snapshot {
  if (sight === "all") return snapshot;
  const calls = snapshot.calls.filter((call) => maySeeCall(sight, call));
  const visible = new Set(calls.map((call) => call.id));
  return {
    ...snapshot,
    calls,
    ports: snapshot.ports.map((port) =>
      port.call === null || visible.has(port.call)
        ? port
        : { ...port, call: null, peer: null, recording: false },
    ),
    alarms: [],
  };
}
