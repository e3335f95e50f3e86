// The two bearer tokens of the environment, and comparing secrets.
import { createHash, timingSafeEqual } from "node:crypto";

/** As src/settings/environment.ts has read them: at least 24 characters each. */
export interface Tokens {
  /** LINEFINDER_API_TOKEN: owner's rights. */
  readonly api: string | null;
  /** LINEFINDER_LINE_TOKEN: opens any virtual line. */
  readonly line: string | null;
}

/** Equal? In a time that tells nothing about where they differ or how long they are. */
export function sameSecret(given: string, expected: string | null): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(given), digest(expected ?? "")) && expected !== null;
}
