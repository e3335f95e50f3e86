import { describe, expect, test } from "bun:test";
import type { Accounts } from "../../src/ports/accounts.ts";
import { buildApp } from "../../web/app.ts";
import { FIRST_WAIT_MS, FORGET_MS, LONGEST_WAIT_MS } from "../../web/auth/attempts.ts";
import { SESSION_IDLE_MS, SESSION_LONGEST_MS } from "../../web/auth/cookies.ts";
import { createInTurn } from "../../web/auth/in-turn.ts";
import {
  type Box,
  buildBox,
  OWNER_PASSWORD,
  owner,
  STAFF_PASSWORD,
  signIn,
} from "./support/box.ts";

const form = (fields: Record<string, string>, headers: Record<string, string> = {}) => ({
  method: "POST",
  body: new URLSearchParams(fields),
  headers,
});
const post = (box: Box, name: string, password: string, extra: Record<string, string> = {}) =>
  box.app.request("/sign-in", form({ name, password, ...extra }));

describe("sign-in", () => {
  test("the right password starts a session in a strict cookie", async () => {
    const box = buildBox();
    const response = await post(box, "owner", OWNER_PASSWORD, { next: "/history?page=2" });
    expect(response.status).toBe(303);
    expect(response.headers.get("location")).toBe("/history?page=2");
    const cookie = response.headers.getSetCookie()[0] ?? "";
    expect(cookie).toMatch(/^lf_session=[\w-]+; /);
    expect(cookie).toContain("HttpOnly");
    expect(cookie).toContain("SameSite=Strict");
    expect(cookie).not.toContain("Secure");
  });

  test("under TLS the cookie is Secure and bound to the host", async () => {
    const box = buildBox();
    const request = form({ name: "owner", password: OWNER_PASSWORD });
    const response = await box.app.request("https://box.lan/sign-in", request);
    const cookie = response.headers.getSetCookie()[0] ?? "";
    expect(cookie).toMatch(/^__Host-lf_session=/);
    expect(cookie).toContain("Secure");
    expect(response.headers.get("strict-transport-security")).not.toBeNull();
  });

  for (const next of ["//evil.example", "/\\evil.example", "https://evil.example", "/\nx", "x"]) {
    test(`is not led away to ${JSON.stringify(next)}`, async () => {
      const response = await post(buildBox(), "owner", OWNER_PASSWORD, { next });
      expect(response.headers.get("location")).toBe("/");
    });
  }

  test("a wrong password and an unknown name look the same", async () => {
    const box = buildBox();
    const [wrong, unknown] = [await post(box, "owner", "no"), await post(box, "nobody", "no")];
    expect([wrong.status, unknown.status]).toEqual([401, 401]);
    expect(await wrong.text()).toBe(await unknown.text());
    expect(wrong.headers.getSetCookie()).toEqual([]);
  });

  test("a huge password is refused before it is hashed", async () => {
    expect((await post(buildBox(), "owner", "x".repeat(300))).status).toBe(422);
  });

  test("ten wrong passwords slow an address down, more and more, and it is logged", async () => {
    const box = buildBox();
    for (let n = 0; n < 10; n += 1) expect((await post(box, "owner", "no")).status).toBe(401);
    const refused = await post(box, "owner", OWNER_PASSWORD);
    expect(refused.status).toBe(429);
    expect(refused.headers.get("retry-after")).toBe(String(FIRST_WAIT_MS / 1000));
    expect(box.log.filter(({ what }) => what === "wrong password")).toHaveLength(10);
    expect(box.log.at(-1)).toMatchObject({ level: "warn", what: "sign-in slowed down" });
    expect(box.accounts.failedAttempts("address:unknown", FORGET_MS)).toBe(10);

    box.clock.advance(FIRST_WAIT_MS);
    expect((await post(box, "owner", "no")).status).toBe(401);
    box.clock.advance(FIRST_WAIT_MS);
    expect((await post(box, "owner", OWNER_PASSWORD)).status).toBe(429);
    box.clock.advance(FIRST_WAIT_MS);
    expect((await post(box, "owner", OWNER_PASSWORD)).status).toBe(303);
    // The right one wipes the slate.
    for (let n = 0; n < 10; n += 1) expect((await post(box, "owner", "no")).status).toBe(401);
  });

  test("many wrong passwords at once count one by one", async () => {
    const box = buildBox();
    const answers = await Promise.all(Array.from({ length: 20 }, () => post(box, "owner", "no")));
    expect(answers.filter((answer) => answer.status === 401)).toHaveLength(10);
    expect(answers.filter((answer) => answer.status === 429)).toHaveLength(10);
  });

  test("nobody waits longer than a quarter of an hour, and all is forgotten", async () => {
    const box = buildBox();
    for (let n = 0; n < 25; n += 1) {
      await post(box, "owner", "no");
      box.clock.advance(LONGEST_WAIT_MS);
    }
    expect((await post(box, "owner", OWNER_PASSWORD)).status).toBe(303);
    for (let n = 0; n < 10; n += 1) await post(box, "owner", "no");
    box.clock.advance(FORGET_MS);
    for (let n = 0; n < 10; n += 1) expect((await post(box, "owner", "no")).status).toBe(401);
  });

  test("passwords are checked one at a time, and only so many wait", async () => {
    const { deps } = buildBox();
    let [now, most] = [0, 0];
    const accounts: Accounts = new Proxy(deps.accounts, {
      get(real, name) {
        const value: unknown = Reflect.get(real, name, real);
        if (name !== "verify") return typeof value === "function" ? value.bind(real) : value;
        return async (user: string, password: string) => {
          now += 1;
          most = Math.max(most, now);
          const found = await real.verify(user, password);
          now -= 1;
          return found;
        };
      },
    });
    const app = buildApp({ ...deps, accounts });
    const fields = { name: "owner", password: OWNER_PASSWORD };
    const rush = Array.from({ length: 5 }, () => app.request("/sign-in", form(fields)));
    const statuses = (await Promise.all(rush)).map((answer) => answer.status);
    expect([...statuses, most]).toEqual([303, 303, 303, 303, 303, 1]);

    const inTurn = createInTurn();
    const never = Array.from({ length: 32 }, () => inTurn(() => new Promise(() => undefined)));
    expect(never).toHaveLength(32);
    expect(() => inTurn(async () => 1)).toThrow("busy");
  });
});

describe("sessions", () => {
  const me = (box: Box, cookie: string) =>
    box.app.request("/api/v1/me", { headers: { Cookie: cookie } });

  test("end at sign-out", async () => {
    const box = buildBox();
    const { cookie, csrf } = signIn(box, "owner");
    const out = await box.app.request("/sign-out", form({ csrf }, { Cookie: cookie }));
    expect(out.headers.get("location")).toBe("/sign-in");
    expect((await me(box, cookie)).status).toBe(401);
  });

  test("end when not used for a week, and after a month in any case", async () => {
    const box = buildBox();
    const idle = signIn(box, "owner");
    box.clock.advance(SESSION_IDLE_MS + 1);
    expect((await me(box, idle.cookie)).status).toBe(401);
    const used = signIn(box, "owner");
    for (let day = 0; day < 30; day += 1) {
      expect((await me(box, used.cookie)).status).toBe(200);
      box.clock.advance(SESSION_LONGEST_MS / 30);
    }
    box.clock.advance(1);
    expect((await me(box, used.cookie)).status).toBe(401);
  });

  test("end when the password changes or the account goes, whoever changed it", async () => {
    const box = buildBox();
    const [mei, boss] = [signIn(box, "mei"), signIn(box, "owner")];
    const passwordHash = await Bun.password.hash("another one", { algorithm: "argon2id" });
    box.configuration.edit("console", "users", "mei", { passwordHash });
    expect((await me(box, mei.cookie)).status).toBe(401);
    expect((await me(box, boss.cookie)).status).toBe(200);
  });

  test("a new one is begun at each sign-in, and the old one ends", async () => {
    const box = buildBox();
    const { cookie, csrf } = signIn(box, "owner");
    const fields = { name: "mei", password: STAFF_PASSWORD, csrf };
    const again = await box.app.request("/sign-in", form(fields, { Cookie: cookie }));
    expect(again.status).toBe(303);
    expect((await me(box, cookie)).status).toBe(401);
  });
});

describe("first visit", () => {
  test("nothing but the welcome page is served until the owner has a password", async () => {
    const box = buildBox({ users: "none" });
    for (const path of ["/", "/sign-in", "/history", "/nowhere"]) {
      const response = await box.app.request(path);
      expect([path, response.status, response.headers.get("location")]).toEqual([
        path,
        303,
        "/welcome",
      ]);
    }
    for (const path of ["/api/v1/health", "/api/v1/extensions", "/line/fxs/1", "/api/v2/x"]) {
      const response = await box.app.request(path);
      expect([path, response.status]).toEqual([path, 503]);
      expect(response.headers.get("content-type")).toBe("application/problem+json");
    }
    expect((await box.app.request("/welcome")).status).toBe(200);
    expect((await box.app.request("/api/v1/health", { headers: owner })).status).toBe(200);
  });

  test("sets the password once and signs in", async () => {
    const box = buildBox({ users: "none" });
    const short = await box.app.request(
      "/welcome",
      form({ password: "1234567", again: "1234567" }),
    );
    expect(short.status).toBe(422);
    const typo = await box.app.request(
      "/welcome",
      form({ password: "12345678", again: "12345687" }),
    );
    expect(typo.status).toBe(422);
    expect(box.configuration.current().users).toEqual([]);

    const fields = { password: "a good one", again: "a good one" };
    const set = await box.app.request("/welcome", form(fields));
    expect([set.status, set.headers.get("location")]).toEqual([303, "/"]);
    const cookie = set.headers.getSetCookie()[0]?.split(";")[0] ?? "";
    const me = await box.app.request("/api/v1/me", { headers: { Cookie: cookie } });
    expect(await me.json()).toMatchObject({ name: "owner", role: "owner" });

    expect((await box.app.request("/welcome")).status).toBe(404);
    const again = await box.app.request(
      "/welcome",
      form({ password: "thief's1", again: "thief's1" }),
    );
    expect(again.status).toBe(404);
    expect((await post(box, "owner", "a good one")).status).toBe(303);
  });

  test("of two first visits at once one wins", async () => {
    const box = buildBox({ users: "none" });
    const answers = await Promise.all(
      ["first one", "other one"].map((password) =>
        box.app.request("/welcome", form({ password, again: password })),
      ),
    );
    expect(answers.map((answer) => answer.status).toSorted()).toEqual([303, 404]);
    expect(box.configuration.current().users).toHaveLength(1);
  });
});

describe("tokens", () => {
  test("an empty bearer never matches a token that is not set", async () => {
    const box = buildBox({ tokens: { api: null, line: null } });
    for (const header of ["Bearer ", "Bearer null", "bearer undefined", "Basic b3duZXI6"]) {
      const response = await box.app.request("/api/v1/me", { headers: { Authorization: header } });
      expect(response.status).toBe(401);
    }
  });

  test("an empty ?token= never matches a line token that is not set", async () => {
    const box = buildBox({ tokens: { api: null, line: null } });
    for (const query of ["?token=", "?token=null", ""]) {
      expect((await box.app.request(`/line/fxs/1${query}`)).status).toBe(401);
    }
  });

  test("the line token opens no part of the API", async () => {
    const headers = { Authorization: "Bearer line-token-of-the-tests-0001" };
    expect((await buildBox().app.request("/api/v1/me", { headers })).status).toBe(401);
  });

  test("one made on the page has the role it was given, until it is removed", async () => {
    const box = buildBox();
    const { token, id } = box.accounts.addToken("owner", "wallboard", "staff");
    const headers = { Authorization: `Bearer ${token}` };
    const me = () => box.app.request("/api/v1/me", { headers });
    expect(await (await me()).json()).toMatchObject({ role: "staff", extension: null, csrf: "" });
    expect((await box.app.request("/line/fxs/1", { headers })).status).toBe(403);
    box.accounts.removeToken(id);
    expect((await me()).status).toBe(401);
  });
});
