// The table of rules against the routes there are: each route, each kind of visitor.
import { describe, expect, test } from "bun:test";
import { createPages } from "../../web/pages/index.ts";
import { access, type RouteKey } from "../../web/roles.ts";
import { buildBox, LINE_TOKEN, owner, signIn } from "./support/box.ts";

/** The pages as they are; only their files are not built. */
const pages = createPages({ address: (name) => `/assets/${name}`, answer: () => null });
const box = buildBox({ pages });
/** As Hono has them: what is really served. `ALL` are the middlewares. */
const served = [
  ...new Set(
    box.app.routes.flatMap(({ method, path }) => (method === "ALL" ? [] : [`${method} ${path}`])),
  ),
];
const keys = Object.keys(access) as RouteKey[];
const split = (key: string): readonly [string, string] => {
  const [method = "", pattern = ""] = key.split(" ");
  return [method, pattern.replace(":port", "1").replace(/:\w+/g, "1").replace("*", "x")];
};
const ask = (key: string, headers: Record<string, string> = {}) => {
  const [method, path] = split(key);
  const body = method === "GET" || method === "DELETE" ? {} : { body: "{}" };
  const type = { "Content-Type": "application/json" };
  return box.app.request(path, { method, headers: { ...type, ...headers }, ...body });
};
/** What a page says to somebody who must sign in. */
const sentToSignIn = (response: Response) =>
  response.status === 303 && response.headers.get("location")?.startsWith("/sign-in") === true;

test("every route served has a rule", () => {
  expect(served.length).toBeGreaterThan(40);
  expect(served.filter((key) => !Object.hasOwn(access, key))).toEqual([]);
});

test("every rule has its route", () => {
  expect(keys.filter((key) => !served.includes(key))).toEqual([]);
});

describe("not signed in", () => {
  for (const key of served as RouteKey[]) {
    const rule = access[key];
    const open = rule === "anyone" || rule === "always" || rule === "welcome";
    test(`${key} is ${open ? "open" : "refused"}`, async () => {
      const response = await ask(key);
      const refused = response.status === 401 || sentToSignIn(response);
      expect(refused).toBe(!open);
    });
  }
});

describe("wrong token", () => {
  for (const key of served as RouteKey[]) {
    const rule = access[key];
    if (rule === "anyone" || rule === "always" || rule === "welcome") continue;
    test(key, async () => {
      const response = await ask(key, { Authorization: "Bearer not-the-token-of-this-box" });
      expect(response.status === 401 || sentToSignIn(response)).toBe(true);
    });
  }
});

describe("wrong role", () => {
  for (const key of served as RouteKey[]) {
    const rule = access[key];
    if (typeof rule === "string") continue;
    const mayStaff = (rule as readonly string[]).includes("staff");
    test(`staff ${mayStaff ? "may" : "may not"} ${key}`, async () => {
      const { headers } = signIn(box, "mei");
      const response = await ask(key, {
        ...headers,
        Origin: "http://localhost",
        Host: "localhost",
      });
      await response.body?.cancel();
      expect(response.status === 403).toBe(!mayStaff);
    });
  }

  test("the line token may nothing but lines", async () => {
    for (const key of served as RouteKey[]) {
      if (typeof access[key] === "string") continue;
      const response = await ask(key, { Authorization: `Bearer ${LINE_TOKEN}` });
      expect([key, response.status === 401 || sentToSignIn(response)]).toEqual([key, true]);
    }
  });
});

describe("with effect", () => {
  const withEffect = (served as RouteKey[]).filter((key) => !key.startsWith("GET "));
  for (const key of withEffect) {
    if (access[key] === "welcome") continue;
    test(`${key} wants the session's CSRF token`, async () => {
      const { cookie } = signIn(box, "owner");
      for (const token of [{}, { "X-CSRF-Token": "another" }]) {
        const response = await ask(key, { Cookie: cookie, ...token });
        expect(response.status).toBe(403);
      }
    });
    test(`${key} is refused from another site`, async () => {
      const { headers } = signIn(box, "owner");
      for (const from of [
        { Origin: "http://evil.example", Host: "localhost" },
        { Origin: "null", Host: "localhost" },
        { Origin: "http://localhost.evil.example", Host: "localhost" },
        { "Sec-Fetch-Site": "cross-site" },
        { "Sec-Fetch-Site": "same-site", Origin: "http://localhost", Host: "localhost" },
      ]) {
        expect((await ask(key, { ...headers, ...from })).status).toBe(403);
      }
    });
  }

  test("a bearer needs neither", async () => {
    const response = await box.app.request("/api/v1/groups", {
      method: "POST",
      body: '{"number":"810"}',
      headers: { ...owner, "Content-Type": "application/json" },
    });
    expect(response.status).toBe(201);
  });
});
