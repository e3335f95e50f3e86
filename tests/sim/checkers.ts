// What must hold whatever happens, checked after every turn from the outside: effects performed,
// the card's own state, and the published snapshot. Nothing here knows a state machine.
import type { Cdr } from "../../src/core/cdr.ts";
import type { Effect, Input, Turn } from "../../src/core/effect.ts";
import type { LineCommand, PortName, ToneName } from "../../src/core/line.ts";
import type { PortSnapshot, Snapshot } from "../../src/core/snapshot.ts";
import type { Port } from "../support/card.ts";
import type { BoxListener, SimulatedBox } from "../support/simulated-box.ts";
import { CallRecords } from "./call-records.ts";
import { CheckFailure } from "./check-failure.ts";

/** Tones that a conversation may carry; any other one drowns it. */
const tonesInTalk: readonly ToneName[] = ["callWaiting", "confirmation", "record"];

export class Checkers implements BoxListener {
  readonly records = new CallRecords();
  /** Checks made, so that a run can show that it looked. */
  made = 0;
  readonly #box: SimulatedBox;
  readonly #alarms = new Set<string>();
  /** Ports that call control has been told are off-hook. */
  readonly #toldOffHook = new Set<PortName>();
  /** Timers started in the turn under way. */
  readonly #started = new Set<string>();
  /** When speech on a port was last heard to end; infinite while it goes on. */
  readonly #voiceUntil = new Map<PortName, number>();
  #shortestSilenceMs: number;

  constructor(box: SimulatedBox) {
    this.#box = box;
    this.#shortestSilenceMs = box.office.settings.silenceReleaseSeconds * 1000;
    box.listeners.push(this);
  }

  received(input: Input): void {
    if (input.kind === "office") {
      const { silenceReleaseSeconds } = input.office.settings;
      this.#shortestSilenceMs = Math.min(this.#shortestSilenceMs, silenceReleaseSeconds * 1000);
    }
    if (input.kind !== "line") return;
    const { port, kind, at } = input.event;
    if (kind === "offHook") this.#toldOffHook.add(port);
    else if (kind === "onHook") {
      this.#toldOffHook.delete(port);
      this.#voiceUntil.delete(port);
    } else if (kind === "voice") this.#voiceUntil.set(port, Number.POSITIVE_INFINITY);
    else if (kind === "silence" && this.#voiceUntil.get(port) === Number.POSITIVE_INFINITY) {
      this.#voiceUntil.set(port, at);
    }
  }

  effect(effect: Effect): void {
    switch (effect.kind) {
      case "fault":
        throw new CheckFailure("no fault", `${effect.machine} in ${effect.state}: ${effect.event}`);
      case "line":
        this.#line(effect.command);
        return;
      case "startTimer":
        if (!(effect.ms > 0 && Number.isFinite(effect.ms))) {
          throw new CheckFailure("timers run forward", `${effect.timer.name}: ${effect.ms} ms`);
        }
        this.#started.add(`${effect.timer.machine}/${effect.timer.name}`);
        return;
      case "cdr":
        if (effect.cdr.releasedBy === "silence") this.#silence(effect.cdr);
        this.records.row(effect.cdr);
        return;
      case "callEvent":
        this.records.event(effect.call, effect.event);
        return;
      case "alarm": {
        const key = `${effect.code} ${effect.port}`;
        if (effect.on) this.#alarms.add(key);
        else this.#alarms.delete(key);
        return;
      }
      case "stopTimer":
      case "answerCommand":
        return;
      default:
        effect satisfies never;
    }
  }

  turned(turn: Turn): void {
    if (turn.effects.length === 0 && turn.steps.length === 0) return;
    this.made += 1;
    this.#order(turn);
    this.#reason(turn);
    this.records.turned();
    const snapshot = this.#box.snapshot();
    const states = new Map(snapshot.ports.map((port) => [port.port, port]));
    this.#membership(snapshot, states);
    this.#bridges(snapshot, states);
    for (const port of this.#box.card.ports) this.#media(port, states.get(port.name));
    this.#timers(turn, snapshot);
    this.records.compare(snapshot.calls);
  }

  /** After everybody has hung up and every fault is healed. */
  settled(): void {
    const snapshot = this.#box.snapshot();
    for (const { port, state } of snapshot.ports) {
      if (state !== "idle") throw new CheckFailure("quiet: ports idle", `${port} is ${state}`);
    }
    for (const port of this.#box.card.ports) this.#media(port, undefined);
    const [timer] = this.#box.timers.values();
    if (timer !== undefined) {
      throw new CheckFailure("quiet: no timer", `${timer.machine}/${timer.name} runs`);
    }
    const [call] = snapshot.calls;
    if (call !== undefined) throw new CheckFailure("quiet: no call", `call is ${call.state}`);
    const [alarm] = this.#alarms;
    if (alarm !== undefined) throw new CheckFailure("quiet: no alarm", `${alarm} stands`);
    this.records.settled();
  }

  /** The process was restarted: what it knew is gone, the telephones are as they were. */
  restarted(): void {
    this.records.restarted();
    this.#toldOffHook.clear();
    this.#alarms.clear();
    this.#voiceUntil.clear();
  }

  #line(command: LineCommand): void {
    const port = this.#box.card.port(command.port);
    if (command.kind === "ring") {
      if (this.#toldOffHook.has(command.port)) {
        throw new CheckFailure("no ring off-hook", `${command.port} is rung off-hook`);
      }
      if (!port.isStation) throw new CheckFailure("no ring on trunks", command.port);
    } else if (command.kind === "join" && port.bridge !== null) {
      throw new CheckFailure("one bridge per leg", `${command.port} joins a second bridge`);
    } else if (command.kind === "record" && port.recording !== null) {
      throw new CheckFailure("slots", `${command.port} is recorded twice`);
    } else if ((command.kind === "seize" || command.kind === "release") && port.isStation) {
      throw new CheckFailure("loops belong to trunks", command.port);
    } else if (command.kind === "seize") this.#voiceUntil.delete(command.port);
    else if (command.kind === "record") this.records.recording(command.recording);
  }

  /** Order is meaning: stop ringing, then connect audio, then report answered. */
  #order(turn: Turn): void {
    let stage = 0;
    for (const effect of turn.effects) {
      const at = stageOf(effect);
      if (at !== 0 && at < stage) {
        throw new CheckFailure("order at answer", "ringOff, then join, then established");
      }
      stage = Math.max(stage, at);
    }
  }

  /** Speech, music and ringback never release a trunk. */
  #reason(turn: Turn): void {
    const { input } = turn;
    const heard = input.kind === "line" ? input.event : null;
    const innocent =
      heard !== null &&
      (heard.kind === "voice" ||
        heard.kind === "toneStopped" ||
        (heard.kind === "tone" && heard.tone === "ringback") ||
        (heard.kind === "digit" && heard.port.startsWith("fxo/")));
    for (const effect of turn.effects) {
      if (effect.kind !== "line" || effect.command.kind !== "release") continue;
      if (innocent && heard?.port === effect.command.port) {
        throw new CheckFailure(
          "no release by speech",
          `${heard.kind} on ${heard.port} released it`,
        );
      }
    }
  }

  /** Silence releases a trunk only after its full time. */
  #silence(cdr: Cdr): void {
    const { office, clock } = this.#box;
    const trunk = office.trunks.find((t) => t.id === cdr.trunk);
    const extension = office.extensions.find((e) => e.number === cdr.extension);
    for (const port of [trunk?.port, extension?.port]) {
      const until = port === undefined ? undefined : this.#voiceUntil.get(port);
      if (until !== undefined && clock.now() - until < this.#shortestSilenceMs - 1) {
        throw new CheckFailure("no release by speech", `${cdr.trunk} was released as silent`);
      }
    }
  }

  #membership(snapshot: Snapshot, states: ReadonlyMap<PortName, PortSnapshot>): void {
    const owner = new Map<PortName, number>();
    for (const call of snapshot.calls) {
      for (const port of call.ports) {
        if (owner.has(port)) throw new CheckFailure("one call per port", `${port} is in two calls`);
        owner.set(port, call.id);
      }
    }
    for (const { port, call, state } of states.values()) {
      if (call !== null && owner.get(port) !== call) {
        throw new CheckFailure("one call per port", `${port} says ${call}, the call does not`);
      }
      const claimsOne = state === "connected" || state === "dialling" || state === "waiting";
      if (call === null && claimsOne && port.startsWith("fxo/")) {
        throw new CheckFailure("no orphans", `${port} is ${state} in no call`);
      }
      if (call === null && owner.has(port)) {
        throw new CheckFailure("one call per port", `${port} is ${state} and still in a call`);
      }
    }
  }

  #bridges(snapshot: Snapshot, states: ReadonlyMap<PortName, PortSnapshot>): void {
    const members = new Map<number, Port[]>();
    for (const port of this.#box.card.ports) {
      if (port.bridge === null) continue;
      const list = members.get(port.bridge);
      if (list === undefined) members.set(port.bridge, [port]);
      else list.push(port);
    }
    for (const ports of members.values()) {
      const calls = new Set(ports.map((port) => states.get(port.name)?.call ?? null));
      const names = ports.map((port) => port.name).join(", ");
      if (ports.length < 2) throw new CheckFailure("bridges", `${names} is alone in a bridge`);
      if (calls.size > 1) throw new CheckFailure("bridges", `${names} share one across calls`);
    }
    for (const call of snapshot.calls) {
      if (call.state !== "established") continue;
      const bridges = new Set(call.ports.map((name) => this.#box.card.port(name).bridge));
      if (bridges.size !== 1 || bridges.has(null) || call.ports.length < 2) {
        throw new CheckFailure("bridges", `established call of ${call.ports} is not in one bridge`);
      }
    }
  }

  #media(port: Port, state: PortSnapshot | undefined): void {
    const { name } = port;
    if (port.ringing && this.#toldOffHook.has(name)) {
      throw new CheckFailure("no ring off-hook", `${name} is off-hook and still rings`);
    }
    if (port.bridge !== null && port.tone !== null && !tonesInTalk.includes(port.tone)) {
      throw new CheckFailure("clean speech", `${name} talks and hears ${port.tone}`);
    }
    if (port.bridge !== null && port.play !== null) {
      throw new CheckFailure("clean speech", `${name} talks and hears ${port.play.clips}`);
    }
    if (state?.state === "ringing" && port.isStation && !port.ringing) {
      throw new CheckFailure("ringing means ringing", `${name} has no ringing voltage`);
    }
    const busy = state !== undefined && state.state !== "idle" && state.state !== "unplugged";
    if (busy) return;
    const taken = slotsOf(port);
    if (taken !== "") throw new CheckFailure("slots", `${name} is idle and has ${taken}`);
  }

  /** A state owns its timers: when a machine moves on, only what it started then may run. */
  #timers(turn: Turn, snapshot: Snapshot): void {
    const moved = new Set<string>();
    for (const { machine, from, to } of turn.steps) if (from !== to) moved.add(machine);
    for (const [key, { machine, name }] of this.#box.timers) {
      const isCall = machine.startsWith("call:");
      const isGone = isCall && !snapshot.calls.some(({ id }) => machine === `call:${id}`);
      if (isGone || (moved.has(machine) && !this.#started.has(key))) {
        throw new CheckFailure("timers die with states", `${machine.split(":")[0]}: ${name}`);
      }
    }
    this.#started.clear();
  }
}

/** 1 stop ringing, 2 connect audio, 3 report; 0 anything else. */
function stageOf(effect: Effect): number {
  if (effect.kind === "line") {
    if (effect.command.kind === "ringOff") return 1;
    if (effect.command.kind === "join") return 2;
  }
  return effect.kind === "callEvent" && effect.event === "established" ? 3 : 0;
}

function slotsOf(port: Port): string {
  return [
    port.ringing ? "ringing" : "",
    port.tone === null ? "" : `tone ${port.tone}`,
    port.play === null ? "" : `player ${port.play.clips}`,
    port.bridge === null ? "" : "a bridge",
    port.recording === null ? "" : "a recorder",
    !port.isStation && port.offHook ? "its loop closed" : "",
  ]
    .filter((slot) => slot !== "")
    .join(", ");
}
