// What the edge does with any request: headers, refusals, bodies.
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { StoreError } from "../../src/store/errors.ts";
import { buildApp } from "../../web/app.ts";
import { BODY_BYTES_MAX } from "../../web/body.ts";
import { isoTime } from "../../web/time.ts";
import { buildBox, owner, signIn } from "./support/box.ts";

const box = buildBox();
const json = { ...owner, "Content-Type": "application/json" };
const post = (body: BodyInit, headers: Record<string, string> = json, path = "extensions") =>
  box.app.request(`/api/v1/${path}`, { method: "POST", body, headers });

async function problem(response: Response) {
  expect(response.headers.get("content-type")).toBe("application/problem+json");
  const body = (await response.json()) as {
    readonly type: string;
    readonly title: string;
    readonly status: number;
    readonly detail?: string;
    readonly errors?: readonly { readonly path: string; readonly message: string }[];
  };
  expect(body.status).toBe(response.status);
  expect(body.title).not.toBe("");
  return { ...body, code: body.type.replace("urn:linefinder:problem:", "") };
}

describe("headers", () => {
  for (const path of ["/sign-in", "/api/v1/health", "/api/v1/nowhere", "/nowhere", "/line/fxs/1"]) {
    test(`of ${path} forbid what a page of ours never does`, async () => {
      const { headers } = await box.app.request(path);
      const policy = headers.get("content-security-policy") ?? "";
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toContain("unsafe");
      expect(headers.get("x-content-type-options")).toBe("nosniff");
      expect(headers.get("referrer-policy")).toBe("same-origin");
      expect(headers.get("cache-control")).toBe("no-store");
      expect(headers.get("x-powered-by")).toBeNull();
    });
  }
});

describe("refusals of the API are problem details", () => {
  test("404", async () => {
    const response = await box.app.request("/api/v1/nowhere", { headers: owner });
    expect((await problem(response)).code).toBe("notFound");
    const none = await box.app.request("/api/v1/extensions/899", { headers: owner });
    expect(await problem(none)).toMatchObject({ code: "notFound", status: 404 });
  });

  test("405 says what the path knows", async () => {
    const response = await box.app.request("/api/v1/extensions/801", {
      method: "PUT",
      body: "{}",
      headers: json,
    });
    expect(response.headers.get("allow")).toBe("GET, HEAD, PATCH, DELETE");
    expect((await problem(response)).code).toBe("methodNotAllowed");
    const closed = await box.app.request("/api/v1/health", { method: "DELETE" });
    expect([closed.status, closed.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
  });

  test("413 by declared and by real length", async () => {
    const huge = "x".repeat(BODY_BYTES_MAX + 1);
    expect((await problem(await post(huge))).code).toBe("tooLarge");
    const declared = await post("{}", { ...json, "Content-Length": "999999999" });
    expect((await problem(declared)).code).toBe("tooLarge");
    let pulled = 0;
    const endless = new ReadableStream({
      pull(controller) {
        pulled += 1;
        controller.enqueue(new Uint8Array(64 * 1024));
      },
    });
    expect((await problem(await post(endless))).code).toBe("tooLarge");
    expect(pulled).toBeLessThan(16);
  });

  for (const type of ["text/plain", "application/x-www-form-urlencoded", "application/jsonp", ""]) {
    test(`415 for ${type === "" ? "no type" : type}`, async () => {
      const response = await post(new TextEncoder().encode("{}"), {
        ...owner,
        "Content-Type": type,
      });
      expect((await problem(response)).code).toBe("wrongType");
    });
  }

  const malformed: readonly (readonly [string, string | Uint8Array<ArrayBuffer>])[] = [
    ["nothing", ""],
    ["half an object", '{"number":'],
    ["two objects", "{}{}"],
    ["bytes that are no UTF-8", new Uint8Array([0x7b, 0xff, 0x7d])],
    ["a bottomless list", "[".repeat(200_000)],
    ["single quotes", "{'number':'801'}"],
  ];
  for (const [name, body] of malformed) {
    test(`400 for ${name}`, async () => {
      expect((await problem(await post(body))).code).toBe("malformed");
    });
  }

  test("422 has the path of each error, unknown keys too", async () => {
    const body = {
      number: "80A",
      name: 5,
      port: "fxo/1",
      groups: ["x"],
      colour: "red",
      __proto: 1,
    };
    const { code, errors } = await problem(await post(JSON.stringify(body)));
    expect(code).toBe("invalid");
    expect(errors?.map((error) => error.path).toSorted()).toEqual([
      "__proto",
      "colour",
      "groups[0]",
      "name",
      "number",
      "port",
    ]);
  });

  for (const body of ["null", "[]", '"801"', "5", '{"__proto__":{"number":"809"}}']) {
    test(`422 for ${body}`, async () => {
      expect((await problem(await post(body))).code).toBe("invalid");
    });
  }

  test("an unknown or a wrong query is refused", async () => {
    for (const query of ["limit=0", "limit=501", "limit=x", "limt=5", "cursor=", "a=1&b=2"]) {
      const response = await box.app.request(`/api/v1/extensions?${query}`, { headers: owner });
      expect([query, (await problem(response)).code]).toEqual([query, "invalid"]);
    }
  });

  test("our own bugs say nothing about themselves", async () => {
    const broken = buildBox();
    broken.runtime.snapshot = () => {
      throw new Error("secret inner state");
    };
    const response = await broken.app.request("/api/v1/calls", { headers: owner });
    expect(response.status).toBe(500);
    expect(JSON.stringify(await problem(response))).not.toContain("secret");
    expect(String(broken.log.at(-1)?.facts.error)).toContain("secret inner state");
  });

  test("what the store cannot do just now is said, not hidden", async () => {
    const { deps } = buildBox();
    const failing = (code: "store-05" | "store-08" | "store-09") => {
      const fail = async () => {
        throw new StoreError(code, "why");
      };
      return buildApp({ ...deps, history: { ...deps.history, search: fail } });
    };
    const ask = async (code: "store-05" | "store-08" | "store-09") => {
      const response = await failing(code).request("/api/v1/cdrs?text=138", { headers: owner });
      return [response.status, (await problem(response)).code];
    };
    expect(await ask("store-05")).toEqual([507, "diskFull"]);
    expect(await ask("store-09")).toEqual([503, "busy"]);
    expect(await ask("store-08")).toEqual([500, "internal"]);
  });

  test("whatever body comes, the answer is a refusal and nothing changes", async () => {
    const before = box.configuration.current();
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.json(),
          fc.string(),
          fc.uint8Array({ maxLength: 300 }).map((bytes) => new Uint8Array(bytes)),
          fc
            .object({ key: fc.constantFrom("number", "port", "name", "groups", "x") })
            .map((o) => JSON.stringify(o)),
        ),
        fc.constantFrom("POST extensions", "PATCH extensions/801", "PATCH settings", "PUT site"),
        async (body, where) => {
          const [method = "", path = ""] = where.split(" ");
          const request = { method, body, headers: json };
          const response = await box.app.request(`/api/v1/${path}`, request);
          // An empty patch is no error: it changes nothing.
          if (response.status !== 200) await problem(response);
          expect([200, 400, 409, 422]).toContain(response.status);
        },
      ),
      { numRuns: 300 },
    );
    expect(box.configuration.current().extensions.length).toBe(before.extensions.length);
  });
});

describe("pages", () => {
  test("lead to the sign-in and back, keeping the way", async () => {
    const response = await box.app.request("/sign-out", { method: "POST" });
    expect(response.headers.get("location")).toBe("/sign-in?next=%2F");
  });

  test("tell htmx to load a whole page instead of a fragment", async () => {
    const response = await box.app.request("/sign-out", {
      method: "POST",
      headers: { "HX-Request": "true" },
    });
    expect(response.status).toBe(401);
    expect(response.headers.get("hx-redirect")).toBe("/sign-in?next=%2F");
  });

  test("that do not exist are drawn, in the visitor's language", async () => {
    const drawn = async (headers: Record<string, string>) => {
      const response = await box.app.request("/nowhere", { headers });
      expect(response.status).toBe(404);
      return /<html lang="([^"]+)"/.exec(await response.text())?.[1];
    };
    expect(await drawn({})).toBe("zh-CN");
    expect(await drawn({ "Accept-Language": "fr, en-GB;q=0.8, zh;q=0.5" })).toBe("en");
    expect(await drawn({ "Accept-Language": "fr" })).toBe("zh-CN");
    expect(await drawn({ Cookie: "lf_language=en", "Accept-Language": "zh" })).toBe("en");
    expect(await drawn({ Cookie: "lf_language=xx" })).toBe("zh-CN");
  });

  test("a preference is kept by the browser, also before sign-in", async () => {
    const response = await box.app.request("/preferences", {
      method: "POST",
      body: new URLSearchParams({ language: "en", theme: "dark", back: "/sign-in" }),
    });
    expect([response.status, response.headers.get("location")]).toEqual([303, "/sign-in"]);
    const cookies = response.headers.getSetCookie().map((cookie) => cookie.split(";")[0]);
    expect(cookies).toEqual(["lf_language=en", "lf_theme=dark"]);
    const wrong = await box.app.request("/preferences", {
      method: "POST",
      body: new URLSearchParams({ language: "xx" }),
    });
    expect(wrong.status).toBe(422);
  });

  test("a form's token may come as a field", async () => {
    const { cookie, csrf } = signIn(box, "mei");
    const out = (token: string) =>
      box.app.request("/sign-out", {
        method: "POST",
        body: new URLSearchParams({ csrf: token }),
        headers: { Cookie: cookie },
      });
    expect((await out("wrong")).status).toBe(403);
    expect((await out(csrf)).status).toBe(303);
  });
});

test("times have the offset of the box's time zone", () => {
  const at = Date.UTC(2026, 10, 20, 3, 4, 5, 678);
  const before = process.env.TZ;
  const inZone = (zone: string) => {
    process.env.TZ = zone;
    return isoTime(at);
  };
  try {
    expect(inZone("Asia/Shanghai")).toBe("2026-11-20T11:04:05.678+08:00");
    expect(inZone("America/St_Johns")).toBe("2026-11-19T23:34:05.678-03:30");
    expect(inZone("UTC")).toBe("2026-11-20T03:04:05.678+00:00");
    fc.assert(
      fc.property(
        fc.date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true }),
        (date) => {
          expect(Date.parse(isoTime(date.getTime()))).toBe(date.getTime());
        },
      ),
    );
  } finally {
    if (before === undefined) delete process.env.TZ;
    else process.env.TZ = before;
  }
});
