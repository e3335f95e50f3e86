// Who may sign in: passwords (argon2id), sessions, API tokens, failed attempts. Secrets are stored
// as hashes alone. Roles and routes are the web's affair. Main thread; hashing runs off it.
import { and, count, desc, eq, gt, lt } from "drizzle-orm";
import type { Clock } from "../ports/clock.ts";
import type { Configuration } from "../settings/configuration.ts";
import { SettingsError } from "../settings/issues.ts";
import type { SiteUser } from "../settings/model.ts";
import { apiTokens, loginAttempts, sessions } from "./schema.ts";
import type { Drizzle } from "./site-rows.ts";

export type Role = SiteUser["role"];

/** 19 MiB, 2 passes: the smaller of OWASP's recommended argon2id settings, so that a sign-in does
 *  not claim more memory than the whole box (48 ms on the machine of docs/adr/0004). */
const argon2 = { algorithm: "argon2id", memoryCost: 19_456, timeCost: 2 } as const;
/** Passwords chosen on the page. */
export const passwordLengthLeast = 8;
const passwordLengthMost = 256;
/** Attempts are kept for a week. */
const attemptsKeptMs = 7 * 24 * 3600 * 1000;

export interface Session {
  readonly user: SiteUser;
  readonly csrf: string;
  readonly createdAt: number;
  readonly seenAt: number;
  readonly expiresAt: number;
  readonly address: string;
}

export interface ApiToken {
  readonly id: number;
  readonly name: string;
  readonly role: Role;
  readonly createdBy: string;
  readonly createdAt: number;
}

export class Accounts {
  readonly #database: Drizzle;
  readonly #clock: Clock;
  readonly #configuration: Configuration;
  /** Checked against when there is no such user, so that both take the same time. */
  #decoy: Promise<string> | null = null;

  constructor(database: Drizzle, clock: Clock, configuration: Configuration) {
    this.#database = database;
    this.#clock = clock;
    this.#configuration = configuration;
  }

  /** Whether an owner exists; until then the page serves the first-run wizard alone. */
  hasOwner(): boolean {
    return this.#configuration.current().users.some((user) => user.role === "owner");
  }

  /** Sets the password of the account `owner`, once and for all.
   *  @throws SettingsError settings-05 when there is an owner already */
  async claimOwner(who: string, password: string): Promise<void> {
    this.#refuseSecondOwner();
    const passwordHash = await hashPassword(password);
    // Somebody else may have been quicker while the hash was made.
    this.#refuseSecondOwner();
    const owner = { name: "owner", role: "owner" as const, passwordHash, extension: null };
    this.#configuration.change(
      who,
      "owner.claim",
      (site) =>
        ({
          ...site,
          users: [...site.users.filter((user) => user.name !== "owner"), owner],
        }) as typeof site,
    );
  }

  #refuseSecondOwner(): void {
    if (!this.hasOwner()) return;
    throw new SettingsError("settings-05", "The owner's password has been set already.");
  }

  /** @returns the user, or null for a wrong name or password; takes equally long for both */
  async verify(name: string, password: string): Promise<SiteUser | null> {
    const user = this.#configuration.current().users.find((one) => one.name === name);
    this.#decoy ??= hashPassword("not anybody's password");
    const hash = user?.passwordHash ?? (await this.#decoy);
    if (password.length > passwordLengthMost) return null;
    const fits = await Bun.password.verify(password, hash);
    return fits ? (user ?? null) : null;
  }

  /** @throws SettingsError settings-03 (no such user). Ends the user's other sessions. */
  async setPassword(who: string, name: string, password: string): Promise<void> {
    const passwordHash = await hashPassword(password);
    this.#configuration.edit(who, "users", name, { passwordHash });
    this.endSessionsOf(name);
  }

  /** @param lifeMs how long it lasts without being renewed
   *  @returns the cookie's value and the token for forms */
  startSession(
    user: string,
    address: string,
    lifeMs: number,
  ): { readonly token: string; readonly csrf: string } {
    const [token, csrf] = [secret(), secret()];
    const now = this.#clock.now();
    this.#database.delete(sessions).where(lt(sessions.expiresAt, now)).run();
    const row = { user, csrf, address, createdAt: now, seenAt: now, expiresAt: now + lifeMs };
    this.#database
      .insert(sessions)
      .values({ ...row, tokenHash: hashToken(token) })
      .run();
    return { token, csrf };
  }

  /** @returns null when the session does not exist, has expired or its user is gone */
  session(token: string): Session | null {
    const row = this.#database
      .select()
      .from(sessions)
      .where(
        and(eq(sessions.tokenHash, hashToken(token)), gt(sessions.expiresAt, this.#clock.now())),
      )
      .get();
    if (row === undefined) return null;
    const user = this.#configuration.current().users.find((one) => one.name === row.user);
    if (user === undefined) return null;
    const { csrf, createdAt, seenAt, expiresAt, address } = row;
    return { user, csrf, createdAt, seenAt, expiresAt, address };
  }

  /** Costs one commit: call it now and then, not with every request. */
  renewSession(token: string, lifeMs: number): void {
    const now = this.#clock.now();
    this.#database
      .update(sessions)
      .set({ seenAt: now, expiresAt: now + lifeMs })
      .where(eq(sessions.tokenHash, hashToken(token)))
      .run();
  }

  endSession(token: string): void {
    this.#database
      .delete(sessions)
      .where(eq(sessions.tokenHash, hashToken(token)))
      .run();
  }

  endSessionsOf(user: string): void {
    this.#database.delete(sessions).where(eq(sessions.user, user)).run();
  }

  /** @returns the token, shown this once */
  addToken(who: string, name: string, role: Role): { readonly id: number; readonly token: string } {
    const token = secret();
    const row = { name, role, tokenHash: hashToken(token), createdBy: who };
    const { id } = this.#database
      .insert(apiTokens)
      .values({ ...row, createdAt: this.#clock.now() })
      .returning({ id: apiTokens.id })
      .get();
    return { id, token };
  }

  token(token: string): ApiToken | null {
    const hash = hashToken(token);
    const row = this.#database.select().from(apiTokens).where(eq(apiTokens.tokenHash, hash)).get();
    return row === undefined ? null : tokenOf(row);
  }

  tokens(): readonly ApiToken[] {
    return this.#database.select().from(apiTokens).orderBy(desc(apiTokens.id)).all().map(tokenOf);
  }

  /** @returns false when there is none of that id */
  removeToken(id: number): boolean {
    const gone = this.#database.delete(apiTokens).where(eq(apiTokens.id, id)).returning().all();
    return gone.length > 0;
  }

  /** Notes an attempt to sign in. @param subject what is limited: `user:NAME`, `address:IP` */
  noteAttempt(subject: string, succeeded: boolean): void {
    const at = this.#clock.now();
    this.#database
      .delete(loginAttempts)
      .where(lt(loginAttempts.at, at - attemptsKeptMs))
      .run();
    this.#database.insert(loginAttempts).values({ at, subject, succeeded }).run();
  }

  /** Failed attempts of the last `withinMs`, since the last one that succeeded. */
  failedAttempts(subject: string, withinMs: number): number {
    const since = this.#clock.now() - withinMs;
    const success = this.#database
      .select({ at: loginAttempts.at, id: loginAttempts.id })
      .from(loginAttempts)
      .where(and(eq(loginAttempts.subject, subject), eq(loginAttempts.succeeded, true)))
      .orderBy(desc(loginAttempts.at), desc(loginAttempts.id))
      .limit(1)
      .get();
    const row = this.#database
      .select({ failures: count() })
      .from(loginAttempts)
      .where(
        and(
          eq(loginAttempts.subject, subject),
          gt(loginAttempts.at, since),
          gt(loginAttempts.id, success?.id ?? 0),
        ),
      )
      .get();
    return row?.failures ?? 0;
  }
}

/** @throws SettingsError settings-02 for an empty or endless password */
export async function hashPassword(password: string): Promise<string> {
  if (password.length === 0 || password.length > passwordLengthMost) {
    throw new SettingsError("settings-02", "A password has 1 to 256 characters.");
  }
  return await Bun.password.hash(password, argon2);
}

const hashToken = (token: string): string =>
  new Bun.CryptoHasher("sha256").update(token).digest("hex");

/** 256 random bits, safe in a cookie and a header. */
const secret = (): string =>
  Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString("base64url");

function tokenOf(row: typeof apiTokens.$inferSelect): ApiToken {
  const { id, name, createdBy, createdAt } = row;
  return { id, name, role: row.role === "owner" ? "owner" : "staff", createdBy, createdAt };
}
