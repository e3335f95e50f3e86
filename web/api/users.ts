// Accounts: as objects of the configuration, but a password comes in and no hash goes out.
import { z } from "zod";
import { type SiteUser, userSchema } from "../../src/settings/model.ts";
import { PASSWORD_CHARACTERS_MAX, PASSWORD_CHARACTERS_MIN } from "../auth/routes.ts";
import { Refusal } from "../problem.ts";
import { auditName, type Route, type Visit } from "../route.ts";
import { changing } from "./changing.ts";
import { endpoint, json } from "./endpoint.ts";
import { pageOf, pageQuery, slicePage } from "./paging.ts";

const { name, role, extension } = userSchema.shape;
const password = z.string().min(PASSWORD_CHARACTERS_MIN).max(PASSWORD_CHARACTERS_MAX);
const shown = z.strictObject({ name, role, extension }).meta({ title: "User" });
const added = z.strictObject({ name, role, extension, password });
const patched = z.strictObject({
  name: name.optional(),
  role: role.optional(),
  extension: extension.unwrap().optional(),
  password: password.optional(),
});
const params = z.strictObject({ name: z.string().max(64) });

const show = (user: SiteUser) => ({
  name: user.name,
  role: user.role,
  extension: user.extension,
});

function find(visit: Visit, wanted: string): SiteUser {
  const found = visit.deps.configuration.current().users.find((user) => user.name === wanted);
  if (found === undefined) throw new Refusal("notFound", `there is no user ${wanted}`);
  return found;
}

/** @returns the fields for the configuration, the password as its hash */
async function hashed<T extends { readonly password?: string | undefined }>(
  visit: Visit,
  body: T,
): Promise<Omit<T, "password"> & { passwordHash?: string }> {
  const { password: plain, ...fields } = body;
  if (plain === undefined) return fields;
  return { ...fields, passwordHash: await visit.deps.hashPassword(plain) };
}

export const userEndpoints: readonly Route[] = [
  endpoint({
    key: "GET /api/v1/users",
    operation: "listUsers",
    summary: "Who may sign in",
    tag: "users",
    query: pageQuery,
    answer: json(pageOf(shown), "A page of users"),
    handle(visit, { query }) {
      const all = visit.deps.configuration.current().users.map(show);
      return Response.json(slicePage(all, (user) => user.name, query));
    },
  }),
  endpoint({
    key: "POST /api/v1/users",
    operation: "addUser",
    summary: "Adds an account",
    tag: "users",
    body: added,
    answer: json(shown, "The new user", 201),
    problems: ["conflict"],
    async handle(visit, { body }) {
      const row = await hashed(visit, body);
      const who = auditName(visit.who);
      const user = changing(() => visit.deps.configuration.add(who, "users", row));
      const location = `/api/v1/users/${encodeURIComponent(user.name)}`;
      return Response.json(show(user), { status: 201, headers: { Location: location } });
    },
  }),
  endpoint({
    key: "GET /api/v1/users/:name",
    operation: "getUser",
    summary: "One account",
    tag: "users",
    params,
    answer: json(shown, "The user"),
    problems: ["notFound"],
    handle: (visit, input) => Response.json(show(find(visit, input.params.name))),
  }),
  endpoint({
    key: "PATCH /api/v1/users/:name",
    operation: "changeUser",
    summary: "Changes an account; a new password ends its sessions",
    tag: "users",
    params,
    body: patched,
    answer: json(shown, "The user as it is now"),
    problems: ["notFound", "conflict"],
    async handle(visit, input) {
      find(visit, input.params.name);
      const patch = await hashed(visit, input.body);
      const who = auditName(visit.who);
      const user = changing(() =>
        visit.deps.configuration.edit(who, "users", input.params.name, patch),
      );
      return Response.json(show(user));
    },
  }),
  endpoint({
    key: "DELETE /api/v1/users/:name",
    operation: "removeUser",
    summary: "Removes an account and ends its sessions; the last owner stays",
    tag: "users",
    params,
    answer: { status: 204, description: "Removed" },
    problems: ["notFound", "conflict"],
    handle(visit, input) {
      find(visit, input.params.name);
      const who = auditName(visit.who);
      changing(() => visit.deps.configuration.remove(who, "users", input.params.name));
      return new Response(null, { status: 204 });
    },
  }),
];
