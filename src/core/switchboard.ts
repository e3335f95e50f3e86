// Call control as one pure function: the world and an input give the next world and a turn.
import type { CallId, Input, Turn } from "./effect.ts";
import type { Office } from "./office.ts";
import type { Snapshot } from "./snapshot.ts";

/** Everything call control remembers. Plain JSON data: stored as the journal's checkpoints. */
export interface World {
  readonly nextCall: CallId;
}

/** A world in which every port is idle. */
export function createWorld(_office: Office, firstCall: CallId): World {
  return { nextCall: firstCall };
}

/** Handles one input and everything it leads to. Same world and input give the same result. */
export function turn(world: World, input: Input): { readonly world: World; readonly turn: Turn } {
  return { world, turn: { input, effects: [], calls: [], steps: [] } };
}

/** What the outside may see. Alarms of other parts are added by the runtime. */
export function snapshotOf(_world: World, version: number, at: number): Snapshot {
  return { version, at, ports: [], calls: [], alarms: [] };
}
