// OpenAPI 3.1 from the endpoints themselves: what is described is what checks. Why our own and no
// library: docs/adr/0006.
import { z } from "zod";
import { type ProblemCode, problems } from "../problem.ts";
import { type Access, accessOf } from "../roles.ts";
import type { Route } from "../route.ts";
import type { ApiDoc } from "./doc.ts";
import { callEventData, changeData, snapshotData } from "./live-schemas.ts";

type Json = Readonly<Record<string, unknown>>;

const problemSchema = z.strictObject({
  type: z.string().meta({ description: "urn:linefinder:problem:<code>; codes do not change" }),
  title: z.string(),
  status: z.int(),
  detail: z.string().optional(),
  errors: z
    .array(z.strictObject({ path: z.string(), message: z.string() }))
    .optional()
    .meta({ description: "Where in the request: `groups[0]`" }),
});

/** What any endpoint may answer. */
const everywhere: readonly ProblemCode[] = ["setUpNeeded", "internal"];
const whenSignedIn: readonly ProblemCode[] = ["signInNeeded", "notAllowed"];
const withInput: readonly ProblemCode[] = ["invalid"];
const withBody: readonly ProblemCode[] = ["malformed", "tooLarge", "wrongType"];
const withEffect: readonly ProblemCode[] = ["crossSite", "badCsrf", "diskFull"];

export function describeApi(routes: readonly Route[], version: string): Json {
  const paths: Record<string, Record<string, Json>> = {};
  for (const route of routes) {
    if (route.doc === undefined) continue;
    const [method = "GET", pattern = ""] = route.key.split(" ");
    const path = pattern.replace(/:(\w+)/g, "{$1}");
    paths[path] = {
      ...paths[path],
      [method.toLowerCase()]: describe(route.doc, accessOf(route.key), method),
    };
  }
  return {
    openapi: "3.1.1",
    jsonSchemaDialect: "https://json-schema.org/draft/2020-12/schema",
    info: {
      title: "Linefinder",
      version,
      summary: "The telephone system of a small office",
      license: { name: "MIT", identifier: "MIT" },
    },
    servers: [{ url: "/" }],
    paths,
    components: {
      schemas: {
        Problem: write(problemSchema),
        Snapshot: write(snapshotData),
        SnapshotChange: write(changeData),
        CallEvent: write(callEventData),
      },
      securitySchemes: {
        token: { type: "http", scheme: "bearer" },
        session: { type: "apiKey", in: "cookie", name: "lf_session" },
        csrf: { type: "apiKey", in: "header", name: "X-CSRF-Token" },
      },
    },
  };
}

function describe(doc: ApiDoc, rule: Access, method: string): Json {
  const hasEffect = method !== "GET";
  const open = rule === "anyone" || rule === "always";
  const session = hasEffect ? { session: [], csrf: [] } : { session: [] };
  return {
    operationId: doc.operation,
    summary: doc.summary,
    tags: [doc.tag],
    ...(typeof rule === "string" ? {} : { "x-roles": rule }),
    security: open ? [] : [{ token: [] }, session],
    parameters: [...parameters(doc.params, "path"), ...parameters(doc.query, "query")],
    ...(doc.body === undefined ? {} : { requestBody: requestBody(doc.body) }),
    responses: responses(doc, [
      ...doc.problems,
      ...everywhere,
      ...(open ? [] : whenSignedIn),
      ...withInput,
      ...(doc.body === undefined ? [] : withBody),
      ...(hasEffect ? withEffect : []),
    ]),
  };
}

function parameters(schema: z.ZodObject | undefined, place: "path" | "query"): Json[] {
  return Object.entries(schema?.shape ?? {}).map(([name, field]) => {
    const { description, ...rest } = write(field as z.ZodType, "input");
    const required = place === "path" || !(field as z.ZodType).safeParse(undefined).success;
    return {
      name,
      in: place,
      required,
      ...(description === undefined ? {} : { description }),
      schema: rest,
    };
  });
}

const requestBody = (schema: z.ZodType): Json => ({
  required: true,
  content: { "application/json": { schema: write(schema, "input") } },
});

function responses(doc: ApiDoc, codes: readonly ProblemCode[]): Json {
  const { status, description, content } = doc.answer;
  const answer: Json = {
    description,
    ...(content === undefined
      ? {}
      : {
          content: {
            [content.type]: content.schema === undefined ? {} : { schema: write(content.schema) },
          },
        }),
  };
  const byStatus = new Map<number, Set<ProblemCode>>();
  for (const code of codes) {
    const at = problems[code].status;
    byStatus.set(at, (byStatus.get(at) ?? new Set()).add(code));
  }
  const refusals = [...byStatus].map(([at, some]) => [
    String(at),
    {
      description: [...some].map((code) => `${code}: ${problems[code].title}`).join("; "),
      content: {
        "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } },
      },
    },
  ]);
  return { [String(status)]: answer, ...Object.fromEntries(refusals) };
}

function write(schema: z.ZodType, io: "input" | "output" = "output"): Json {
  // A transform's output is what the handler sees, never what goes over the wire.
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: "any" });
  return rest;
}
