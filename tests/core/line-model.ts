// What the copper would look like after the commands so far, and what must never be true of it.
import type { Effect } from "../../src/core/effect.ts";
import type { PortName } from "../../src/core/line.ts";

interface Port {
  offHook: boolean;
  ringing: boolean;
  seized: boolean;
  tone: boolean;
  playing: boolean;
  bridge: number | null;
  recording: boolean;
}

export class LineModel {
  readonly ports = new Map<PortName, Port>();
  readonly timers = new Set<string>();
  /** Rows by call: how often inserted or updated, how often closed. */
  readonly rows = new Map<number, { updates: number; closed: number }>();
  readonly wrong: string[] = [];

  port(name: PortName): Port {
    let port = this.ports.get(name);
    if (port === undefined) {
      port = {
        offHook: false,
        ringing: false,
        seized: false,
        tone: false,
        playing: false,
        bridge: null,
        recording: false,
      };
      this.ports.set(name, port);
    }
    return port;
  }

  hook(name: PortName, offHook: boolean): void {
    this.port(name).offHook = offHook;
  }

  /** Performs the effects of a turn, noting every contradiction. */
  perform(effects: readonly Effect[]): void {
    for (const effect of effects) this.#effect(effect);
    for (const [name, port] of this.ports) {
      if (port.ringing && port.offHook) this.wrong.push(`${name} rings off-hook`);
    }
  }

  #expect(right: boolean, what: string): void {
    if (!right) this.wrong.push(what);
  }

  #effect(e: Effect): void {
    switch (e.kind) {
      case "fault":
        this.wrong.push(`fault ${e.machine} ${e.state} ${e.event}`);
        break;
      case "startTimer": {
        const key = `${e.timer.machine}/${e.timer.name}`;
        this.#expect(!this.timers.has(key), `${key} started twice`);
        this.timers.add(key);
        break;
      }
      case "stopTimer": {
        const key = `${e.timer.machine}/${e.timer.name}`;
        this.#expect(this.timers.delete(key), `${key} stopped but not running`);
        break;
      }
      case "cdr": {
        const row = this.rows.get(e.cdr.id) ?? { updates: 0, closed: 0 };
        this.#expect(row.closed === 0, `call ${e.cdr.id} written after its end`);
        row.updates += 1;
        if (e.cdr.endedAt !== null) row.closed += 1;
        this.rows.set(e.cdr.id, row);
        break;
      }
      case "line":
        this.#command(e.command);
        break;
      default:
    }
  }

  #command(c: Extract<Effect, { readonly kind: "line" }>["command"]): void {
    const port = this.port(c.port);
    switch (c.kind) {
      case "ring":
      case "ringOff":
        this.#expect(port.ringing === (c.kind === "ringOff"), `${c.kind} ${c.port} again`);
        port.ringing = c.kind === "ring";
        break;
      case "seize":
      case "release":
        this.#expect(port.seized === (c.kind === "release"), `${c.kind} ${c.port} again`);
        if (c.kind === "release") {
          this.#expect(port.bridge === null, `${c.port} released in a bridge`);
          this.#expect(!port.tone && !port.playing, `${c.port} released with a sound`);
        }
        port.seized = c.kind === "seize";
        break;
      case "tone":
        this.#expect(port.bridge === null, `tone into ${c.port}'s bridge`);
        port.tone = true;
        break;
      case "toneOff":
        this.#expect(port.tone, `toneOff ${c.port} without a tone`);
        port.tone = false;
        break;
      case "play":
        this.#expect(!port.tone && port.bridge === null, `play ${c.port} over something`);
        port.playing = true;
        break;
      case "stopPlay":
        port.playing = false;
        break;
      case "join":
        this.#expect(port.bridge === null, `${c.port} joins twice`);
        this.#expect(!port.tone && !port.playing, `${c.port} joins with a sound`);
        port.bridge = c.bridge;
        break;
      case "leave":
        this.#expect(port.bridge !== null, `${c.port} leaves no bridge`);
        port.bridge = null;
        break;
      case "record":
      case "stopRecord":
        this.#expect(port.recording === (c.kind === "stopRecord"), `${c.kind} ${c.port} again`);
        port.recording = c.kind === "record";
        break;
      case "dial":
        this.#expect(port.seized, `dial on ${c.port} which is on-hook`);
        break;
    }
  }

  /** What a quiet box must not have. */
  leftovers(): readonly string[] {
    const left = [...this.timers].map((t) => `timer ${t}`);
    for (const [name, p] of this.ports) {
      if (p.ringing || p.seized || p.tone || p.bridge !== null || p.recording) {
        left.push(`${name} ${JSON.stringify(p)}`);
      }
    }
    for (const [id, row] of this.rows) {
      if (row.closed !== 1) left.push(`call ${id} closed ${row.closed} times`);
    }
    return left;
  }
}
