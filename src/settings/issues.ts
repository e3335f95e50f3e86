// What is wrong with a configuration: paths, stable codes and English sentences. Pages translate
// by code; the site file's errors and the log use the sentence.
import type { z } from "zod";

/** Codes of the band `settings`. They never change meaning. */
export type SettingsErrorCode =
  /** Not JSON at all. */
  | "settings-01"
  /** A value or a whole site file breaks the rules; `issues` says where. */
  | "settings-02"
  /** No object of that name. */
  | "settings-03"
  /** Cannot be undone: something it touches has been changed since. */
  | "settings-04"
  /** The owner's password is set already. */
  | "settings-05"
  /** Written by a newer version of Linefinder. */
  | "settings-06";

export type IssueCode =
  | "missing"
  | "unknownKey"
  | "wrongType"
  | "outOfRange"
  | "notOneOf"
  | "tooLong"
  | "notDialNumber"
  | "notAccessPrefix"
  | "notLinePrefix"
  | "notStationPort"
  | "notTrunkPort"
  | "notIdentifier"
  | "notName"
  | "notUserName"
  | "notPasswordHash"
  | "notProgram"
  | "duplicate"
  | "portTaken"
  | "noSuchPort"
  | "noSuchExtension"
  | "noSuchTrunk"
  | "noSuchGroup"
  | "beginsWithAccessPrefix"
  | "directLineContradiction"
  | "flashWindow"
  | "stillUsed"
  | "noOwnerLeft"
  | "newerVersion";

export interface SettingsIssue {
  /** Where in the site file: `extensions[3].number`; empty for the document itself. */
  readonly path: string;
  /** The same within the object that was being added or edited: `number`; null outside of it. */
  readonly field: string | null;
  readonly code: IssueCode;
  /** One English sentence without the path. */
  readonly message: string;
}

/** Refusal of a configuration. Nothing was changed. */
export class SettingsError extends Error {
  readonly code: SettingsErrorCode;
  readonly issues: readonly SettingsIssue[];

  constructor(code: SettingsErrorCode, message: string, issues: readonly SettingsIssue[] = []) {
    super(issues.length === 0 ? message : `${message}\n${issues.map(formatIssue).join("\n")}`);
    this.name = "SettingsError";
    this.code = code;
    this.issues = issues;
  }
}

/** `extensions[3].number: "80A" is not a dial number` */
export function formatIssue(issue: SettingsIssue): string {
  return issue.path === "" ? issue.message : `${issue.path}: ${issue.message}`;
}

/** `["extensions", 3, "number"]` → `extensions[3].number`. */
export function formatPath(path: readonly PropertyKey[]): string {
  let text = "";
  for (const step of path) {
    if (typeof step === "number") text += `[${step}]`;
    else text += text === "" ? String(step) : `.${String(step)}`;
  }
  return text;
}

/** A value as it is quoted in a message: JSON, shortened, never more than 60 characters. */
export function quote(value: unknown): string {
  if (value === undefined) return "nothing";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object" && value !== null) return "an object";
  const text = JSON.stringify(value) ?? String(value);
  return text.length <= 60 ? text : `${text.slice(0, 57)}…"`;
}

/** Pattern source → what a text that fits is called. Filled by `fields.ts`. */
const formats = new Map<string, { readonly code: IssueCode; readonly noun: string }>();

/** Names a pattern, so that its violation gets a code and a readable sentence. */
export function namePattern(pattern: RegExp, code: IssueCode, noun: string): RegExp {
  formats.set(pattern.toString(), { code, noun });
  return pattern;
}

export function issue(
  path: readonly PropertyKey[],
  code: IssueCode,
  message: string,
): SettingsIssue {
  return { path: formatPath(path), field: null, code, message };
}

/** Turns what zod found into issues, one per unknown key. */
export function issuesOf(
  error: z.ZodError,
  base: readonly PropertyKey[] = [],
): readonly SettingsIssue[] {
  return error.issues.flatMap((found) => fromZod(found, [...base, ...found.path]));
}

type ZodFinding = z.ZodError["issues"][number];

function fromZod(found: ZodFinding, path: readonly PropertyKey[]): readonly SettingsIssue[] {
  switch (found.code) {
    case "unrecognized_keys":
      return found.keys.map((key) => issue([...path, key], "unknownKey", "unknown key"));
    case "invalid_type":
      if (found.input === undefined) return [issue(path, "missing", "is missing")];
      return [
        issue(path, "wrongType", `expected ${article(found.expected)}, got ${quote(found.input)}`),
      ];
    case "invalid_value":
      if (found.input === undefined) return [issue(path, "missing", "is missing")];
      return [
        issue(
          path,
          "notOneOf",
          `${quote(found.input)} is not one of ${found.values.map(quote).join(", ")}`,
        ),
      ];
    case "invalid_format": {
      const format = formats.get(found.pattern ?? "");
      const noun = format?.noun ?? "well formed";
      return [issue(path, format?.code ?? "wrongType", `${quote(found.input)} is not ${noun}`)];
    }
    case "too_small":
      return [issue(path, "outOfRange", `${quote(found.input)} is below ${String(found.minimum)}`)];
    case "too_big":
      return [tooBig(found, path)];
    default:
      return [issue(path, "wrongType", found.message)];
  }
}

function tooBig(
  found: Extract<ZodFinding, { code: "too_big" }>,
  path: readonly PropertyKey[],
): SettingsIssue {
  const limit = String(found.maximum);
  if (found.origin === "array") return issue(path, "tooLong", `has more than ${limit} entries`);
  return issue(path, "outOfRange", `${quote(found.input)} is above ${limit}`);
}

function article(expected: string): string {
  if (expected === "int") return "a whole number";
  if (expected === "array") return "a list";
  return /^[aeio]/.test(expected) ? `an ${expected}` : `a ${expected}`;
}
