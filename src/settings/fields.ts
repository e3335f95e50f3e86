// The kinds of value a configuration is made of. Every pattern has a name, for its error message.
import { z } from "zod";
import { namePattern } from "./issues.ts";

/** Countries with a tone plan in config/tones.json (a test compares the two). */
export const countries = ["cn", "us", "gb", "de", "fr", "au", "hk", "tw", "jp", "sg"] as const;
export const languages = ["zh-CN", "en"] as const;

/** 1 to 8 digits. A leading 0 would never be reached: in the greeting 0 calls the operator (C4). */
export const dialNumber = z
  .string()
  .regex(namePattern(/^[1-9][0-9]{0,7}$/, "notDialNumber", "a dial number"));

export const accessPrefix = z
  .string()
  .regex(namePattern(/^[0-9*#]{1,4}$/, "notAccessPrefix", "an access prefix (1 to 4 keys)"));

/** Keys sent before a number; `,` is a pause of one second. */
export const linePrefix = z
  .string()
  .regex(namePattern(/^[0-9*#,]{0,16}$/, "notLinePrefix", "a line prefix (0 to 16 keys)"));

const stationPortPattern = namePattern(
  /^fxs\/[1-9][0-9]{0,2}$/,
  "notStationPort",
  'a telephone port such as "fxs/1"',
);
const trunkPortPattern = namePattern(
  /^fxo\/[1-9][0-9]{0,2}$/,
  "notTrunkPort",
  'a line port such as "fxo/1"',
);
// The casts give the two patterns the names the core uses for ports; zod infers plain strings.
export const stationPort = z.string().regex(stationPortPattern) as unknown as z.ZodType<
  `fxs/${number}`,
  string
>;
export const trunkPort = z.string().regex(trunkPortPattern) as unknown as z.ZodType<
  `fxo/${number}`,
  string
>;

export const identifier = z
  .string()
  .regex(
    namePattern(
      /^[A-Za-z][A-Za-z0-9_-]{0,31}$/,
      "notIdentifier",
      "an id (a letter, then letters, digits, _ or -)",
    ),
  );

/** What people call a thing. No control characters; half a surrogate pair would not survive. */
export const plainName = z
  .string()
  .trim()
  .regex(
    namePattern(/^[^\p{Cc}\p{Cs}]{0,64}$/u, "notName", "a name (at most 64 characters, one line)"),
  );

export const userName = z
  .string()
  .regex(
    namePattern(
      /^[\p{L}\p{N}][\p{L}\p{N}._-]{0,31}$/u,
      "notUserName",
      "a user name (letters, digits, . _ -; at most 32)",
    ),
  );

/** argon2id in PHC form. Memory is bounded (< 1 GB): a hash from outside must not eat the box. */
const base64 = "[A-Za-z0-9+/]";
const argon2id = new RegExp(
  `^\\$argon2id\\$v=19\\$m=\\d{1,6},t=\\d{1,2},p=\\d{1,2}\\$${base64}{11,88}\\$${base64}{22,88}$`,
);
export const passwordHash = z
  .string()
  .regex(namePattern(argon2id, "notPasswordHash", "an argon2id password hash"));

/** A program by name or absolute path; never with arguments, never through a shell. */
export const program = z
  .string()
  .regex(
    namePattern(
      /^(?:[A-Za-z0-9_][A-Za-z0-9_.+-]{0,63}|\/[A-Za-z0-9_.+/-]{1,200})$/,
      "notProgram",
      "the name or absolute path of a program",
    ),
  );

export const wholeSeconds = (least: number, most: number) => z.int().min(least).max(most);
export const wholeMs = wholeSeconds;
