// What OpenAPI says about an endpoint. The schemas are those that check requests.
import type { z } from "zod";
import type { ProblemCode } from "../problem.ts";

export interface ApiAnswer {
  readonly status: number;
  readonly description: string;
  /** Absent for 204. */
  readonly content?: {
    readonly type: string;
    /** JSON answers have one; tests hold answers against it. */
    readonly schema?: z.ZodType;
  };
}

export interface ApiDoc {
  /** operationId; CSTA's name where it has one. */
  readonly operation: string;
  readonly summary: string;
  readonly tag: string;
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  readonly answer: ApiAnswer;
  /** Refusals of its own, besides those every endpoint may give. */
  readonly problems: readonly ProblemCode[];
}
