// Accounts without a database: sessions in a map, argon2id at its least cost.
import type { Accounts, Session } from "../../../src/ports/accounts.ts";
import type { Clock } from "../../../src/ports/clock.ts";
import type { Configuration } from "../../../src/settings/configuration.ts";
import { SettingsError } from "../../../src/settings/issues.ts";

const cheap = { algorithm: "argon2id", memoryCost: 8, timeCost: 1 } as const;
export const cheapHash = (password: string) => Bun.password.hash(password, cheap);
export const cheapHashSync = (password: string) => Bun.password.hashSync(password, cheap);

export interface MemoryAccounts extends Accounts {
  readonly attempts: { readonly subject: string; readonly succeeded: boolean }[];
  /** Passwords being checked at this moment, and the most there ever were. */
  readonly checking: { now: number; most: number };
}

export function memoryAccounts(configuration: Configuration, clock: Clock): MemoryAccounts {
  interface Row extends Omit<Session, "user"> {
    readonly user: string;
    readonly expiresAt: number;
  }
  const sessions = new Map<string, Row>();
  const attempts: MemoryAccounts["attempts"] = [];
  const checking = { now: 0, most: 0 };
  let made = 0;
  const users = () => configuration.current().users;
  const refuseSecondOwner = () => {
    if (users().some((user) => user.role === "owner")) throw new SettingsError("settings-05", "");
  };
  return {
    attempts,
    checking,
    hasOwner: () => users().some((user) => user.role === "owner"),
    async claimOwner(who, password) {
      refuseSecondOwner();
      const passwordHash = await cheapHash(password);
      refuseSecondOwner();
      configuration.add(who, "users", { name: "owner", role: "owner", passwordHash });
    },
    async verify(name, password) {
      checking.now += 1;
      checking.most = Math.max(checking.most, checking.now);
      const user = users().find((one) => one.name === name);
      const fits = user !== undefined && (await Bun.password.verify(password, user.passwordHash));
      checking.now -= 1;
      return fits ? user : null;
    },
    startSession(user, _address, lifeMs) {
      made += 1;
      const [token, csrf, now] = [`session-${made}`, `csrf-${made}`, clock.now()];
      sessions.set(token, { user, csrf, createdAt: now, seenAt: now, expiresAt: now + lifeMs });
      return { token, csrf };
    },
    session(token) {
      const row = sessions.get(token);
      const user = users().find((one) => one.name === row?.user);
      if (row === undefined || user === undefined || row.expiresAt <= clock.now()) return null;
      return { user, csrf: row.csrf, createdAt: row.createdAt, seenAt: row.seenAt };
    },
    renewSession(token, lifeMs) {
      const row = sessions.get(token);
      const now = clock.now();
      if (row) sessions.set(token, { ...row, seenAt: now, expiresAt: now + lifeMs });
    },
    endSession: (token) => void sessions.delete(token),
    endSessionsOf(user) {
      for (const [token, row] of sessions) if (row.user === user) sessions.delete(token);
    },
    token: (token) =>
      token === "a-token-made-on-the-page" ? { name: "wallboard", role: "staff" } : null,
    noteAttempt: (subject, succeeded) => void attempts.push({ subject, succeeded }),
  };
}
