// Extensions, trunks, groups: lists of objects, each with the same five endpoints.
import { z } from "zod";
import { type ListName, listKeys } from "../../src/settings/differences.ts";
import { extensionSchema, groupSchema, patchOf, trunkSchema } from "../../src/settings/model.ts";
import { Refusal } from "../problem.ts";
import { auditName, type Route, type Visit } from "../route.ts";
import { changing } from "./changing.ts";
import { endpoint, json } from "./endpoint.ts";
import { pageOf, pageQuery, slicePage } from "./paging.ts";

interface Kind<L extends "extensions" | "trunks" | "groups"> {
  readonly list: L;
  readonly one: "Extension" | "Trunk" | "Group";
  readonly schema: typeof extensionSchema | typeof trunkSchema | typeof groupSchema;
}

function objectRoutes<L extends "extensions" | "trunks" | "groups">(kind: Kind<L>): Route[] {
  const { list, one, schema } = kind;
  const word = one.toLowerCase();
  const path = `/api/v1/${list}` as const;
  const params = z.strictObject({ key: z.string().max(64) });
  const answer = schema.meta({ title: one });
  const listOf = (visit: Visit) => visit.deps.configuration.current()[list];
  const keyOf = (object: object): string => keyIn(list, object);
  const find = (visit: Visit, key: string) => {
    const found = listOf(visit).find((object) => keyOf(object) === key);
    if (found === undefined) throw new Refusal("notFound", `there is no ${word} ${key}`);
    return found;
  };
  return [
    endpoint({
      key: `GET ${path}`,
      operation: `list${one}s`,
      summary: `All ${list}, in the office's order`,
      tag: list,
      query: pageQuery,
      answer: json(pageOf(answer), `A page of ${list}`),
      handle: (visit, { query }) => Response.json(slicePage(listOf(visit), keyOf, query)),
    }),
    endpoint({
      key: `POST ${path}`,
      operation: `add${one}`,
      summary: `Adds a ${word}`,
      tag: list,
      body: schema,
      answer: json(answer, `The new ${word}`, 201),
      problems: ["conflict"],
      handle(visit, { body }) {
        const who = auditName(visit.who);
        const added = changing(() => visit.deps.configuration.add(who, list, body));
        const location = `${path}/${encodeURIComponent(keyOf(added))}`;
        return Response.json(added, { status: 201, headers: { Location: location } });
      },
    }),
    endpoint({
      key: `GET ${path}/:key`,
      operation: `get${one}`,
      summary: `One ${word}`,
      tag: list,
      params,
      answer: json(answer, `The ${word}`),
      problems: ["notFound"],
      handle: (visit, { params: { key } }) => Response.json(find(visit, key)),
    }),
    endpoint({
      key: `PATCH ${path}/:key`,
      operation: `change${one}`,
      summary: `Changes the fields given; references follow a changed ${listKeys[list]}`,
      tag: list,
      params,
      body: patchOf<z.ZodRawShape>(schema),
      answer: json(answer, `The ${word} as it is now`),
      problems: ["notFound", "conflict"],
      handle(visit, { params: { key }, body }) {
        find(visit, key);
        const who = auditName(visit.who);
        return Response.json(changing(() => visit.deps.configuration.edit(who, list, key, body)));
      },
    }),
    endpoint({
      key: `DELETE ${path}/:key`,
      operation: `remove${one}`,
      summary: `Removes a ${word}; refused while calls are routed to it`,
      tag: list,
      params,
      answer: { status: 204, description: "Removed" },
      problems: ["notFound", "conflict"],
      handle(visit, { params: { key } }) {
        find(visit, key);
        changing(() => visit.deps.configuration.remove(auditName(visit.who), list, key));
        return new Response(null, { status: 204 });
      },
    }),
  ];
}

function keyIn(list: ListName, object: object): string {
  const value: unknown = Reflect.get(object, listKeys[list]);
  return String(value);
}

export const objectEndpoints: readonly Route[] = [
  ...objectRoutes({ list: "extensions", one: "Extension", schema: extensionSchema }),
  ...objectRoutes({ list: "trunks", one: "Trunk", schema: trunkSchema }),
  ...objectRoutes({ list: "groups", one: "Group", schema: groupSchema }),
];
