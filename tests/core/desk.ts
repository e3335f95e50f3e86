// Call control on a desk: a world, a clock that moves only when told, and people who press keys.
import type { Cdr } from "../../src/core/cdr.ts";
import type { CallCommand, Effect, Input, Turn } from "../../src/core/effect.ts";
import type { Digit, LineSignal, PortName } from "../../src/core/line.ts";
import type { Extension, Office, OfficeSettings, Trunk } from "../../src/core/office.ts";
import { createWorld, snapshotOf, turn, type World } from "../../src/core/switchboard.ts";

export const settings: OfficeSettings = {
  country: "cn",
  accessPrefix: "9",
  operatorExtension: "801",
  ringSeconds: 30,
  firstDigitSeconds: 15,
  interDigitSeconds: 5,
  busyToneSeconds: 30,
  howlerSeconds: 30,
  silenceReleaseSeconds: 60,
  dialToneWaitSeconds: 4,
  callerIdWaitSeconds: 4,
  greetingRounds: 2,
  recordCalls: true,
};

export function extension(n: number, more: Partial<Extension> = {}): Extension {
  const number = String(800 + n);
  const port: PortName = `fxs/${n}`;
  return { number, name: `Phone ${n}`, port, directTrunk: null, groups: ["800"], ...more };
}

export function trunk(n: number, more: Partial<Trunk> = {}): Trunk {
  const port: PortName = `fxo/${n}`;
  const none = { directExtension: null, group: null, linePrefix: "" };
  return { id: `line${n}`, name: `Line ${n}`, port, ...none, ...more };
}

export function office(more: Partial<Office> = {}, set: Partial<OfficeSettings> = {}): Office {
  return {
    settings: { ...settings, ...set },
    extensions: [1, 2, 3, 4].map((n) => extension(n)),
    trunks: [1, 2].map((n) => trunk(n)),
    groups: [{ number: "800", name: "All" }],
    ...more,
  };
}

export class Desk {
  world: World;
  now = 1_000_000;
  readonly turns: Turn[] = [];
  readonly #timers = new Map<string, { at: number; generation: number }>();

  constructor(of: Office = office(), firstCall = 1) {
    this.world = createWorld(of, firstCall);
  }

  input(input: Input): readonly Effect[] {
    const result = turn(this.world, input);
    this.world = result.world;
    this.turns.push(result.turn);
    for (const effect of result.turn.effects) {
      if (effect.kind === "startTimer") {
        const { timer, generation, ms } = effect;
        this.#timers.set(`${timer.machine}/${timer.name}`, { at: this.now + ms, generation });
      } else if (effect.kind === "stopTimer") {
        this.#timers.delete(`${effect.timer.machine}/${effect.timer.name}`);
      }
    }
    return result.turn.effects;
  }

  line(port: PortName, signal: LineSignal): readonly Effect[] {
    return this.input({ kind: "line", event: { at: this.now, port, ...signal } });
  }

  command(command: CallCommand): readonly Effect[] {
    return this.input({ kind: "command", at: this.now, command });
  }

  configure(of: Office): readonly Effect[] {
    return this.input({ kind: "office", at: this.now, office: of });
  }

  /** Timers running now, by `machine/name`. */
  timers(): readonly string[] {
    return [...this.#timers.keys()].sort();
  }

  /** Lets time pass; timers expire at their time, in order. */
  pass(seconds: number): readonly Effect[] {
    const until = this.now + seconds * 1_000;
    const effects: Effect[] = [];
    for (;;) {
      const due = [...this.#timers].filter(([, t]) => t.at <= until).sort(byTime)[0];
      if (due === undefined) break;
      const [key, { at, generation }] = due;
      this.#timers.delete(key);
      this.now = at;
      const slash = key.lastIndexOf("/");
      const machine = key.slice(0, slash) as `call:${number}`;
      const timer = { machine, name: key.slice(slash + 1) };
      effects.push(...this.input({ kind: "expired", at, timer, generation }));
    }
    this.now = until;
    return effects;
  }

  lift(n: number) {
    return this.line(`fxs/${n}`, { kind: "offHook" });
  }

  hang(n: number) {
    return this.line(`fxs/${n}`, { kind: "onHook" });
  }

  dial(n: number, digits: string, by: "dtmf" | "pulse" = "dtmf") {
    return this.keys(`fxs/${n}`, digits, by);
  }

  keys(port: PortName, digits: string, by: "dtmf" | "pulse" = "dtmf"): readonly Effect[] {
    return [...digits].flatMap((digit) => {
      this.now += 100;
      return this.line(port, { kind: "digit", digit: digit as Digit, by });
    });
  }

  snapshot() {
    return snapshotOf(this.world, 1, this.now);
  }

  state(port: PortName): string | undefined {
    return (this.world.stations[port] ?? this.world.trunks[port])?.state.kind;
  }

  callStates(): readonly string[] {
    return Object.values(this.world.calls).map((c) => c.state.kind);
  }

  /** Every effect since the beginning. */
  effects(): readonly Effect[] {
    return this.turns.flatMap((t) => t.effects);
  }

  /** Closing CDRs so far. */
  closed(): readonly Cdr[] {
    return cdrs(this.effects()).filter((c) => c.endedAt !== null);
  }

  faults(): readonly Effect[] {
    return this.effects().filter((e) => e.kind === "fault");
  }
}

const byTime = (
  [, a]: [string, { at: number; generation: number }],
  [, b]: [string, { at: number; generation: number }],
): number => a.at - b.at || a.generation - b.generation;

export const cdrs = (effects: readonly Effect[]): readonly Cdr[] =>
  effects.flatMap((e) => (e.kind === "cdr" ? [e.cdr] : []));

/** Effects as short words, in order: `ring fxs/2`, `tone fxs/1 dial`, `established fxs/2`. */
export function told(effects: readonly Effect[]): readonly string[] {
  return effects.flatMap((e) => {
    switch (e.kind) {
      case "line": {
        const { command: c } = e;
        const more =
          c.kind === "tone"
            ? ` ${c.tone}`
            : c.kind === "dial"
              ? ` ${c.digits}`
              : c.kind === "play"
                ? ` ${c.clips.join("+")}`
                : c.kind === "join"
                  ? ` ${c.bridge}`
                  : c.kind === "record"
                    ? ` ${c.recording}`
                    : "";
        return [`${c.kind} ${c.port}${more}`];
      }
      case "callEvent":
        return [`${e.event}${e.port === null ? "" : ` ${e.port}`}`];
      case "alarm":
        return [`alarm ${e.code} ${e.on ? "on" : "off"}`];
      case "fault":
        return [`fault ${e.machine} ${e.state} ${e.event}`];
      default:
        return [];
    }
  });
}
