// Configuration over the API.
import { describe, expect, test } from "bun:test";
import { buildBox, OWNER_PASSWORD, owner, STAFF_PASSWORD, signIn } from "./support/box.ts";

const box = buildBox();
type Json = Readonly<Record<string, unknown>>;

async function call(method: string, path: string, body?: unknown) {
  const response = await box.app.request(`/api/v1/${path}`, {
    method,
    headers: { ...owner, "Content-Type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: (text === "" ? {} : JSON.parse(text)) as Json,
  };
}
const paths = (body: Json) =>
  (body.errors as readonly { readonly path: string }[]).map((error) => error.path);

describe("extensions", () => {
  test("are listed in pages", async () => {
    const first = await call("GET", "extensions?limit=3");
    expect((first.body.items as Json[]).map((one) => one.number)).toEqual(["801", "802", "803"]);
    expect(first.body.nextCursor).toBe("803");
    const rest = await call("GET", "extensions?limit=500&cursor=803");
    expect((rest.body.items as Json[]).map((one) => one.number)).toEqual([
      "804",
      "805",
      "806",
      "807",
      "808",
    ]);
    expect(rest.body.nextCursor).toBeNull();
    expect((await call("GET", "extensions?cursor=899")).status).toBe(422);
  });

  test("have the contract's fields", async () => {
    expect((await call("GET", "extensions/801")).body).toEqual({
      number: "801",
      name: "Person 1",
      port: "fxs/1",
      directTrunk: null,
      groups: ["800"],
    });
  });

  test("are removed, added, changed", async () => {
    expect((await call("DELETE", "extensions/808")).status).toBe(204);
    expect((await call("GET", "extensions/808")).status).toBe(404);
    expect((await call("DELETE", "extensions/808")).status).toBe(404);
    const added = await call("POST", "extensions", { number: "818", port: "fxs/8", name: "New" });
    expect([added.status, added.headers.get("location")]).toEqual([201, "/api/v1/extensions/818"]);
    expect(added.body).toMatchObject({ number: "818", name: "New", groups: [] });
    const renamed = await call("PATCH", "extensions/818", { number: "808", name: "Newer" });
    expect(renamed.body).toMatchObject({ number: "808", name: "Newer", port: "fxs/8" });
  });

  test("that clash with others are a conflict", async () => {
    const number = await call("POST", "extensions", { number: "801", port: "fxs/8" });
    expect([number.status, number.body.type]).toEqual([409, "urn:linefinder:problem:conflict"]);
    const port = await call("PATCH", "extensions/802", { port: "fxs/1" });
    expect([port.status, paths(port.body)]).toEqual([409, ["port"]]);
    const operator = await call("DELETE", "extensions/801");
    expect(operator.status).toBe(409);
    expect(box.configuration.current().extensions[0]?.number).toBe("801");
  });

  test("with a group that does not exist are refused with its path", async () => {
    const wrong = await call("PATCH", "extensions/802", { groups: ["800", "899"] });
    expect(wrong.status).toBe(422);
    expect(paths(wrong.body)).toEqual(["groups[1]"]);
  });
});

describe("trunks and groups", () => {
  test("a direct line is wired on both sides", async () => {
    const trunk = await call("PATCH", "trunks/line2", { directExtension: "802" });
    expect(trunk.body).toMatchObject({ id: "line2", directExtension: "802", linePrefix: "" });
    expect((await call("GET", "extensions/802")).body.directTrunk).toBe("line2");
    await call("PATCH", "trunks/line2", { directExtension: null });
    expect((await call("GET", "extensions/802")).body.directTrunk).toBeNull();
  });

  test("a group that a line rings stays", async () => {
    await call("POST", "groups", { number: "810", name: "Sales" });
    await call("PATCH", "trunks/line3", { group: "810" });
    expect((await call("DELETE", "groups/810")).status).toBe(409);
    await call("PATCH", "trunks/line3", { group: null });
    expect((await call("DELETE", "groups/810")).status).toBe(204);
  });
});

describe("settings", () => {
  test("change one by one and keep the rest", async () => {
    const before = (await call("GET", "settings")).body;
    expect(before).toMatchObject({
      country: "cn",
      accessPrefix: "9",
      operatorExtension: "801",
      ringSeconds: 30,
    });
    const after = (await call("PATCH", "settings", { ringSeconds: 20 })).body;
    expect(after).toEqual({ ...before, ringSeconds: 20 });
    const wrong = await call("PATCH", "settings", { ringSeconds: 1e9, country: "xx", tone: 1 });
    expect(wrong.status).toBe(422);
    expect(paths(wrong.body).toSorted()).toEqual(["country", "ringSeconds", "tone"]);
  });

  test("an operator that does not exist is refused", async () => {
    const wrong = await call("PATCH", "settings", { operatorExtension: "899" });
    expect([wrong.status, paths(wrong.body)]).toEqual([422, ["operatorExtension"]]);
  });

  test("the office's name", async () => {
    await call("PATCH", "office", { name: "老王五金" });
    expect((await call("GET", "office")).body).toEqual({ name: "老王五金", language: "zh-CN" });
  });
});

describe("users", () => {
  test("come with a password and go without a hash", async () => {
    const user = { name: "lan", role: "staff", extension: "804", password: "a good one" };
    const added = await call("POST", "users", user);
    expect(added.status).toBe(201);
    expect(added.body).toEqual({ name: "lan", role: "staff", extension: "804" });
    const everything = JSON.stringify((await call("GET", "users")).body);
    expect(everything).not.toContain("argon2");
    const signedIn = await box.app.request("/sign-in", {
      method: "POST",
      body: new URLSearchParams({ name: "lan", password: "a good one" }),
    });
    expect(signedIn.status).toBe(303);
  });

  test("need a password of some length", async () => {
    const short = await call("POST", "users", { name: "x", role: "staff", password: "1234567" });
    expect([short.status, paths(short.body)]).toEqual([422, ["password"]]);
    const hash = await call("POST", "users", { name: "x", role: "staff", passwordHash: "x" });
    expect(paths(hash.body).toSorted()).toEqual(["password", "passwordHash"]);
  });

  test("a new password ends the sessions of that user alone", async () => {
    const [mei, boss] = [signIn(box, "mei"), signIn(box, "owner")];
    expect((await call("PATCH", "users/mei", { password: "another one" })).status).toBe(200);
    const me = (cookie: string) => box.app.request("/api/v1/me", { headers: { Cookie: cookie } });
    expect((await me(mei.cookie)).status).toBe(401);
    expect((await me(boss.cookie)).status).toBe(200);
    await call("PATCH", "users/mei", { password: STAFF_PASSWORD });
  });

  test("the last owner stays", async () => {
    expect((await call("DELETE", "users/owner")).status).toBe(409);
    expect((await call("PATCH", "users/owner", { role: "staff" })).status).toBe(409);
    const stays = await box.app.request("/sign-in", {
      method: "POST",
      body: new URLSearchParams({ name: "owner", password: OWNER_PASSWORD }),
    });
    expect(stays.status).toBe(303);
  });
});

describe("the whole site", () => {
  test("goes out and comes in again, unchanged", async () => {
    const site = await call("GET", "site");
    expect(site.headers.get("content-disposition")).toContain("linefinder-site.json");
    expect((await call("PUT", "site", site.body)).body).toEqual({ change: null });
    const schema = await call("GET", "site/schema");
    expect(schema.body.title).toBe("Linefinder site file");
  });

  test("is refused whole, with every path", async () => {
    const before = box.configuration.current();
    const site = structuredClone((await call("GET", "site")).body) as {
      extensions: Record<string, unknown>[];
      colour?: string;
    };
    const third = site.extensions[6];
    if (third === undefined) throw new Error("no extension");
    third.number = "80A";
    site.colour = "red";
    const refused = await call("PUT", "site", site);
    expect([refused.status, paths(refused.body).toSorted()]).toEqual([
      422,
      ["colour", "extensions[6].number"],
    ]);
    const [error] = (refused.body.errors as { path: string; message: string }[]).filter(
      ({ path }) => path === "extensions[6].number",
    );
    expect(error?.message).toBe('"80A" is not a dial number');
    expect(box.configuration.current()).toBe(before);
  });
});

describe("the record of changes", () => {
  test("says who, what, before and after; and takes back", async () => {
    await call("PATCH", "settings", { ringSeconds: 45 });
    const { body } = await call("GET", "audit?limit=1");
    const [last] = body.items as readonly Json[];
    expect(last).toMatchObject({
      who: "token:environment",
      what: "settings.edit",
      differences: [{ path: "settings/ringSeconds", before: 20, after: 45 }],
    });
    expect(String(last?.at)).toMatch(/^2026-11-20T.*[+-]\d\d:\d\d$/);
    const older = await call("GET", `audit?limit=1&cursor=${String(body.nextCursor)}`);
    expect((older.body.items as Json[])[0]?.id).toBe(Number(last?.id) - 1);

    const undone = await call("POST", `audit/${String(last?.id)}/undo`);
    expect(undone.status).toBe(200);
    expect((await call("GET", "settings")).body.ringSeconds).toBe(20);
    expect((await call("POST", "audit/99999/undo")).status).toBe(404);
    expect((await call("POST", "audit/1/undo")).status).toBe(409);
  });

  test("shows no hash", async () => {
    await call("PATCH", "users/mei", { password: "yet another one" });
    const all = JSON.stringify((await call("GET", "audit?limit=500")).body);
    expect(all).not.toContain("argon2id");
    expect(all).toContain("(hidden)");
  });
});
