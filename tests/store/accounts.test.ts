import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { SettingsError } from "../../src/settings/issues.ts";
import { hashPassword } from "../../src/store/accounts.ts";
import { inDirectory, open, systemClock, withStore } from "./support.ts";

// Threads, child processes and a disk: on a busy machine each takes its time.
setDefaultTimeout(30_000);

/** The system clock with a lead that a test can change. */
function movable() {
  let lead = 0;
  const clock = { ...systemClock, now: () => systemClock.now() + lead };
  return { clock, advance: (ms: number) => (lead += ms) };
}

describe("the owner's password", () => {
  test("is set once, also when two ask at the same time", async () => {
    await withStore(async ({ accounts }) => {
      expect(accounts.hasOwner()).toBe(false);
      const outcomes = await Promise.allSettled([
        accounts.claimOwner("box", "correct horse"),
        accounts.claimOwner("box", "battery staple"),
      ]);
      expect(outcomes.map((one) => one.status).sort()).toEqual(["fulfilled", "rejected"]);
      const refused = outcomes.find((one) => one.status === "rejected");
      expect(refused?.status === "rejected" && refused.reason instanceof SettingsError).toBe(true);
      expect(accounts.hasOwner()).toBe(true);
      await expect(accounts.claimOwner("box", "x")).rejects.toThrow("set already");
    });
  });

  test("opens for the right name and password alone", async () => {
    await withStore(async ({ accounts }) => {
      await accounts.claimOwner("box", "correct horse");
      expect((await accounts.verify("owner", "correct horse"))?.role).toBe("owner");
      expect(await accounts.verify("owner", "correct hors")).toBe(null);
      expect(await accounts.verify("owner", "")).toBe(null);
      expect(await accounts.verify("owner", "x".repeat(100_000))).toBe(null);
      expect(await accounts.verify("nobody", "correct horse")).toBe(null);
    });
  });

  test("empty and endless ones are refused", async () => {
    await expect(hashPassword("")).rejects.toThrow("1 to 256");
    await expect(hashPassword("x".repeat(257))).rejects.toThrow("1 to 256");
  });
});

describe("sessions", () => {
  test("outlive a restart, end when told, and are stored as hashes alone", async () => {
    await inDirectory(async (directory) => {
      const store = open(directory);
      await store.accounts.claimOwner("box", "correct horse");
      const { token, csrf } = store.accounts.startSession("owner", "127.0.0.1", 60_000);
      await store.close();
      expect(await Bun.file(`${directory}/linefinder.db`).text()).not.toContain(token);
      const again = open(directory);
      const session = again.accounts.session(token);
      expect([session?.user.name, session?.csrf]).toEqual(["owner", csrf]);
      expect(again.accounts.session(`${token}x`)).toBe(null);
      again.accounts.endSession(token);
      expect(again.accounts.session(token)).toBe(null);
      await again.close();
    });
  });

  test("expire, and live on when renewed", async () => {
    const { clock, advance } = movable();
    await withStore(
      async ({ accounts }) => {
        await accounts.claimOwner("box", "correct horse");
        const { token } = accounts.startSession("owner", "", 1000);
        advance(900);
        accounts.renewSession(token, 1000);
        advance(900);
        expect(accounts.session(token)?.user.name).toBe("owner");
        advance(200);
        expect(accounts.session(token)).toBe(null);
      },
      { clock },
    );
  });

  test("end with their user and with a new password, nobody else's", async () => {
    await withStore(async ({ accounts, configuration }) => {
      await accounts.claimOwner("box", "correct horse");
      const passwordHash = configuration.current().users[0]?.passwordHash;
      for (const name of ["anna", "bert"]) {
        configuration.add("owner", "users", { name, role: "staff", passwordHash });
      }
      const [owner, anna, bert] = ["owner", "anna", "bert"].map(
        (name) => accounts.startSession(name, "", 60_000).token,
      );
      configuration.remove("owner", "users", "anna");
      await accounts.setPassword("bert", "bert", "battery staple");
      configuration.editSettings("owner", { ringSeconds: 20 });
      const alive = [owner, anna, bert].map((token) => accounts.session(token ?? "") !== null);
      expect(alive).toEqual([true, false, false]);
    });
  });
});

test("API tokens: made, found by secret, removed", async () => {
  await withStore(({ accounts }) => {
    const { id, token } = accounts.addToken("owner", "provisioning", "owner");
    expect(accounts.token(token)).toMatchObject({ id, name: "provisioning", role: "owner" });
    expect(accounts.token("wrong")).toBe(null);
    expect(accounts.tokens().map((one) => one.name)).toEqual(["provisioning"]);
    expect([accounts.removeToken(id), accounts.removeToken(id)]).toEqual([true, false]);
    expect(accounts.token(token)).toBe(null);
  });
});

test("failed attempts count since the last success and within the time asked for", async () => {
  const { clock, advance } = movable();
  await withStore(
    ({ accounts }) => {
      for (const succeeded of [false, true, false, false]) {
        accounts.noteAttempt("user:owner", succeeded);
      }
      accounts.noteAttempt("user:anna", false);
      expect(accounts.failedAttempts("user:owner", 60_000)).toBe(2);
      advance(61_000);
      accounts.noteAttempt("user:owner", false);
      expect(accounts.failedAttempts("user:owner", 60_000)).toBe(1);
    },
    { clock },
  );
});
