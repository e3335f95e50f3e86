// The world as the outside may see it: no machine's state, no timer, nothing to change.
import { type CallKind, type CallState, portsOf as callPorts } from "./call-state.ts";
import type { CallId } from "./effect.ts";
import type { PortName } from "./line.ts";
import { indexOf, type OfficeIndex } from "./office-index.ts";
import type { CallSnapshot, PortSnapshot, PortState, Snapshot } from "./snapshot.ts";
import type { StationState } from "./station.ts";
import type { TrunkState } from "./trunk-state.ts";
import type { Machine, World } from "./world.ts";

const stationStates: Readonly<Record<StationState["kind"], PortState>> = {
  idle: "idle",
  initiated: "offHook",
  dialling: "dialling",
  proceeding: "waiting",
  alerting: "ringing",
  connected: "connected",
  failed: "failed",
  howling: "failed",
  lockedOut: "failed",
};

const trunkStates: Readonly<Record<TrunkState["kind"], PortState>> = {
  idle: "idle",
  primed: "idle",
  ringing: "ringing",
  offered: "ringing",
  ignored: "ringing",
  seizing: "dialling",
  dialling: "dialling",
  opened: "dialling",
  progressing: "waiting",
  connected: "connected",
  guard: "releasing",
  unplugged: "unplugged",
};

const callStates: Readonly<Record<CallKind, CallSnapshot["state"]>> = {
  initiated: "initiated",
  collecting: "initiated",
  summoning: "initiated",
  seizing: "initiated",
  opened: "initiated",
  outgoing: "delivered",
  arriving: "delivered",
  waiting: "delivered",
  greeting: "greeting",
  choosing: "greeting",
  delivered: "delivered",
  established: "established",
  failed: "failed",
  ended: "failed",
};

/** What the outside may see. Alarms of other parts are added by the runtime. */
export function snapshotOf(world: World, version: number, at: number): Snapshot {
  const office = indexOf(world.office);
  const ports: PortSnapshot[] = [];
  for (const { port } of world.office.trunks) {
    const machine = world.trunks[port];
    if (machine !== undefined) ports.push(portOf(world, office, port, machine, trunkStates));
  }
  for (const { port } of world.office.extensions) {
    const machine = world.stations[port];
    if (machine !== undefined) ports.push(portOf(world, office, port, machine, stationStates));
  }
  ports.push(...strayPorts(world, office));
  const calls = Object.values(world.calls).map(({ state }) => callOf(state));
  return { version, at, ports, calls, alarms: [...world.alarms] };
}

/** Ports that nobody configured but that are doing something. */
function strayPorts(world: World, office: OfficeIndex): readonly PortSnapshot[] {
  const strays: PortSnapshot[] = [];
  for (const port of Object.keys(world.trunks) as PortName[]) {
    const machine = world.trunks[port];
    if (machine === undefined || office.trunkAt.has(port)) continue;
    strays.push(portOf(world, office, port, machine, trunkStates));
  }
  for (const port of Object.keys(world.stations) as PortName[]) {
    const machine = world.stations[port];
    if (machine === undefined || office.extensionAt.has(port)) continue;
    strays.push(portOf(world, office, port, machine, stationStates));
  }
  return strays;
}

function portOf<S extends StationState | TrunkState>(
  world: World,
  office: OfficeIndex,
  port: PortName,
  machine: Machine<S>,
  names: Readonly<Record<string, PortState>>,
): PortSnapshot {
  const { state } = machine;
  const call: CallId | null = "call" in state ? state.call : null;
  const about = call === null ? undefined : world.calls[`call:${call}`]?.state;
  const extension = office.extensionAt.get(port);
  const trunk = office.trunkAt.get(port);
  return {
    port,
    label: extension?.number ?? trunk?.id ?? null,
    name: extension?.name ?? trunk?.name ?? "",
    state: names[state.kind] ?? "idle",
    call: about === undefined ? null : call,
    peer: about === undefined ? null : peerOf(office, about, port),
    since: machine.since,
    recording: about !== undefined && isRecording(about),
  };
}

const isRecording = (s: CallState): boolean =>
  s.facts.recordingOn !== null && s.kind !== "failed" && s.kind !== "ended";

/** The other party as a person would say it. */
function peerOf(office: OfficeIndex, s: CallState, port: PortName): string | null {
  const { facts } = s;
  const asCaller = callPorts(s)[0] === port;
  if (!asCaller) return facts.callerNumber || facts.trunk;
  if (s.kind === "established") {
    const other = office.extensionAt.get(s.b)?.number;
    if (other !== undefined) return other;
  }
  return facts.calledNumber || facts.trunk;
}

function callOf(state: CallState): CallSnapshot {
  const f = state.facts;
  return {
    id: f.id,
    state: callStates[state.kind],
    direction: f.direction,
    callerNumber: f.callerNumber,
    callerName: f.callerName,
    calledNumber: f.calledNumber,
    trunk: f.trunk,
    extension: f.extension,
    group: f.group,
    startedAt: f.startedAt,
    answeredAt: f.answeredAt,
    ports: callPorts(state),
    recording: isRecording(state),
  };
}
