// Runs a recorded trace through call control again: the same world and inputs must give the same
// effects. Tells the first place where they do not.
import type { Turn } from "./effect.ts";
import { turn, type World } from "./switchboard.ts";

/** A checkpoint and the turns that followed it, as a trace export holds them. */
export interface Trace {
  readonly world: unknown;
  readonly turns: readonly Turn[];
}

export interface Difference {
  /** Index of the turn in the trace. */
  readonly turn: number;
  /** Where in that turn, e.g. `effects[2].command.tone`. */
  readonly where: string;
  readonly recorded: unknown;
  readonly replayed: unknown;
}

/** Replays `trace` from its checkpoint.
 *  @returns the first difference, or null when every turn gave the same effects, calls and steps.
 *  @throws whatever `turn` throws on a checkpoint that is not a world. Pure. */
export function replay(trace: Trace): Difference | null {
  // A checkpoint is the JSON of a world of this very version; another shape shows as a difference.
  // `turn` writes into the world it is given: the trace keeps its own.
  let world = structuredClone(trace.world) as World;
  for (const [index, recorded] of trace.turns.entries()) {
    const result = turn(world, recorded.input);
    world = result.world;
    for (const part of ["effects", "calls", "steps"] as const) {
      const found = difference(recorded[part], result.turn[part], part);
      if (found !== null) return { turn: index, ...found };
    }
  }
  return null;
}

type Found = Omit<Difference, "turn">;

/** First difference between two values of plain data, as their JSON would show it. */
function difference(recorded: unknown, replayed: unknown, where: string): Found | null {
  if (recorded === replayed) return null;
  if (!isObject(recorded) || !isObject(replayed)) return { where, recorded, replayed };
  if (Array.isArray(recorded) !== Array.isArray(replayed)) return { where, recorded, replayed };
  const isList = Array.isArray(recorded);
  for (const key of new Set([...Object.keys(recorded), ...Object.keys(replayed)])) {
    const inner = isList ? `${where}[${key}]` : `${where}.${key}`;
    const found = difference(recorded[key], replayed[key], inner);
    if (found !== null) return found;
  }
  return null;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
