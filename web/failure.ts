// What went wrong below the edge, as the refusal that answers it.
import { StoreError } from "../src/store/errors.ts";
import { Refusal } from "./problem.ts";

/** Null for our own bugs: they are answered without their story, which is for the log. */
export function refusalOf(error: unknown): Refusal | null {
  if (error instanceof Refusal) return error;
  if (!(error instanceof StoreError)) return null;
  if (error.code === "store-05") return new Refusal("diskFull");
  return error.code === "store-09" ? new Refusal("busy", "too many searches at once") : null;
}
