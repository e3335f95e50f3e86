// Changes of the configuration: what the settings refuse, as the API says it.
import { SettingsError } from "../../src/settings/issues.ts";
import { type FieldError, Refusal } from "../problem.ts";

/** Runs a change. What is wrong with the body itself is `invalid`, with paths within the body;
 *  what it would break elsewhere is `conflict`, with paths within the whole configuration. */
export function changing<T>(change: () => T): T {
  try {
    return change();
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    throw refusalOf(error);
  }
}

export function refusalOf(error: SettingsError): Refusal {
  if (error.code === "settings-03") return new Refusal("notFound", error.message);
  if (error.code === "settings-04" || error.code === "settings-05") {
    return new Refusal("conflict", error.message);
  }
  const errors: FieldError[] = error.issues.map((issue) => ({
    path: issue.field ?? issue.path,
    message: issue.message,
  }));
  const conflicting = error.issues.some(
    ({ code, field }) => field === null || code === "duplicate" || code === "portTaken",
  );
  return new Refusal(conflicting ? "conflict" : "invalid", error.message.split("\n")[0], errors);
}
