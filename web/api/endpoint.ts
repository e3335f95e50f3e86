// An endpoint of the API: its schemas check what comes in and say what OpenAPI says.
import { z } from "zod";
import { check } from "../body.ts";
import type { ProblemCode } from "../problem.ts";
import type { RouteKey } from "../roles.ts";
import type { Route, Visit } from "../route.ts";
import type { ApiAnswer, ApiDoc } from "./doc.ts";

type Checked<S> = S extends z.ZodType ? z.output<S> : undefined;

interface Spec<P, Q, B> {
  readonly key: RouteKey;
  readonly operation: string;
  readonly summary: string;
  readonly tag: string;
  readonly params?: P;
  readonly query?: Q;
  readonly body?: B;
  readonly bodyBytesMax?: number;
  readonly answer: ApiAnswer;
  readonly problems?: readonly ProblemCode[];
  handle(
    visit: Visit,
    input: { readonly params: Checked<P>; readonly query: Checked<Q>; readonly body: Checked<B> },
  ): Response | Promise<Response>;
}

export function endpoint<
  P extends z.ZodObject | undefined = undefined,
  Q extends z.ZodObject | undefined = undefined,
  B extends z.ZodType | undefined = undefined,
>(spec: Spec<P, Q, B>): Route {
  const { operation, summary, tag, params, query, body, answer, problems = [] } = spec;
  const doc: ApiDoc = {
    operation,
    summary,
    tag,
    answer,
    problems,
    ...(params === undefined ? {} : { params }),
    ...(query === undefined ? {} : { query }),
    ...(body === undefined ? {} : { body }),
  };
  // The three checks give what the schemas say; the compiler cannot follow "absent = undefined".
  const read = <S>(schema: z.ZodType | undefined, value: () => unknown): Checked<S> =>
    (schema === undefined ? undefined : check(schema, value())) as Checked<S>;
  return {
    key: spec.key,
    doc,
    ...(spec.bodyBytesMax === undefined ? {} : { bodyBytesMax: spec.bodyBytesMax }),
    handle: (visit) =>
      spec.handle(visit, {
        params: read<P>(params, () => visit.c.req.param()),
        query: read<Q>(query ?? nothing, () => visit.c.req.query()),
        body: read<B>(body, () => visit.body.json()),
      }),
  };
}

/** An endpoint without a query refuses any. */
const nothing = z.strictObject({});

export const json = (schema: z.ZodType, description: string, status = 200): ApiAnswer => ({
  status,
  description,
  content: { type: "application/json", schema },
});
