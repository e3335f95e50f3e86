// Tables of state × event. A cell answers with the next state and the effects in their order, or
// says `stay` (legal, nothing to do) or `fault` (the runtime must never send this here).
// Leaving a cell out does not compile. See docs/adr/0002.

import type { TimerName } from "./timers.ts";

type Tagged = { readonly kind: string };
type Of<U extends Tagged, K> = Extract<U, { readonly kind: K }>;

/** Where a cell goes and what it causes; effects are performed in list order. */
export interface Go<S extends Tagged, F> {
  readonly state: S;
  readonly effects: readonly F[];
}

export type Cell<S extends Tagged, E, F, C, From extends S> =
  | "stay"
  | "fault"
  | ((state: From, event: E, context: C) => Go<S, F>);

export type Row<S extends Tagged, E extends Tagged, F, C, From extends S> = {
  /** Permitted next states besides the present one; checked by `step`, drawn in the diagrams. */
  readonly exits: readonly S["kind"][];
  /** Timers started on entry from another state. Leaving stops these and any a cell started. */
  readonly timers?: readonly TimerName[];
  readonly on: { readonly [K in E["kind"]]: Cell<S, Of<E, K>, F, C, From> };
};

/** @typeParam C what a cell may read besides state and event: configuration and the time. */
export type Table<S extends Tagged, E extends Tagged, F, C = void> = {
  readonly [K in S["kind"]]: Row<S, E, F, C, Of<S, K>>;
};

export type Outcome<S extends Tagged, F> =
  | { readonly kind: "went"; readonly state: S; readonly effects: readonly F[] }
  | { readonly kind: "stayed" }
  | { readonly kind: "fault"; readonly why: "cell" | "exit"; readonly to: string | null };

export const go = <S extends Tagged, F>(state: S, ...effects: readonly F[]): Go<S, F> => ({
  state,
  effects,
});

/** One step of one machine. Pure; never throws for a table that compiles. */
export function step<S extends Tagged, E extends Tagged, F, C>(
  table: Table<S, E, F, C>,
  state: S,
  event: E,
  context: C,
): Outcome<S, F> {
  // The mapped types above guarantee that row and cell exist and fit; the compiler cannot follow
  // the correlation between the two unions here.
  const row = table[state.kind as S["kind"]] as unknown as Row<S, E, F, C, S>;
  const cell = row.on[event.kind as E["kind"]] as unknown as Cell<S, E, F, C, S>;
  if (cell === "stay") return { kind: "stayed" };
  if (cell === "fault") return { kind: "fault", why: "cell", to: null };
  const next = cell(state, event, context);
  if (next.state.kind !== state.kind && !row.exits.includes(next.state.kind)) {
    return { kind: "fault", why: "exit", to: next.state.kind };
  }
  return { kind: "went", ...next };
}
