// The API's description: sound in itself, complete, and true of what the API answers.
import { describe, expect, test } from "bun:test";
import { z } from "zod";
import { apiRoutes } from "../../web/api/routes.ts";
import { buildBox, cdrOf, owner } from "./support/box.ts";

type Json = Readonly<Record<string, unknown>>;
interface Operation {
  readonly operationId: string;
  readonly parameters: readonly {
    readonly name: string;
    readonly in: string;
    readonly required: boolean;
    readonly schema: Json;
  }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Json }>> };
  readonly responses: Readonly<
    Record<
      string,
      {
        readonly description: string;
        readonly content?: Readonly<Record<string, { readonly schema?: Json }>>;
      }
    >
  >;
  readonly security: readonly Json[];
}
interface Description {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Json>> };
}

const box = buildBox({ cdrs: [cdrOf({ id: 1 })] });
box.runtime.publish({
  ports: [
    {
      port: "fxs/1",
      label: "801",
      name: "Person 1",
      state: "connected",
      call: 1,
      peer: "802",
      since: box.clock.now(),
      recording: true,
    },
  ],
  calls: [
    {
      id: 1,
      state: "established",
      direction: "internal",
      callerNumber: "801",
      callerName: "Person 1",
      calledNumber: "802",
      trunk: null,
      extension: "801",
      group: null,
      startedAt: box.clock.now(),
      answeredAt: null,
      ports: ["fxs/1", "fxs/2"],
      recording: true,
    },
  ],
});
const get = async (path: string): Promise<unknown> =>
  (await box.app.request(path, { headers: owner })).json();
const description = (await get("/api/v1/openapi.json")) as Description;
const operations = Object.entries(description.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
);

/** The published JSON Schema, read back by zod. It builds patterns without the `u` flag that JSON
 *  Schema 2020-12 (core, 6.4) asks for, so those with \\p{…} are left out here. */
const schemaOf = (schema: Json) =>
  z.fromJSONSchema(
    JSON.parse(JSON.stringify(schema), (key, value: unknown) =>
      key === "pattern" && String(value).includes("\\p{") ? undefined : value,
    ),
  );
const allSchemas = operations.flatMap(({ operation }) => [
  ...operation.parameters.map((parameter) => parameter.schema),
  ...Object.values(operation.requestBody?.content ?? {}).map((content) => content.schema),
  ...Object.values(operation.responses).flatMap((response) =>
    Object.values(response.content ?? {}).flatMap(({ schema }) => (schema ? [schema] : [])),
  ),
]);

describe("the description", () => {
  test("is OpenAPI 3.1 and can be had without signing in", async () => {
    expect(description.openapi).toMatch(/^3\.1\./);
    expect((await box.app.request("/api/v1/openapi.json")).status).toBe(200);
  });

  test("has every endpoint, each by a name of its own", () => {
    const described = operations.map(
      ({ method, path }) => `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ":$1")}`,
    );
    expect(described.toSorted()).toEqual(
      apiRoutes.map((route) => route.key).toSorted() as string[],
    );
    const names = operations.map(({ operation }) => operation.operationId);
    expect(new Set(names).size).toBe(names.length);
    for (const service of ["makeCall", "clearConnection"]) expect(names).toContain(service);
  });

  test("has the contract's fixed paths", () => {
    const fixed: Readonly<Record<string, readonly string[]>> = {
      "/api/v1/health": ["get"],
      "/api/v1/extensions": ["get", "post"],
      "/api/v1/extensions/{key}": ["delete", "get", "patch"],
      "/api/v1/trunks": ["get", "post"],
      "/api/v1/trunks/{key}": ["delete", "get", "patch"],
      "/api/v1/groups": ["get", "post"],
      "/api/v1/groups/{key}": ["delete", "get", "patch"],
      "/api/v1/settings": ["get", "patch"],
      "/api/v1/calls": ["get", "post"],
      "/api/v1/cdrs": ["get"],
      "/api/v1/cdrs/{id}": ["get"],
      "/api/v1/cdrs/{id}/trace": ["get"],
      "/api/v1/recordings/{id}": ["get"],
      "/api/v1/events": ["get"],
    };
    for (const [path, methods] of Object.entries(fixed)) {
      expect([path, Object.keys(description.paths[path] ?? {}).toSorted()]).toEqual([
        path,
        [...methods],
      ]);
    }
  });

  test("declares the parameters of each path", () => {
    for (const { path, operation } of operations) {
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? "");
      const declared = operation.parameters.filter((parameter) => parameter.in === "path");
      expect(declared.map((parameter) => parameter.name)).toEqual(inPath);
      expect(declared.every((parameter) => parameter.required)).toBe(true);
    }
  });

  test("gives every refusal as problem details, and who may ask", () => {
    for (const { operation } of operations) {
      const refusals = Object.entries(operation.responses).filter(([status]) => status >= "400");
      expect(refusals.length).toBeGreaterThan(1);
      for (const [, { content }] of refusals) {
        expect(Object.keys(content ?? {})).toEqual(["application/problem+json"]);
      }
    }
    const open = operations.filter(({ operation }) => operation.security.length === 0);
    expect(open.map(({ path }) => path)).toEqual(["/api/v1/health", "/api/v1/openapi.json"]);
  });

  test("has schemas that another reader understands", () => {
    expect(allSchemas.length).toBeGreaterThan(100);
    for (const schema of allSchemas) {
      if (!("$ref" in schema)) schemaOf(schema);
    }
    for (const schema of Object.values(description.components.schemas)) schemaOf(schema);
  });
});

describe("is true of the answers", () => {
  const paths: Readonly<Record<string, string>> = {
    "/api/v1/extensions/{key}": "/api/v1/extensions/801",
    "/api/v1/trunks/{key}": "/api/v1/trunks/line1",
    "/api/v1/groups/{key}": "/api/v1/groups/800",
    "/api/v1/users/{name}": "/api/v1/users/mei",
    "/api/v1/calls/{call}": "/api/v1/calls/1",
    "/api/v1/cdrs/{id}": "/api/v1/cdrs/1",
    "/api/v1/cdrs/{id}/trace": "/api/v1/cdrs/1/trace",
  };
  for (const { path, method, operation } of operations) {
    const schema = operation.responses["200"]?.content?.["application/json"]?.schema;
    if (method !== "get" || schema === undefined) continue;
    test(path, async () => {
      const answer = await get(paths[path] ?? path);
      const read = schemaOf(schema).safeParse(answer);
      expect(read.error?.issues ?? []).toEqual([]);
      // And a schema that takes anything would take this too.
      if (path !== "/api/v1/openapi.json" && path !== "/api/v1/site/schema") {
        const more = { ...(answer as Json), unheardOf: 1 };
        expect(schemaOf(schema).safeParse(more).success).toBe(false);
      }
    });
  }

  test("problems", async () => {
    const problem = schemaOf(description.components.schemas.Problem ?? {});
    for (const path of ["/api/v1/nowhere", "/api/v1/extensions?x=1", "/api/v1/cdrs/99"]) {
      expect(problem.safeParse(await get(path)).error?.issues ?? []).toEqual([]);
    }
  });
});
