// Lists of the API: `?limit=&cursor=` in, `{ items, nextCursor }` out.
import { z } from "zod";
import { Refusal } from "../problem.ts";

export const LIMIT_DEFAULT = 100;
export const LIMIT_MAX = 500;

/** A whole number from a query. */
export const wholeNumber = (least: number, most: number) =>
  z
    .string()
    .regex(/^\d{1,15}$/, "a whole number")
    .transform(Number)
    .pipe(z.int().min(least).max(most))
    .meta({ type: "integer", minimum: least, maximum: most, pattern: undefined });

export const pageQuery = z.strictObject({
  limit: wholeNumber(1, LIMIT_MAX)
    .optional()
    .meta({ description: `1 to ${LIMIT_MAX}, else ${LIMIT_DEFAULT}` }),
  cursor: z
    .string()
    .min(1)
    .max(500)
    .optional()
    .meta({ description: "nextCursor of the page before" }),
});

export const pageOf = <S extends z.ZodType>(item: S) =>
  z.strictObject({ items: z.array(item), nextCursor: z.string().nullable() });

/** A page of a list that is in memory; the cursor is the key of the last item given.
 *  @throws Refusal `invalid` for a cursor that no item has (any more) */
export function slicePage<T>(
  all: readonly T[],
  keyOf: (item: T) => string,
  query: z.output<typeof pageQuery>,
): { readonly items: readonly T[]; readonly nextCursor: string | null } {
  const { limit = LIMIT_DEFAULT, cursor } = query;
  const last = cursor === undefined ? -1 : all.findIndex((item) => keyOf(item) === cursor);
  if (cursor !== undefined && last < 0) {
    throw new Refusal("invalid", "", [{ path: "cursor", message: "no such place in the list" }]);
  }
  const items = all.slice(last + 1, last + 1 + limit);
  const end = items.at(-1);
  const more = end !== undefined && last + 1 + limit < all.length;
  return { items, nextCursor: more ? keyOf(end) : null };
}
