// The two bearer tokens of the environment, and comparing secrets.
import { createHash, timingSafeEqual } from "node:crypto";

/** Shorter ones could be guessed over a LAN in days. */
export const TOKEN_CHARACTERS_MIN = 24;

export interface Tokens {
  /** Owner's rights on the API. */
  readonly api: string | null;
  /** Opens any virtual line. */
  readonly line: string | null;
}

/** Reads LINEFINDER_API_TOKEN and LINEFINDER_LINE_TOKEN.
 *  @throws Error naming the variable when one is shorter than 24 characters */
export function readTokens(environment: Readonly<Record<string, string | undefined>>): Tokens {
  const read = (name: string): string | null => {
    const value = environment[name];
    if (value === undefined || value === "") return null;
    if (value.length < TOKEN_CHARACTERS_MIN) {
      throw new Error(`${name} has ${value.length} characters, at least 24 are needed`);
    }
    return value;
  };
  return { api: read("LINEFINDER_API_TOKEN"), line: read("LINEFINDER_LINE_TOKEN") };
}

export const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

/** Equal? In a time that tells nothing about where they differ or how long they are. */
export function sameSecret(given: string, expected: string | null): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(given), digest(expected ?? "")) && expected !== null;
}

/** A new secret of 256 bits, URL-safe. */
export function createSecret(): string {
  return Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString("base64url");
}
