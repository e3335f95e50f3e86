// Scenarios: actors and verbs, expectations, no internals. Time passes only where a scenario says
// so (dialling takes its time); line events arrive at once. Every scenario also runs under the
// simulation's checkers and ends by everybody hanging up and everything settling.
import { test } from "bun:test";
import type { Cdr } from "../../src/core/cdr.ts";
import type { AlarmCode, CallCommand, CallId, CommandAnswer, Turn } from "../../src/core/effect.ts";
import type { CallerId, Digit } from "../../src/core/line.ts";
import type { Office } from "../../src/core/office.ts";
import { Checkers } from "../sim/checkers.ts";
import { VirtualClock } from "./clock.ts";
import { Exchange, type ExchangeManners } from "./exchange.ts";
import { compareGolden } from "./golden.ts";
import { changeOffice, demoOffice, type OfficeChange } from "./offices.ts";
import { cdrsOf, SimulatedBox } from "./simulated-box.ts";
import { heardOn, Telephone } from "./telephone.ts";

/** A scenario's time between two keys, and what it allows at the end for everything to settle. */
const keyMs = 200;
const settleMs = 300_000;

export interface Duration {
  readonly ms?: number;
  readonly s?: number;
}

export interface ScenarioOptions {
  readonly office?: OfficeChange;
  /** Telephones of the office, 801 upwards; 8 unless told. */
  readonly stations?: number;
  /** Compares the ladder of the whole scenario with tests/golden/<name>.trace. */
  readonly golden?: string;
}

export function scenario(
  title: string,
  options: ScenarioOptions,
  play: (stage: Stage) => void,
): void {
  test(title, () => {
    const stage = new Stage(changeOffice(demoOffice(options.stations), options.office ?? {}));
    play(stage);
    if (options.golden !== undefined) compareGolden(options.golden, stage.turns);
    stage.everybodyLeaves();
  });
}

/** Everything a scenario can hold in its hands; methods are bound: it can be taken apart. */
export class Stage {
  readonly turns: Turn[] = [];
  readonly cdrs: Cdr[] = [];
  readonly #clock = new VirtualClock();
  readonly #box: SimulatedBox;
  readonly #checkers: Checkers;
  readonly #stations = new Map<string, Station>();
  readonly #lines = new Map<string, Line>();
  readonly #alarms = new Set<string>();

  constructor(office: Office) {
    this.#box = new SimulatedBox(office, this.#clock);
    this.#checkers = new Checkers(this.#box);
    this.#box.listeners.push({
      received: () => {},
      effect: (effect) => {
        if (effect.kind !== "alarm") return;
        if (effect.on) this.#alarms.add(`${effect.code} ${effect.port}`);
        else this.#alarms.delete(`${effect.code} ${effect.port}`);
      },
      turned: (turn) => {
        this.turns.push(turn);
        this.cdrs.push(...cdrsOf(turn).filter((cdr) => cdr.endedAt !== null));
      },
    });
    for (const { number, port } of office.extensions) {
      const telephone = new Telephone(this.#box.card, port);
      this.#stations.set(number, new Station(number, telephone, this.#clock));
    }
    for (const { id, port } of office.trunks) {
      this.#lines.set(id, new Line(id, new Exchange(this.#box.card, this.#clock, port)));
    }
  }

  readonly clock = {
    advance: ({ ms = 0, s = 0 }: Duration): void => this.#clock.advance(ms + s * 1000),
    now: (): number => this.#clock.now(),
  };

  readonly station = (number: number): Station => found(this.#stations, String(number));

  readonly exchange = (trunk: string, manners: Partial<ExchangeManners> = {}): Line => {
    const line = found(this.#lines, trunk);
    Object.assign(line.far.manners, manners);
    return line;
  };

  readonly office = {
    /** A new configuration, live. */
    change: (change: OfficeChange): void =>
      this.#box.configure(changeOffice(this.#box.office, change)),
    command: (command: CallCommand): CommandAnswer | null => this.#box.command(command),
    liveCalls: (): readonly CallId[] => this.#box.snapshot().calls.map((call) => call.id),
  };

  readonly expect = Object.assign(
    (actor: Station | Line): Expectations => new Expectations(actor, this.#box),
    {
      /** The call that ended last has these fields. */
      cdr: (fields: Partial<Cdr>): void => {
        const cdr = this.cdrs.at(-1);
        if (cdr === undefined) throw new Error("no call has ended");
        for (const [name, value] of Object.entries(fields)) {
          same(`CDR ${name}`, cdr[name as keyof Cdr], value);
        }
      },
      cdrs: (count: number): void => same("calls ended", this.cdrs.length, count),
      alarm: (code: AlarmCode, port: string | null, on = true): void =>
        same(`alarm ${code}`, this.#alarms.has(`${code} ${port}`), on),
      equal: same,
    },
  );

  everybodyLeaves(): void {
    for (const { far } of this.#lines.values()) {
      far.plugsIn();
      far.hangsUp("busyTone");
    }
    for (const { telephone } of this.#stations.values()) telephone.hangUp();
    this.#clock.advance(settleMs);
    this.#checkers.settled();
  }
}

/** Somebody at a telephone of the office. */
export class Station {
  constructor(
    readonly number: string,
    readonly telephone: Telephone,
    readonly clock: VirtualClock,
  ) {}

  offHook(): void {
    this.telephone.lift();
  }

  onHook(): void {
    this.telephone.hangUp();
  }

  flash(ms = 300): void {
    this.telephone.flash(ms);
  }

  /** @param by  `pulse`: a rotary telephone, whose pulses nobody else on the line hears */
  dials(digits: string, by: "dtmf" | "pulse" = "dtmf"): void {
    for (const digit of digits) {
      this.telephone.press(digit as Digit, by);
      this.clock.advance(keyMs);
    }
  }
}

/** Everybody behind one outside line: the exchange and whoever speaks through it. */
export class Line {
  constructor(
    readonly id: string,
    readonly far: Exchange,
  ) {}

  /** A caller outside; `null`: the exchange sends no identity. */
  rings(number: string | null, name = ""): void {
    const fine = this.far.rings(callerOf(number, name));
    if (!fine) throw new Error(`${this.id} is not free to ring`);
  }

  /** The line is given to a caller; its first ring comes later. */
  ringsSoon(number: string | null, inMs: number): void {
    this.far.ringsSoon(callerOf(number, ""), inMs);
  }

  /** As above, and the first ring begins just as the box seizes the line. */
  clashes(number: string | null): void {
    this.far.ringsSoon(callerOf(number, ""), 4_000, true);
  }

  dials(digits: string): void {
    for (const digit of digits) this.far.presses(digit as Digit);
  }
}

export class Expectations {
  readonly #actor: Station | Line;
  readonly #box: SimulatedBox;

  constructor(actor: Station | Line, box: SimulatedBox) {
    this.#actor = actor;
    this.#box = box;
  }

  hears(what: string): void {
    same(`${this.#name} hears`, this.#heard, what);
  }

  hearsAnyOf(...what: readonly string[]): void {
    if (!what.includes(this.#heard)) same(`${this.#name} hears`, this.#heard, what.join(" or "));
  }

  rings(callerNumber?: string): void {
    same(`${this.#name} rings`, this.#port.ringing, true);
    if (callerNumber === undefined || !(this.#actor instanceof Station)) return;
    same(`${this.#name} shows`, this.#actor.telephone.callerId?.number ?? null, callerNumber);
  }

  isQuiet(): void {
    same(`${this.#name} rings`, this.#port.ringing, false);
  }

  talksTo(other: Station | Line): void {
    const port = portOf(other);
    same(`${this.#name} shares a bridge`, this.#port.bridge !== null, true);
    same(`${this.#name} is in the bridge of ${nameOf(other)}`, this.#port.bridge, port.bridge);
    same(`tone at ${this.#name}`, this.#port.tone, null);
    same(`tone at ${nameOf(other)}`, port.tone, null);
  }

  talksToNobody(): void {
    same(`${this.#name} is in a bridge`, this.#port.bridge, null);
  }

  isSeized(): void {
    same(`${this.#name} seized`, this.#port.offHook, true);
  }

  isReleased(): void {
    same(`${this.#name} seized`, this.#port.offHook, false);
  }

  received(digits: string): void {
    if (!(this.#actor instanceof Line)) throw new Error("only an exchange receives digits");
    same(`${this.#name} received`, this.#actor.far.received, digits);
  }

  isRecorded(recorded = true): void {
    same(`${this.#name} recorded`, this.#port.recording !== null, recorded);
  }

  get #port() {
    return portOf(this.#actor);
  }

  get #name(): string {
    return nameOf(this.#actor);
  }

  get #heard(): string {
    return heardOn(this.#port, this.#box.card);
  }
}

function portOf(actor: Station | Line) {
  return actor instanceof Station ? actor.telephone.port : actor.far.port;
}

function nameOf(actor: Station | Line): string {
  return actor instanceof Station ? actor.number : actor.id;
}

function callerOf(number: string | null, name: string): CallerId | null {
  return number === null ? null : { number, name, presentation: "allowed", form: "bell202" };
}

function found<T>(map: ReadonlyMap<string, T>, key: string): T {
  const value = map.get(key);
  if (value === undefined) throw new Error(`no actor ${key}`);
  return value;
}

function same(what: string, seen: unknown, wanted: unknown): void {
  if (seen !== wanted) throw new Error(`${what}: ${String(seen)}, expected ${String(wanted)}`);
}
