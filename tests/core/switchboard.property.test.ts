// Whatever lines and people do, in any order: nothing faults, the copper is never contradicted,
// and when everybody has hung up everything is idle again.
import { expect, test } from "bun:test";
import fc from "fast-check";
import { call } from "../../src/core/call.ts";
import type { Input } from "../../src/core/effect.ts";
import type { HeardTone, LineCommand, LineSignal, PortName } from "../../src/core/line.ts";
import { station as stationTable } from "../../src/core/station.ts";
import { createWorld, snapshotOf, turn } from "../../src/core/switchboard.ts";
import { trunk as trunkTable } from "../../src/core/trunk.ts";
import { Desk, extension, office, trunk } from "./desk.ts";
import { LineModel } from "./line-model.ts";

const offices = [
  office(),
  office({
    trunks: [trunk(1, { group: "800" }), trunk(2, { directExtension: "802" })],
    extensions: [1, 2, 3].map((n) => extension(n)),
  }),
  office({
    extensions: [extension(1, { directTrunk: "line1" }), extension(2)],
    trunks: [trunk(1, { directExtension: "801" }), trunk(2, { linePrefix: "0" })],
  }),
  office({}, { callerIdWaitSeconds: 0 }),
  office({}, { callerIdWaitSeconds: 12 }),
  office({ trunks: [], extensions: [extension(1), extension(3)] }),
  office({}, { accessPrefix: "", recordCalls: false, operatorExtension: null, greetingRounds: 1 }),
] as const;

const heard: readonly HeardTone[] = [
  "dial",
  "ringback",
  "busy",
  "congestion",
  "sit",
  "howler",
  "faxCalling",
  "faxAnswer",
];

type Action =
  | { readonly kind: "signal"; readonly port: PortName; readonly signal: LineSignal }
  | { readonly kind: "keys"; readonly port: PortName; readonly digits: string }
  | { readonly kind: "pass"; readonly seconds: number }
  | { readonly kind: "makeCall"; readonly extension: string; readonly number: string }
  | { readonly kind: "clear"; readonly back: number }
  | { readonly kind: "office"; readonly index: number }
  | { readonly kind: "late"; readonly back: number }
  /** The exchange or the player does what was asked of it last. */
  | { readonly kind: "reply"; readonly port: PortName };

const station = fc.constantFrom<PortName>("fxs/1", "fxs/2", "fxs/3", "fxs/4");
const line = fc.constantFrom<PortName>("fxo/1", "fxo/2");
const numbers = fc.constantFrom(
  "801",
  "802",
  "803",
  "800",
  "0",
  "9110",
  "95551234#",
  "913800138000",
  "7",
  "80",
  "*",
  "110",
  "8",
  "9",
);
const tone = fc.constantFrom(...heard);
const phoneSignal: fc.Arbitrary<LineSignal> = fc.oneof(
  { weight: 4, arbitrary: fc.constant<LineSignal>({ kind: "offHook" }) },
  { weight: 3, arbitrary: fc.constant<LineSignal>({ kind: "onHook" }) },
  fc.constantFrom<LineSignal>(
    { kind: "hookFlash", ms: 300 },
    { kind: "digit", digit: "5", by: "pulse" },
    { kind: "voice" },
    { kind: "silence" },
    { kind: "overflow", lost: 3 },
    { kind: "unknown", raw: 7 },
  ),
);
const trunkSignal: fc.Arbitrary<LineSignal> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom<LineSignal>({ kind: "ringStart" }, { kind: "ringStop" }),
  },
  { weight: 4, arbitrary: tone.map((t): LineSignal => ({ kind: "tone", tone: t })) },
  { weight: 3, arbitrary: fc.constant<LineSignal>({ kind: "tone", tone: "dial" }) },
  { weight: 1, arbitrary: fc.constant<LineSignal>({ kind: "dialDone" }) },
  { weight: 2, arbitrary: fc.constant<LineSignal>({ kind: "batteryLost" }) },
  { weight: 2, arbitrary: fc.constant<LineSignal>({ kind: "batteryReturned" }) },
  { weight: 1, arbitrary: tone.map((t): LineSignal => ({ kind: "toneStopped", tone: t })) },
  { weight: 1, arbitrary: fc.nat(40).map((play): LineSignal => ({ kind: "playDone", play })) },
  fc.constantFrom<LineSignal>(
    { kind: "polarityReversal", polarity: "reversed" },
    { kind: "polarityReversal", polarity: "normal" },
    { kind: "openInterval", ms: 300 },
    { kind: "batteryLost" },
    { kind: "batteryReturned" },
    { kind: "voice" },
    { kind: "silence" },
    { kind: "callerIdFailed", form: "dtmf" },
    {
      kind: "callerId",
      callerId: { number: "139", name: "", presentation: "allowed", form: "dtmf" },
    },
  ),
);
const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: fc.constant("reply" as const), port: line }) },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("signal" as const),
      port: station,
      signal: phoneSignal,
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant("signal" as const), port: line, signal: trunkSignal }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant("keys" as const),
      port: fc.oneof({ weight: 3, arbitrary: station }, line),
      digits: numbers,
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("pass" as const),
      seconds: fc.constantFrom(0.1, 0.7, 2, 5, 9, 31, 70),
    }),
  },
  fc.record({
    kind: fc.constant("makeCall" as const),
    extension: fc.constantFrom("801", "802", "809"),
    number: numbers,
  }),
  fc.record({ kind: fc.constant("clear" as const), back: fc.nat(3) }),
  fc.record({ kind: fc.constant("office" as const), index: fc.nat(offices.length - 1) }),
  fc.record({ kind: fc.constant("late" as const), back: fc.nat(5) }),
);

/** A desk whose every turn is checked against the line model. */
class Checked extends Desk {
  readonly model = new LineModel();
  readonly inputs: Input[] = [];
  /** The last command of each port. */
  readonly asked = new Map<PortName, LineCommand>();

  override input(input: Input) {
    if (input.kind === "line") {
      const { kind, port } = input.event;
      if (kind === "offHook" || kind === "onHook") this.model.hook(port, kind === "offHook");
    }
    if (input.kind === "expired") {
      const key = `${input.timer.machine}/${input.timer.name}`;
      const known = this.running(input.timer.machine, input.timer.name) === input.generation;
      if (known) this.model.timers.delete(key);
    }
    this.inputs.push(input);
    const effects = super.input(input);
    for (const e of effects) if (e.kind === "line") this.asked.set(e.command.port, e.command);
    this.model.perform(effects);
    if (this.model.wrong.length > 0) {
      throw new Error(`${this.model.wrong.join("; ")} at ${JSON.stringify(input)}`);
    }
    this.checkCalls();
    return effects;
  }

  running(machine: string, name: string): number | undefined {
    const [kind, rest] = [machine.split(":")[0], machine.split(":").slice(1).join(":")];
    const { stations, trunks, calls } = this.world;
    const at =
      kind === "station"
        ? stations[rest as PortName]
        : kind === "trunk"
          ? trunks[rest as PortName]
          : calls[`call:${Number(rest)}`];
    return at?.timers[name as "ring"];
  }

  /** A port is in at most one call, and ports and calls agree on it. */
  checkCalls(): void {
    const { ports, calls } = snapshotOf(this.world, 1, this.now);
    const inCall = calls.flatMap((c) => c.ports.map((p) => [p, c.id] as const));
    const unique = new Set(inCall.map(([p]) => p));
    if (unique.size !== inCall.length) throw new Error(`a port in two calls: ${inCall}`);
    for (const [port, id] of inCall) {
      const at = ports.find((p) => p.port === port);
      if (at?.call !== id) throw new Error(`call ${id} has ${port}, which is in ${at?.call}`);
    }
    for (const { port, call } of ports) {
      if (call !== null && !unique.has(port)) throw new Error(`${port} thinks it is in ${call}`);
    }
    const waiting = calls.filter((c) => this.world.waiting.includes(c.id)).length;
    if (waiting !== this.world.waiting.length) throw new Error("a waiting call is gone");
  }
}

function act(desk: Checked, a: Action): void {
  switch (a.kind) {
    case "reply": {
      const asked = desk.asked.get(a.port);
      if (asked?.kind === "seize") desk.line(a.port, { kind: "tone", tone: "dial" });
      else if (asked?.kind === "dial") desk.line(a.port, { kind: "dialDone" });
      else if (asked?.kind === "play") desk.line(a.port, { kind: "playDone", play: asked.play });
      else desk.line(a.port, { kind: "ringStart" });
      break;
    }
    case "signal":
      desk.line(a.port, a.signal);
      break;
    case "keys":
      desk.keys(a.port, a.digits);
      break;
    case "pass":
      desk.pass(a.seconds);
      break;
    case "makeCall":
      desk.command({ service: "makeCall", extension: a.extension, number: a.number });
      break;
    case "clear":
      desk.command({ service: "clearConnection", call: desk.world.nextCall - 1 - a.back });
      break;
    case "office":
      desk.configure(offices[a.index] ?? offices[0]);
      break;
    case "late": {
      // An expiry seen before comes again: must be dropped.
      const expiry = desk.inputs.filter((i) => i.kind === "expired").at(-1 - a.back);
      if (expiry === undefined) break;
      if (desk.input(expiry).length > 0) throw new Error("a late expiry did something");
    }
  }
}

/** Everybody hangs up, lines are whole again, and time passes. */
function settle(desk: Checked): void {
  for (const n of [1, 2, 3, 4]) desk.hang(n);
  for (const port of ["fxo/1", "fxo/2"] as const) desk.line(port, { kind: "batteryReturned" });
  for (const seconds of [45, 45, 3]) {
    for (const port of ["fxo/1", "fxo/2"] as const) desk.line(port, { kind: "tone", tone: "busy" });
    for (const n of [1, 2, 3, 4]) desk.hang(n);
    // Longer than ringing lasts, however it began.
    desk.pass(seconds);
  }
}

const runs = 4_000;
const plan = {
  first: fc.nat(offices.length - 1),
  actions: fc.array(action, { minLength: 10, maxLength: 60, size: "max" }),
};

function play(first: number, actions: readonly Action[]): Checked {
  const desk = new Checked(offices[first] ?? offices[0]);
  for (const a of actions) act(desk, a);
  return desk;
}

test("no order of events faults, contradicts a line, or leaves anything behind", () => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(plan.first, plan.actions, (first, actions) => {
      const desk = play(first, actions);
      settle(desk);
      const { stations, trunks, calls, waiting } = desk.world;
      expect(desk.model.leftovers()).toEqual([]);
      expect([Object.keys(calls), waiting]).toEqual([[], []]);
      for (const m of [...Object.values(stations), ...Object.values(trunks)]) {
        expect([m.state.kind, m.timers]).toEqual(["idle", {}]);
      }
      for (const t of desk.turns) {
        for (const s of t.steps) seen.add(`${s.machine.split(":")[0]} ${s.from} ${s.to}`);
      }
    }),
    { numRuns: runs, seed: 20_260_101 },
  );
  // The random events are worth something only if they go every way that the tables permit; and a
  // permitted way that nothing goes should not be permitted.
  const ways = Object.entries({ station: stationTable, trunk: trunkTable, call }).flatMap(
    ([machine, table]) =>
      Object.entries(table).flatMap(([from, row]: [string, { exits: readonly string[] }]) =>
        row.exits.map((to) => `${machine} ${from} ${to}`),
      ),
  );
  expect(ways.filter((way) => !seen.has(way))).toEqual([
    // Would take a country whose outside numbers have one digit.
    "call initiated seizing",
  ]);
}, 60_000);

test("the same inputs from the same checkpoint give the same turns", () => {
  fc.assert(
    fc.property(plan.first, plan.actions, fc.nat(100), (first, actions, cut) => {
      const desk = play(first, actions);
      const before = desk.inputs.slice(0, cut);
      let world = createWorld(offices[first] ?? offices[0], 1);
      for (const input of before) world = turn(world, input).world;
      // A checkpoint travels as JSON.
      world = JSON.parse(JSON.stringify(world));
      desk.inputs.slice(before.length).forEach((input, n) => {
        const result = turn(world, input);
        world = result.world;
        expect(result.turn).toEqual(desk.turns[before.length + n] as never);
      });
      expect(world).toEqual(desk.world);
    }),
    { numRuns: 200, seed: 7 },
  );
}, 60_000);
