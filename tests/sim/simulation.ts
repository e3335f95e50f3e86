// The whole box, simulated: a seed draws the world, people use it while things go wrong (safety
// phase), then everybody leaves, faults heal, and everything must settle (quiet phase).
import type { Input, Turn } from "../../src/core/effect.ts";
import { printLadder } from "../../src/core/ladder.ts";
import { replay } from "../../src/core/replay.ts";
import type { World } from "../../src/core/switchboard.ts";
import { VirtualClock } from "../support/clock.ts";
import { Exchange } from "../support/exchange.ts";
import { Random } from "../support/random.ts";
import { type BoxOptions, cdrsOf, SimulatedBox } from "../support/simulated-box.ts";
import { Telephone } from "../support/telephone.ts";
import type { Canary } from "./canaries.ts";
import { Carrier } from "./carrier.ts";
import { CheckFailure } from "./check-failure.ts";
import { Checkers } from "./checkers.ts";
import { drawChange, drawEnvironment, type Environment, printEnvironment } from "./environment.ts";
import { MemoryLog } from "./memory-log.ts";
import { Clerk, Outsider } from "./people.ts";

/** Turns kept for the ladder of a failure. */
const keptTurns = 400;
const keptLines = 60;
/** Every so many turns the journal since the last checkpoint is replayed. */
const replayEvery = 5_000;
const replayTurns = 50;
/** A world in which nothing happens for this long has died. */
const idleWorldMs = 48 * 3_600_000;

export interface SimulationOptions {
  readonly seed: number;
  /** Calls to be closed before the quiet phase. */
  readonly calls: number;
  /** A deliberately broken build. */
  readonly canary?: Canary;
}

export interface SimulationReport {
  readonly seed: number;
  readonly environment: string;
  readonly calls: number;
  readonly kinds: Readonly<Record<string, number>>;
  readonly interrupted: number;
  readonly turns: number;
  readonly checks: number;
  readonly restarts: number;
  readonly virtualMs: number;
  /** Of all effects, in order: two runs of a seed are the same run. */
  readonly fingerprint: number;
}

/** A rule was broken: which seed shows it, and the last lines of the ladder. */
export class SimulationFailure extends Error {
  constructor(
    readonly seed: number,
    readonly rule: string,
    message: string,
  ) {
    super(message);
    this.name = "SimulationFailure";
  }
}

/** @throws SimulationFailure */
export function runSimulation(options: SimulationOptions): SimulationReport {
  const simulation = new Simulation(options);
  try {
    simulation.safetyPhase();
    simulation.quietPhase();
  } catch (cause) {
    throw simulation.explain(cause);
  }
  return simulation.report();
}

class Simulation {
  readonly #seed: number;
  readonly #calls: number;
  readonly #random: Random;
  readonly #environment: Environment;
  readonly #clock = new VirtualClock();
  readonly #started = this.#clock.now();
  readonly #carrier: Carrier;
  readonly #box: SimulatedBox;
  readonly #checkers: Checkers;
  readonly #log: MemoryLog;
  readonly #people: (Clerk | Outsider)[] = [];
  readonly #exchanges: Exchange[] = [];
  readonly #lastTurns: Turn[] = [];
  #segment: { readonly world: World; readonly turns: Turn[] } | null = null;
  #turns = 0;
  #restarts = 0;
  #fingerprint = 0;
  #isQuiet = false;
  /** A canary spoils what call control said: that it does not replay proves nothing. */
  readonly #isCanary: boolean;

  constructor({ seed, calls, canary }: SimulationOptions) {
    this.#seed = seed;
    this.#isCanary = canary !== undefined;
    this.#calls = calls;
    this.#random = new Random(seed);
    this.#environment = drawEnvironment(this.#random);
    const { office, storeDelayMs } = this.#environment;
    this.#carrier = new Carrier(this.#clock, this.#random, this.#environment);
    const options: BoxOptions = {
      carry: (event, deliver) => this.#carrier.carry(event, deliver),
      ...canary?.hatch(new Random(seed + 1)),
      onStopped: (expiry) => this.#maybeLate(expiry),
    };
    this.#box = new SimulatedBox(office, this.#clock, options);
    this.#log = new MemoryLog(this.#clock, storeDelayMs);
    this.#box.listeners.push({
      received: () => this.#checkpoint(),
      effect: (_effect, turn) => this.#show(turn),
      turned: (turn) => this.#remember(turn),
    });
    this.#checkers = new Checkers(this.#box);
    this.#carrier.onLoss = () => this.#box.resync();
    this.#populate();
    this.#plan();
  }

  safetyPhase(): void {
    while (this.#checkers.records.closed + this.#log.interrupted < this.#calls) {
      const before = this.#checkers.records.closed;
      const until = this.#clock.now() + idleWorldMs;
      while (this.#checkers.records.closed === before && this.#clock.now() < until) {
        if (!this.#clock.runNext()) break;
      }
      if (this.#checkers.records.closed === before) {
        throw new CheckFailure("people get through", "no call ended for two days");
      }
    }
  }

  quietPhase(): void {
    this.#isQuiet = true;
    this.#carrier.healed = true;
    this.#log.heal();
    for (const somebody of this.#people) somebody.leave();
    this.#clock.advance(5_000);
    this.#box.resync();
    this.#clock.advance(this.#settleMs());
    this.#checkers.settled();
    this.#log.settled();
  }

  report(): SimulationReport {
    return {
      seed: this.#seed,
      environment: printEnvironment(this.#environment),
      calls: this.#checkers.records.closed,
      kinds: Object.fromEntries(this.#checkers.records.kinds),
      interrupted: this.#log.interrupted,
      turns: this.#turns,
      checks: this.#checkers.made,
      restarts: this.#restarts,
      virtualMs: this.#clock.now() - this.#started,
      fingerprint: this.#fingerprint,
    };
  }

  explain(cause: unknown): SimulationFailure {
    const rule = cause instanceof CheckFailure ? cause.rule : "no exception";
    const seen = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
    const [call] = this.#lastTurns.at(-1)?.calls ?? [];
    const ladder = printLadder(this.#lastTurns, call === undefined ? {} : { call });
    const lines = [
      `seed ${this.#seed}: ${cause instanceof CheckFailure ? cause.message : seen}`,
      printEnvironment(this.#environment),
      `after ${this.#turns} turns; the last of them, of the call that was touched last:`,
      ...ladder.trimEnd().split("\n").slice(-keptLines),
      `again: npm run sim -- --seed ${this.#seed} --calls ${this.#calls}; keep it in seeds.txt`,
    ];
    return new SimulationFailure(this.#seed, rule, lines.join("\n"));
  }

  #populate(): void {
    const office = () => this.#box.office;
    for (const { port } of this.#environment.office.extensions) {
      const telephone = new Telephone(this.#box.card, port);
      this.#people.push(new Clerk(telephone, office, this.#clock, this.#random, this.#environment));
    }
    for (const { port } of this.#environment.office.trunks) {
      const exchange = new Exchange(this.#box.card, this.#clock, port);
      this.#exchanges.push(exchange);
      this.#people.push(
        new Outsider(exchange, office, this.#clock, this.#random, this.#environment),
      );
    }
  }

  /** Things that happen to the box as a whole. */
  #plan(): void {
    const world = this.#environment;
    this.#every(world.unplugEveryMs, () => {
      const exchange = this.#random.pick(this.#exchanges);
      exchange.unplugs();
      this.#clock.after(this.#random.wait(30_000), () => exchange.plugsIn());
    });
    this.#every(world.configEveryMs, () => {
      this.#box.configure(drawChange(this.#random, this.#box.office));
    });
    this.#every(world.commandEveryMs, () => this.#command());
    this.#every(world.restartEveryMs, () => this.#restart());
    this.#every(world.diskFullEveryMs, () => {
      this.#log.full = true;
      this.#clock.after(this.#random.wait(20_000), () => this.#log.heal());
    });
  }

  #every(meanMs: number, act: () => void): void {
    if (meanMs === 0) return;
    this.#clock.after(this.#random.wait(meanMs), () => {
      if (this.#isQuiet) return;
      act();
      this.#every(meanMs, act);
    });
  }

  #command(): void {
    const [call] = this.#checkers.records.open.keys();
    if (call !== undefined && this.#random.chance(0.5)) {
      this.#box.command({ service: "clearConnection", call });
      return;
    }
    const extension = this.#random.pick(this.#box.office.extensions).number;
    const colleague = this.#random.pick(this.#box.office.extensions).number;
    const number = this.#random.pick([colleague, `${this.#box.office.settings.accessPrefix}12345`]);
    const answer = this.#box.command({ service: "makeCall", extension, number });
    if (answer === null) throw new CheckFailure("commands are answered", "makeCall was not");
  }

  #restart(): void {
    this.#restarts += 1;
    this.#segment = null;
    const firstCall = this.#log.restart();
    this.#checkers.restarted();
    this.#box.restart(firstCall);
  }

  /** The expiry of a timer that was just stopped was already in the queue. */
  #maybeLate(expiry: Input): void {
    if (this.#isQuiet || !this.#random.chance(this.#environment.lateExpiries)) return;
    this.#box.input(expiry);
  }

  #checkpoint(): void {
    if (this.#turns % replayEvery !== 0 || this.#isCanary) return;
    const world = JSON.parse(JSON.stringify(this.#box.world)) as World;
    this.#segment = { world, turns: [] };
  }

  #remember(turn: Turn): void {
    this.#turns += 1;
    this.#log.append(cdrsOf(turn), turn.calls);
    for (const effect of turn.effects) this.#digest(effect.kind.length + turn.effects.length);
    if (turn.effects.length > 0) this.#digest(this.#clock.now());
    this.#show(turn);
    const segment = this.#segment;
    if (segment === null) return;
    segment.turns.push(turn);
    if (segment.turns.length < replayTurns) return;
    this.#segment = null;
    const difference = replay(segment);
    if (difference === null) return;
    throw new CheckFailure("traces replay", JSON.stringify(difference));
  }

  /** Keeps a turn for the ladder, from its first effect on: a check may end the run there. */
  #show(turn: Turn): void {
    if (this.#lastTurns.at(-1) === turn) return;
    this.#lastTurns.push(turn);
    if (this.#lastTurns.length > 2 * keptTurns) this.#lastTurns.splice(0, keptTurns);
  }

  #digest(value: number): void {
    this.#fingerprint = (Math.imul(this.#fingerprint, 31) + Math.round(value * 8)) | 0;
  }

  /** Every timer of the office once over, generously. */
  #settleMs(): number {
    const s = this.#box.office.settings;
    const seconds =
      s.ringSeconds +
      s.firstDigitSeconds +
      s.busyToneSeconds +
      s.howlerSeconds +
      s.silenceReleaseSeconds +
      s.greetingRounds * 60;
    return 120_000 + seconds * 1_000;
  }
}
