// Changes of the configuration: what the settings refuse, as the API says it.
import { type IssueCode, SettingsError, type SettingsIssue } from "../../src/settings/issues.ts";
import { Refusal } from "../problem.ts";

/** Values that are right in themselves but not beside what is there already. */
const clashes: readonly IssueCode[] = [
  "duplicate",
  "portTaken",
  "stillUsed",
  "noOwnerLeft",
  "directLineContradiction",
];

/** Runs a change of one object. What is wrong with the body itself is `invalid`, with paths within
 *  the body; what it would break elsewhere is `conflict`, with paths within the configuration. */
export function changing<T>(change: () => T): T {
  return refusing(change, ({ code, field }) => field === null || clashes.includes(code));
}

/** Runs the change of a whole document: its paths are the document's, all of it is `invalid`. */
export const replacing = <T>(change: () => T): T => refusing(change, () => false);

function refusing<T>(change: () => T, isClash: (issue: SettingsIssue) => boolean): T {
  try {
    return change();
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    if (error.code === "settings-03") throw new Refusal("notFound", error.message);
    if (error.code === "settings-04") throw new Refusal("conflict", error.message);
    const errors = error.issues.map((issue) => ({
      path: issue.field ?? issue.path,
      message: issue.message,
    }));
    const [headline = ""] = error.message.split("\n");
    throw new Refusal(error.issues.some(isClash) ? "conflict" : "invalid", headline, errors);
  }
}
