// Extensions, trunks, groups: lists of objects, each with the same five endpoints.
import { z } from "zod";
import { type ListName, listKeys } from "../../src/settings/differences.ts";
import { extensionSchema, groupSchema, patchOf, trunkSchema } from "../../src/settings/model.ts";
import { Refusal } from "../problem.ts";
import { auditName, type Route, type Visit } from "../route.ts";
import { changing } from "./changing.ts";
import { endpoint, json } from "./endpoint.ts";
import { pageOf, pageQuery, slicePage } from "./paging.ts";

type ObjectList = "extensions" | "trunks" | "groups";

interface Kind<L extends ObjectList> {
  readonly list: L;
  readonly one: "Extension" | "Trunk" | "Group";
  readonly schema: typeof extensionSchema | typeof trunkSchema | typeof groupSchema;
}

const params = z.strictObject({ key: z.string().max(64) });

/** @throws Refusal `notFound` */
function find(visit: Visit, list: ObjectList, key: string) {
  const objects = visit.deps.configuration.current()[list];
  const found = objects.find((object) => keyIn(list, object) === key);
  if (found === undefined) throw new Refusal("notFound", `there is no ${key} among the ${list}`);
  return found;
}

function collectionRoutes<L extends ObjectList>({ list, one, schema }: Kind<L>): Route[] {
  const path = `/api/v1/${list}` as const;
  const answer = schema.meta({ title: one });
  const keyOf = (object: object): string => keyIn(list, object);
  return [
    endpoint({
      key: `GET ${path}`,
      operation: `list${one}s`,
      summary: `All ${list}, in the office's order`,
      tag: list,
      query: pageQuery,
      answer: json(pageOf(answer), `A page of ${list}`),
      handle: ({ deps }, { query }) =>
        Response.json(slicePage(deps.configuration.current()[list], keyOf, query)),
    }),
    endpoint({
      key: `POST ${path}`,
      operation: `add${one}`,
      summary: `Adds one of the ${list}`,
      tag: list,
      body: schema,
      answer: json(answer, `The new ${one}`, 201),
      problems: ["conflict"],
      handle(visit, { body }) {
        const who = auditName(visit.who);
        const added = changing(() => visit.deps.configuration.add(who, list, body));
        const location = `${path}/${encodeURIComponent(keyOf(added))}`;
        return Response.json(added, { status: 201, headers: { Location: location } });
      },
    }),
  ];
}

function objectRoutes<L extends ObjectList>({ list, one, schema }: Kind<L>): Route[] {
  const path = `/api/v1/${list}/:key` as const;
  const answer = schema.meta({ title: one });
  return [
    endpoint({
      key: `GET ${path}`,
      operation: `get${one}`,
      summary: `One of the ${list}`,
      tag: list,
      params,
      answer: json(answer, `The ${one}`),
      problems: ["notFound"],
      handle: (visit, { params: { key } }) => Response.json(find(visit, list, key)),
    }),
    endpoint({
      key: `PATCH ${path}`,
      operation: `change${one}`,
      summary: `Changes the fields given; references follow a changed ${listKeys[list]}`,
      tag: list,
      params,
      body: patchOf<z.ZodRawShape>(schema),
      answer: json(answer, `The ${one} as it is now`),
      problems: ["notFound", "conflict"],
      handle(visit, { params: { key }, body }) {
        find(visit, list, key);
        const who = auditName(visit.who);
        return Response.json(changing(() => visit.deps.configuration.edit(who, list, key, body)));
      },
    }),
    endpoint({
      key: `DELETE ${path}`,
      operation: `remove${one}`,
      summary: `Removes one of the ${list}; refused while calls are routed to it`,
      tag: list,
      params,
      answer: { status: 204, description: "Removed" },
      problems: ["notFound", "conflict"],
      handle(visit, { params: { key } }) {
        find(visit, list, key);
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

const routesOf = <L extends ObjectList>(kind: Kind<L>): Route[] => [
  ...collectionRoutes(kind),
  ...objectRoutes(kind),
];

export const objectEndpoints: readonly Route[] = [
  ...routesOf({ list: "extensions", one: "Extension", schema: extensionSchema }),
  ...routesOf({ list: "trunks", one: "Trunk", schema: trunkSchema }),
  ...routesOf({ list: "groups", one: "Group", schema: groupSchema }),
];
