// Number analysis and trunk choice: what the digits so far mean, and which line carries a call.
import type { Cause } from "./cause.ts";
import type { PortName } from "./line.ts";
import { isCompleteOutside } from "./number-plan.ts";
import type { Trunk } from "./office.ts";
import type { InsideTarget, OfficeIndex } from "./office-index.ts";

export type Target = InsideTarget | { readonly kind: "outside"; readonly number: string };

export type Analysis =
  /** More digits are needed, or may follow; the inter-digit timer decides with `finish`. */
  | { readonly kind: "more" }
  | { readonly kind: "complete"; readonly target: Target }
  | { readonly kind: "invalid"; readonly cause: Cause };

/** Where the digits come from: a greeting's caller reaches inside numbers alone. */
export type Dialler = "station" | "greeting";

/** Longest number taken, in digits: E.164's 15, a carrier prefix, an access prefix, and room. */
export const MAX_DIGITS = 32;

const keypad = /^[0-9]+$/;

/** What `digits` mean as dialled so far; `#` at the end means "that was all". */
export function analyse(index: OfficeIndex, digits: string, from: Dialler): Analysis {
  if (digits.endsWith("#")) return finish(index, digits.slice(0, -1), from);
  if (!keypad.test(digits)) return { kind: "invalid", cause: 28 };
  const longerExists = index.beginnings.has(digits);
  const inside = index.numbers.get(digits);
  if (inside !== undefined) {
    return longerExists ? { kind: "more" } : { kind: "complete", target: inside };
  }
  if (digits.length >= MAX_DIGITS) return finish(index, digits, from);
  if (longerExists) return { kind: "more" };
  if (from === "greeting") return { kind: "invalid", cause: 1 };
  const { accessPrefix, country } = index.settings;
  if (accessPrefix.startsWith(digits)) return { kind: "more" };
  if (!digits.startsWith(accessPrefix)) return { kind: "invalid", cause: 1 };
  const number = digits.slice(accessPrefix.length);
  if (!isCompleteOutside(country, number)) return { kind: "more" };
  return { kind: "complete", target: { kind: "outside", number } };
}

/** What `digits` mean when no more will come. Never `more`. */
export function finish(
  index: OfficeIndex,
  digits: string,
  from: Dialler,
): Exclude<Analysis, { readonly kind: "more" }> {
  if (!keypad.test(digits)) return { kind: "invalid", cause: 28 };
  const inside = index.numbers.get(digits);
  if (inside !== undefined) return { kind: "complete", target: inside };
  const { accessPrefix } = index.settings;
  const outside = from === "station" && digits.startsWith(accessPrefix);
  const number = outside ? digits.slice(accessPrefix.length) : "";
  if (number !== "") return { kind: "complete", target: { kind: "outside", number } };
  const begun = index.beginnings.has(digits) || (outside && number === "");
  return { kind: "invalid", cause: begun ? 28 : 1 };
}

/** The caller's own direct line if it is idle, else the first idle trunk in the order of
 *  `OfficeIndex.outgoing`; never one already tried. In order rather than longest idle: an
 *  installer can foretell which line a call takes. */
export function chooseTrunk(
  index: OfficeIndex,
  caller: PortName,
  idle: (port: PortName) => boolean,
  tried: readonly PortName[],
): Trunk | null {
  const usable = (t: Trunk): boolean => !tried.includes(t.port) && idle(t.port);
  const own = index.directTrunk.get(caller);
  if (own !== undefined && usable(own)) return own;
  return index.outgoing.find(usable) ?? null;
}
