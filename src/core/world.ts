// Everything call control remembers, as plain JSON data: the journal's checkpoints are this.
import type { CallState } from "./call-state.ts";
import type { AlarmCode, CallId } from "./effect.ts";
import type { PortName } from "./line.ts";
import type { Office } from "./office.ts";
import { indexOf } from "./office-index.ts";
import type { StationState } from "./station.ts";
import type { TimerName } from "./timers.ts";
import type { TrunkState } from "./trunk-state.ts";

/** A machine: its state (immutable, replaced as a whole), since when, and its running timers with
 *  the generation each was started with. */
export interface Machine<S> {
  state: S;
  since: number;
  timers: Partial<Record<TimerName, number>>;
}

export type CallName = `call:${CallId}`;

export interface Alarm {
  readonly code: AlarmCode;
  readonly port: PortName | null;
  readonly since: number;
}

/** `turn` replaces what changes inside this container instead of copying 480 ports: hand over the
 *  world you got last, and take a `structuredClone` (or JSON) of it to keep one. */
export interface World {
  nextCall: CallId;
  /** Latest time seen, epoch ms. An event stamped earlier that arrives after it counts as of then:
   *  a call's times never run backwards. */
  now: number;
  /** The last timer generation given out. */
  generation: number;
  office: Office;
  stations: Record<PortName, Machine<StationState>>;
  trunks: Record<PortName, Machine<TrunkState>>;
  /** By `call:<id>`: bare numbers would make JavaScript keep a slot for every call ever made. */
  calls: Record<CallName, Machine<CallState>>;
  /** Calls on ringing trunks for which no phone is idle, longest-waiting first. */
  waiting: CallId[];
  /** Ports on which somebody speaks, as last reported; also before their call is answered. */
  speaking: PortName[];
  alarms: Alarm[];
}

export function emptyWorld(office: Office, firstCall: CallId): World {
  const world: World = {
    nextCall: firstCall,
    now: 0,
    generation: 0,
    office,
    stations: {},
    trunks: {},
    calls: {},
    waiting: [],
    speaking: [],
    alarms: [],
  };
  addMachines(world, 0);
  return world;
}

export const newMachine = <S>(state: S, since: number): Machine<S> => ({
  state,
  since,
  timers: {},
});

/** Gives every port of the office a machine. Ports that already have one keep it. */
export function addMachines(world: World, at: number): void {
  for (const { port } of world.office.extensions) {
    world.stations[port] ??= newMachine<StationState>({ kind: "idle" }, at);
  }
  for (const { port } of world.office.trunks) {
    world.trunks[port] ??= newMachine<TrunkState>({ kind: "idle" }, at);
  }
}

/** Forgets ports that left the office and have nothing under way. */
export function removeMachines(world: World): void {
  const { extensionAt, trunkAt } = indexOf(world.office);
  for (const port of Object.keys(world.stations) as PortName[]) {
    const unused = world.stations[port]?.state.kind === "idle";
    if (unused && !extensionAt.has(port)) delete world.stations[port];
  }
  for (const port of Object.keys(world.trunks) as PortName[]) {
    const unused = world.trunks[port]?.state.kind === "idle";
    if (unused && !trunkAt.has(port)) delete world.trunks[port];
  }
}
