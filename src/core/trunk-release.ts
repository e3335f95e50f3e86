// How a trunk lets go of its line: what it hears ends first, then the loop opens, then it tells.
import type { Cause } from "./cause.ts";
import type { ReleasedBy } from "./cdr.ts";
import type { CallId } from "./effect.ts";
import { type Go, go } from "./fsm.ts";
import { type Context, line, type MachineEffect, tell } from "./message.ts";
import type { TrunkEvent, TrunkState } from "./trunk-state.ts";

export type Next = Go<TrunkState, MachineEffect>;
export type InCall = Extract<TrunkState, { readonly call: CallId }>;

const guard: TrunkState = { kind: "guard" };

export const alarm = (c: Context, on: boolean): MachineEffect => ({
  kind: "alarm",
  code: "trunkUnplugged",
  port: c.self,
  on,
});
const hangUp = (c: Context): MachineEffect => line({ kind: "release", port: c.self });

/** Ends whatever the line hears, before it is released or hears something else. */
export function quieten(s: InCall, c: Context): readonly MachineEffect[] {
  if (s.kind === "opened" || (s.kind === "progressing" && s.joined)) {
    return [line({ kind: "leave", port: c.self })];
  }
  if (s.kind !== "connected") return [];
  if (s.media === "bridge") return [line({ kind: "leave", port: c.self })];
  if (s.media === "play") return [line({ kind: "stopPlay", port: c.self })];
  return s.media === "tone" ? [line({ kind: "toneOff", port: c.self })] : [];
}

export function unplug(_s: TrunkState, _e: TrunkEvent, c: Context): Next {
  return go<TrunkState, MachineEffect>({ kind: "unplugged" }, alarm(c, true));
}

export function unplugRinging(s: InCall, _e: TrunkEvent, c: Context): Next {
  return go<TrunkState, MachineEffect>(
    { kind: "unplugged" },
    alarm(c, true),
    tell(s.call, { kind: "gone" }),
  );
}

export function unplugInCall(s: InCall, _e: TrunkEvent, c: Context): Next {
  return go<TrunkState, MachineEffect>(
    { kind: "unplugged" },
    ...quieten(s, c),
    hangUp(c),
    alarm(c, true),
    tell(s.call, { kind: "lost", port: c.self, cause: 27, by: "batteryLost" }),
  );
}

/** The far end is gone: hang up first, then say so. */
export function lose(s: InCall, c: Context, cause: Cause, by: ReleasedBy): Next {
  return go<TrunkState, MachineEffect>(
    guard,
    ...quieten(s, c),
    hangUp(c),
    tell(s.call, { kind: "lost", port: c.self, cause, by }),
  );
}

export function release(s: InCall, _e: TrunkEvent, c: Context): Next {
  return go<TrunkState, MachineEffect>(guard, ...quieten(s, c), hangUp(c));
}

export function noDialTone(s: InCall, _e: TrunkEvent, c: Context): Next {
  return go<TrunkState, MachineEffect>(
    guard,
    hangUp(c),
    tell(s.call, { kind: "noDialTone", port: c.self }),
  );
}
