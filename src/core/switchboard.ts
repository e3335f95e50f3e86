// Call control as one pure function: the world and an input give the next world and a turn.
//
//   input ─▶ machine's table ─▶ effects ─┬─ orders, news ──▶ tail of the queue ─▶ next machine
//                                        ├─ line commands, timers, alarms ─▶ turn.effects, first
//                                        └─ call events, CDRs, answers ────▶ turn.effects, last
//
// What lines do comes before what is told of it: stop ringing, join the audio, then "established".
import { call as callTable } from "./call.ts";
import { openCall } from "./call-opening.ts";
import { type CallState, portsOf } from "./call-state.ts";
import type { CallCommand, CallId, Effect, Input, Step, TimerKey, Turn } from "./effect.ts";
import { type Outcome, step } from "./fsm.ts";
import type { LineEvent, PortName } from "./line.ts";
import {
  type AnyEvent,
  type AnyState,
  callOf,
  describe,
  legOf,
  type MachineName,
  splitName,
} from "./machine.ts";
import {
  type CallNews,
  type Context,
  isTrunkPort,
  type MachineEffect,
  type StationOrder,
  type TrunkOrder,
} from "./message.ts";
import type { Office } from "./office.ts";
import { indexOf, type OfficeIndex } from "./office-index.ts";
import { type StationEvent, type StationState, station as stationTable } from "./station.ts";
import { type TimerName, timerMs } from "./timers.ts";
import { trunk as trunkTable } from "./trunk.ts";
import type { TrunkEvent, TrunkState } from "./trunk-state.ts";
import {
  addMachines,
  emptyWorld,
  type Machine,
  newMachine,
  removeMachines,
  type World,
} from "./world.ts";

export { snapshotOf } from "./view.ts";
export type { World } from "./world.ts";

/** Messages among machines in one turn. A group of 480 phones that ring takes about 1,000; more
 *  than this can only be machines that answer each other for ever, and the turn is cut short. */
export const MAX_MESSAGES = 20_000;

type Message = Extract<MachineEffect, { readonly kind: "station" | "trunk" | "news" | "open" }>;

/** A world in which every port is idle.
 *  @param firstCall number of the first call; the caller remembers it across restarts */
export function createWorld(office: Office, firstCall: CallId): World {
  return emptyWorld(office, firstCall);
}

/** Handles one input and everything it leads to. Never throws. Consumes `world` (see there): the
 *  same world and input always give the same result, but keep a clone if you need the old one. */
export function turn(world: World, input: Input): { readonly world: World; readonly turn: Turn } {
  const at = input.kind === "line" ? input.event.at : input.at;
  const running = new Running(world, Math.max(world.now, at));
  running.take(input);
  return { world, turn: running.finish(input) };
}

/** One turn under way. */
class Running implements Context {
  readonly now: number;
  office: OfficeIndex;
  self: PortName = "fxs/0";
  readonly #world: World;
  readonly #queue: Message[] = [];
  /** Place in the queue of the message to be delivered next. */
  #next = 0;
  readonly #acts: Effect[] = [];
  readonly #reports: Effect[] = [];
  readonly #calls: CallId[] = [];
  readonly #steps: Step[] = [];
  /** Idle ports with an order under way that ends their idleness. */
  readonly #reserved = new Set<PortName>();
  /** Calls in which a fault was found. */
  readonly #faulty: CallId[] = [];

  constructor(world: World, now: number) {
    this.#world = world;
    this.now = now;
    this.office = indexOf(world.office);
  }

  // What cells may ask.
  get nextCall(): CallId {
    return this.#world.nextCall;
  }

  stationIdle(port: PortName): boolean {
    return this.#world.stations[port]?.state.kind === "idle" && !this.#reserved.has(port);
  }

  trunkIdle(port: PortName): boolean {
    return this.#world.trunks[port]?.state.kind === "idle" && !this.#reserved.has(port);
  }

  claimable(port: PortName): CallId | null {
    const trunk = this.office.directTrunk.get(port);
    const state = trunk === undefined ? undefined : this.#world.trunks[trunk.port]?.state;
    if (state?.kind !== "ringing") return null;
    return this.#world.calls[`call:${state.call}`]?.state.kind === "arriving" ? state.call : null;
  }

  speaks(port: PortName): boolean {
    return this.#world.speaking.includes(port);
  }

  take(input: Input): void {
    switch (input.kind) {
      case "line":
        this.#takeSignal(input.event);
        break;
      case "expired":
        this.#takeExpiry(input.timer, input.generation);
        break;
      case "command":
        this.#takeCommand(input.command);
        break;
      case "office":
        this.#takeOffice(input.office);
        break;
    }
    this.#drain();
    if (this.#faulty.length > 0) this.#sweep();
  }

  finish(input: Input): Turn {
    const effects = this.#acts.concat(this.#reports);
    // A turn that did nothing is not journalled, so it must not leave a trace in the world either.
    if (effects.length > 0 || this.#steps.length > 0) this.#world.now = this.now;
    return { input, effects, calls: this.#calls, steps: this.#steps };
  }

  /** Speech is reported when it begins and ends, whatever the port does then; a line that was
   *  hung up or lost is silent. Sounds of a line that is in no call mean nothing. */
  #listen(port: PortName, speaks: boolean): void {
    if (speaks && callOf(this.#machine(legOf(port))?.state) === null) return;
    const { speaking } = this.#world;
    if (speaks === speaking.includes(port)) return;
    if (speaks) speaking.push(port);
    else speaking.splice(speaking.indexOf(port), 1);
    this.#note(port, speaks ? "voice" : "silence");
  }

  /** A step without a change of state: what was heard or done is part of the trace. */
  #note(port: PortName, event: "voice" | "silence" | "hookFlash"): void {
    const machine = legOf(port);
    const state = this.#machine(machine)?.state;
    const call = callOf(state);
    if (!state || (event === "hookFlash" && call === null)) return;
    this.#touch(call);
    this.#steps.push({ machine, call, event, from: state.kind, to: state.kind });
  }

  #takeSignal(event: LineEvent): void {
    const { port, kind } = event;
    if (kind === "voice") this.#listen(port, true);
    else if (kind === "silence" || kind === "onHook") this.#listen(port, false);
    else if (kind === "hookFlash") this.#note(port, kind);
    switch (event.kind) {
      // Counted by the runtime; they say nothing about a call.
      case "overflow":
      case "unknown":
        return;
      case "offHook":
      case "onHook":
      case "hookFlash":
        if (!isTrunkPort(port)) this.#stepStation(port, event);
        return;
      case "digit":
      case "voice":
      case "silence":
        if (isTrunkPort(port)) this.#stepTrunk(port, event);
        else this.#stepStation(port, event);
        return;
      default:
        if (isTrunkPort(port)) this.#stepTrunk(port, event);
    }
  }

  #takeExpiry(key: TimerKey, generation: number): void {
    const machine = this.#machine(key.machine);
    const timer = key.name as TimerName;
    // Late: the timer was stopped or started again when this was already on its way.
    if (machine === undefined || machine.timers[timer] !== generation) return;
    delete machine.timers[timer];
    const event = { kind: "expired", timer } as const;
    const [kind, rest] = splitName(key.machine);
    if (kind === "station") this.#stepStation(rest as PortName, event);
    else if (kind === "trunk") this.#stepTrunk(rest as PortName, event);
    else this.#stepCall(Number(rest), event);
  }

  #takeCommand(command: CallCommand): void {
    if (command.service === "clearConnection") {
      const known = this.#world.calls[`call:${command.call}`] !== undefined;
      this.#reports.push({
        kind: "answerCommand",
        answer: known
          ? { accepted: true, call: command.call }
          : { accepted: false, reason: "noSuchCall" },
      });
      if (known) this.#abort(command.call, 16, "command");
      return;
    }
    const port = this.office.extensions.get(command.extension)?.port;
    const idle = port !== undefined && this.stationIdle(port);
    if (!idle) {
      const reason = port === undefined ? "noSuchExtension" : "extensionBusy";
      this.#reports.push({ kind: "answerCommand", answer: { accepted: false, reason } });
      return;
    }
    const call = this.nextCall;
    this.#reports.push({ kind: "answerCommand", answer: { accepted: true, call } });
    this.#enqueue({
      kind: "open",
      call,
      origin: { kind: "makeCall", port, number: command.number },
    });
  }

  #takeOffice(office: Office): void {
    this.#world.office = office;
    this.office = indexOf(office);
    addMachines(this.#world, this.now);
    removeMachines(this.#world);
    for (const alarm of [...this.#world.alarms]) {
      if (alarm.port !== null && !this.#configured(alarm.port)) {
        this.#alarm({ kind: "alarm", code: alarm.code, port: alarm.port, on: false });
      }
    }
    for (const { port } of this.#world.office.trunks) {
      if (this.#world.trunks[port]?.state.kind === "unplugged") {
        this.#alarm({ kind: "alarm", code: "trunkUnplugged", port, on: true });
      }
    }
  }

  #drain(): void {
    while (this.#next < this.#queue.length) {
      const message = this.#queue[this.#next];
      if (message === undefined) return;
      this.#next += 1;
      if (this.#next > MAX_MESSAGES) {
        const event = message.kind;
        this.#acts.push({ kind: "fault", machine: "switchboard", state: "draining", event });
        this.#queue.length = this.#next;
        return;
      }
      this.#deliver(message);
    }
  }

  #deliver(message: Message): void {
    switch (message.kind) {
      case "station":
        this.#orderStation(message.port, message.order);
        break;
      case "trunk":
        this.#orderTrunk(message.port, message.order);
        break;
      case "news":
        this.#stepCall(message.call, message.news);
        break;
      case "open":
        this.#openCall(message);
        break;
    }
  }

  /** An order reaches the phone only if it is still in that call; `ring` makes it so. */
  #orderStation(port: PortName, order: StationOrder): void {
    this.#reserved.delete(port);
    const state = this.#world.stations[port]?.state;
    if (order.kind === "ring" || callOf(state) === order.call) this.#stepStation(port, order);
  }

  #orderTrunk(port: PortName, order: TrunkOrder): void {
    this.#reserved.delete(port);
    const state = this.#world.trunks[port]?.state;
    const enters = order.kind === "seize" || order.kind === "open";
    if (enters || callOf(state) === order.call) this.#stepTrunk(port, order);
  }

  #stepStation(port: PortName, event: StationEvent): void {
    this.#world.stations[port] ??= newMachine<StationState>({ kind: "idle" }, this.now);
    const machine = this.#world.stations[port];
    const before = machine.state.kind;
    this.self = port;
    const outcome = step(stationTable, machine.state, event, this);
    this.#settle(`station:${port}`, machine, outcome, event, stationTable);
    if (machine.state.kind === "idle" && !this.#configured(port)) delete this.#world.stations[port];
    if (machine.state.kind !== "idle" || before === "idle") return;
    for (const call of this.#world.waiting) {
      this.#enqueue({ kind: "news", call, news: { kind: "phoneIdle", port } });
    }
  }

  #stepTrunk(port: PortName, event: TrunkEvent): void {
    this.#world.trunks[port] ??= newMachine<TrunkState>({ kind: "idle" }, this.now);
    const machine = this.#world.trunks[port];
    this.self = port;
    const outcome = step(trunkTable, machine.state, event, this);
    this.#settle(`trunk:${port}`, machine, outcome, event, trunkTable);
    if (machine.state.kind === "idle" && !this.#configured(port)) delete this.#world.trunks[port];
  }

  #openCall({ call, origin }: Extract<Message, { readonly kind: "open" }>): void {
    const name: MachineName = `call:${call}`;
    const opened = openCall(origin, call, this);
    const machine = newMachine(opened.state, this.now);
    this.#world.calls[`call:${call}`] = machine;
    const to = opened.state.kind;
    this.#touch(call);
    this.#steps.push({ machine: name, call, event: origin.kind, from: "null", to });
    for (const timer of callTable[to].timers ?? []) this.#startTimer(name, machine, timer);
    for (const effect of opened.effects) this.#perform(name, machine, effect);
    this.#tidyCall(call, machine);
  }

  #stepCall(id: CallId, news: CallNews): void {
    const machine = this.#world.calls[`call:${id}`];
    if (machine === undefined) return;
    const outcome = step(callTable, machine.state, news, this);
    this.#settle(`call:${id}`, machine, outcome, news, callTable);
    this.#tidyCall(id, machine);
  }

  /** Keeps the list of waiting calls; forgets an ended one. */
  #tidyCall(id: CallId, machine: Machine<CallState>): void {
    const { kind } = machine.state;
    const waits = this.#world.waiting.indexOf(id);
    if (kind === "waiting" && waits < 0) this.#world.waiting.push(id);
    else if (kind !== "waiting" && waits >= 0) this.#world.waiting.splice(waits, 1);
    if (kind === "ended") delete this.#world.calls[`call:${id}`];
  }

  /** Stores the new state, stops and starts timers, and sends every effect on its way. */
  #settle<S extends AnyState>(
    name: MachineName,
    machine: Machine<S>,
    outcome: Outcome<S, MachineEffect>,
    event: AnyEvent,
    table: { readonly [K in S["kind"]]: { readonly timers?: readonly TimerName[] } },
  ): void {
    if (outcome.kind === "stayed") return;
    if (outcome.kind === "fault") {
      this.#fault(name, machine.state, event);
      return;
    }
    const from = machine.state;
    const call = callOf(outcome.state) ?? callOf(from);
    this.#touch(call);
    this.#steps.push({
      machine: name,
      call,
      event: describe(event),
      from: from.kind,
      to: outcome.state.kind,
    });
    machine.state = outcome.state;
    if (from.kind !== outcome.state.kind) {
      machine.since = this.now;
      for (const timer in machine.timers) this.#stopTimer(name, machine, timer as TimerName);
      for (const timer of table[outcome.state.kind as S["kind"]].timers ?? []) {
        this.#startTimer(name, machine, timer);
      }
    }
    for (const effect of outcome.effects) this.#perform(name, machine, effect);
  }

  #perform(name: MachineName, machine: Machine<AnyState>, effect: MachineEffect): void {
    switch (effect.kind) {
      case "line":
        if (effect.command.kind === "release") this.#listen(effect.command.port, false);
        this.#acts.push(effect);
        return;
      case "start":
        this.#startTimer(name, machine, effect.timer);
        return;
      case "stop":
        this.#stopTimer(name, machine, effect.timer);
        return;
      case "alarm":
        this.#alarm(effect);
        return;
      case "cdr":
        this.#touch(effect.cdr.id);
        this.#reports.push(effect);
        return;
      case "callEvent":
        this.#touch(effect.call);
        this.#reports.push(effect);
        return;
      default:
        this.#enqueue(effect);
    }
  }

  #enqueue(message: Message): void {
    if (message.kind === "open") this.#world.nextCall = message.call + 1;
    if (message.kind === "station" && message.order.kind === "ring") {
      this.#reserved.add(message.port);
    }
    if (message.kind === "trunk") {
      const { kind } = message.order;
      if (kind === "seize" || kind === "open") this.#reserved.add(message.port);
    }
    this.#queue.push(message);
  }

  #startTimer(machineName: MachineName, machine: Machine<AnyState>, name: TimerName): void {
    this.#stopTimer(machineName, machine, name);
    const ms = timerMs(name, this.office.settings);
    if (ms <= 0) return;
    this.#world.generation += 1;
    const { generation } = this.#world;
    machine.timers[name] = generation;
    const timer: TimerKey = { machine: machineName, name };
    this.#acts.push({ kind: "startTimer", timer, generation, ms });
  }

  #stopTimer(machineName: MachineName, machine: Machine<AnyState>, name: TimerName): void {
    if (machine.timers[name] === undefined) return;
    delete machine.timers[name];
    this.#acts.push({ kind: "stopTimer", timer: { machine: machineName, name } });
  }

  /** Alarms are of configured ports; each is raised once and withdrawn once. */
  #alarm(effect: Extract<MachineEffect, { readonly kind: "alarm" }>): void {
    const { code, port, on } = effect;
    const known = this.#world.alarms.findIndex((a) => a.code === code && a.port === port);
    if (on === known >= 0) return;
    if (on && port !== null && !this.#configured(port)) return;
    if (on) this.#world.alarms.push({ code, port, since: this.now });
    else this.#world.alarms.splice(known, 1);
    this.#acts.push(effect);
  }

  #configured(port: PortName): boolean {
    return this.office.extensionAt.has(port) || this.office.trunkAt.has(port);
  }

  #fault(machine: MachineName, state: AnyState, event: AnyEvent): void {
    this.#acts.push({ kind: "fault", machine, state: state.kind, event: describe(event) });
    const concerned = new Set([callOf(state), "call" in event ? event.call : null]);
    for (const call of concerned) {
      if (call === null || this.#faulty.includes(call)) continue;
      this.#touch(call);
      this.#faulty.push(call);
      this.#abort(call, 41, "fault");
    }
  }

  #abort(call: CallId, cause: 16 | 41, by: "command" | "fault"): void {
    this.#enqueue({ kind: "news", call, news: { kind: "abort", cause, by } });
  }

  /** After a fault: no leg may believe in a call that does not know it. Looks at every port. */
  #sweep(): void {
    for (const call of this.#faulty) {
      const state = this.#world.calls[`call:${call}`]?.state;
      const known = state === undefined ? [] : portsOf(state);
      const stray = (port: PortName, leg: StationState | TrunkState | undefined): boolean =>
        callOf(leg) === call && !known.includes(port);
      for (const port of Object.keys(this.#world.stations) as PortName[]) {
        const leg = this.#world.stations[port]?.state;
        // These hear their tone already and know no way but on-hook.
        if (!stray(port, leg) || leg?.kind === "failed" || leg?.kind === "howling") continue;
        this.#enqueue({ kind: "station", port, order: { kind: "fail", call, tone: "congestion" } });
      }
      for (const port of Object.keys(this.#world.trunks) as PortName[]) {
        if (!stray(port, this.#world.trunks[port]?.state)) continue;
        this.#enqueue({ kind: "trunk", port, order: { kind: "release", call } });
      }
    }
    this.#drain();
  }

  #touch(call: CallId | null): void {
    if (call !== null && !this.#calls.includes(call)) this.#calls.push(call);
  }

  #machine(name: MachineName): Machine<AnyState> | undefined {
    const [kind, rest] = splitName(name);
    if (kind === "station") return this.#world.stations[rest as PortName];
    if (kind === "trunk") return this.#world.trunks[rest as PortName];
    return this.#world.calls[`call:${Number(rest)}`];
  }
}
