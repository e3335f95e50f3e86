// Deliberately broken builds: each spoils what call control says in one way, as a bug would. The
// checkers must catch every one of them, or they see nothing.
import type { Effect, Input, Turn } from "../../src/core/effect.ts";
import type { LineCommand, LineEvent } from "../../src/core/line.ts";
import type { Random } from "../support/random.ts";
import type { BoxOptions } from "../support/simulated-box.ts";

export interface Canary {
  readonly name: string;
  /** Any of these rules may be the first to see it. */
  readonly rules: readonly string[];
  /** A fresh broken build. */
  hatch(random: Random): Pick<BoxOptions, "corrupt" | "corruptInput" | "corruptSnapshot">;
}

/** A build that now and then changes a turn's effects; `change` returns null where it can't. */
function canary(
  name: string,
  rules: readonly string[],
  change: (effects: readonly Effect[], turn: Turn) => readonly Effect[] | null,
): Canary {
  return {
    name,
    rules,
    hatch: (random) => ({
      corrupt: (turn) => {
        const changed = change(turn.effects, turn);
        return changed === null || !random.chance(0.2) ? turn : { ...turn, effects: changed };
      },
    }),
  };
}

/** Forgets the first effect that fits. */
function forgets(
  name: string,
  rules: readonly string[],
  fits: (effect: Effect) => boolean,
): Canary {
  return canary(name, rules, (effects) => {
    const index = effects.findIndex(fits);
    return index < 0 ? null : effects.filter((_, i) => i !== index);
  });
}

/** Adds effects right after the first one that fits. */
function adds(
  name: string,
  rules: readonly string[],
  after: (effect: Effect) => readonly Effect[] | null,
): Canary {
  return canary(name, rules, (effects) => {
    for (const [index, effect] of effects.entries()) {
      const extra = after(effect);
      if (extra !== null) return effects.toSpliced(index + 1, 0, ...extra);
    }
    return null;
  });
}

/** Does not hear inputs that fit. */
function isDeaf(
  name: string,
  rules: readonly string[],
  fits: (event: LineEvent) => boolean,
): Canary {
  const corruptInput = (input: Input) =>
    input.kind === "line" && fits(input.event) ? null : input;
  return { name, rules, hatch: () => ({ corruptInput }) };
}

const isLine = (kind: LineCommand["kind"]) => (effect: Effect) =>
  effect.kind === "line" && effect.command.kind === kind;
const isClosing = (effect: Effect): boolean => effect.kind === "cdr" && effect.cdr.endedAt !== null;

export const canaries: readonly Canary[] = [
  forgets(
    "a timer is not stopped",
    ["timers die with states"],
    (effect) => effect.kind === "stopTimer",
  ),
  forgets("a leg stays in its bridge", ["bridges"], isLine("leave")),
  forgets("a leg never joins", ["bridges"], isLine("join")),
  forgets("the bell is not stopped", ["no ring off-hook", "slots"], isLine("ringOff")),
  forgets("the bell is never started", ["ringing means ringing"], isLine("ring")),
  forgets("a tone plays on", ["clean speech", "slots"], isLine("toneOff")),
  forgets("a trunk stays seized", ["slots"], isLine("release")),
  forgets("a recorder runs on", ["slots"], isLine("stopRecord")),
  forgets("a player plays on", ["slots", "clean speech"], isLine("stopPlay")),
  forgets("a call is never closed in the books", ["one CDR per call"], isClosing),
  forgets(
    "a call has no row from its first event on",
    ["one CDR per call", "recordings"],
    (effect) => effect.kind === "cdr" && effect.cdr.endedAt === null,
  ),
  forgets(
    "an alarm is not withdrawn",
    ["quiet: no alarm"],
    (effect) => effect.kind === "alarm" && !effect.on,
  ),
  adds("a call is closed twice", ["one CDR per call"], (effect) =>
    isClosing(effect) ? [effect] : null,
  ),
  adds("a leg joins a second bridge", ["one bridge per leg"], (effect) =>
    effect.kind === "line" && effect.command.kind === "join"
      ? [{ kind: "line", command: { ...effect.command, bridge: effect.command.bridge + 1_000 } }]
      : null,
  ),
  adds("the table is left", ["no fault"], (effect) =>
    effect.kind === "callEvent" ? [{ kind: "fault", machine: "x", state: "y", event: "z" }] : null,
  ),
  canary("an off-hook telephone is rung", ["no ring off-hook"], (effects, { input }) =>
    input.kind === "line" && input.event.kind === "offHook"
      ? [...effects, line({ kind: "ring", port: input.event.port, callerId: null })]
      : null,
  ),
  canary("a trunk is released by speech", ["no release by speech"], (effects, { input }) =>
    input.kind === "line" && input.event.kind === "voice" && input.event.port.startsWith("fxo/")
      ? [...effects, line({ kind: "release", port: input.event.port })]
      : null,
  ),
  canary("an answer is reported before the audio is there", ["order at answer"], (effects) => {
    const established = effects.filter(
      (effect) => effect.kind === "callEvent" && effect.event === "established",
    );
    if (established.length === 0 || !effects.some(isLine("join"))) return null;
    return [...established, ...effects.filter((effect) => !established.includes(effect))];
  }),
  canary("a call ends before it began", ["CDR times ordered"], (effects) =>
    effects.some(isClosing)
      ? effects.map((effect) =>
          effect.kind === "cdr" && effect.cdr.endedAt !== null
            ? { ...effect, cdr: { ...effect.cdr, endedAt: effect.cdr.startedAt - 1 } }
            : effect,
        )
      : null,
  ),
  canary("talking time is in milliseconds", ["CDR times ordered"], (effects) =>
    effects.some((effect) => effect.kind === "cdr" && effect.cdr.talkSeconds > 0)
      ? effects.map((effect) =>
          effect.kind === "cdr"
            ? { ...effect, cdr: { ...effect.cdr, talkSeconds: effect.cdr.talkSeconds * 1_000 } }
            : effect,
        )
      : null,
  ),
  forgets(
    "a command is not answered",
    ["commands are answered"],
    (effect) => effect.kind === "answerCommand",
  ),
  canary("a timer runs for no time", ["timers run forward"], (effects) =>
    effects.some((effect) => effect.kind === "startTimer")
      ? effects.map((effect) => (effect.kind === "startTimer" ? { ...effect, ms: 0 } : effect))
      : null,
  ),
  isDeaf(
    "it does not notice that 801 hangs up",
    ["quiet: ports idle", "quiet: no alarm"],
    (event) => event.port === "fxs/1" && event.kind === "onHook",
  ),
  isDeaf("it does not hear speech", ["no release by speech"], (event) => event.kind === "voice"),
  {
    name: "two calls claim one port",
    rules: ["one call per port", "one CDR per call"],
    hatch: () => ({
      corruptSnapshot: (snapshot) => ({
        ...snapshot,
        calls: snapshot.calls.flatMap((call) => [call, { ...call, ports: call.ports }]),
      }),
    }),
  },
];

function line(command: LineCommand): Effect {
  return { kind: "line", command };
}
