// Who may sign in: what the page asks of the store. Hashes alone are kept; the store's Accounts
// implements it. A session and a password cost a commit or a hash: see each method.
import type { SiteUser } from "../settings/model.ts";

export interface Session {
  readonly user: SiteUser;
  /** Sent back by every form while signed in. */
  readonly csrf: string;
  /** Epoch ms. */
  readonly createdAt: number;
  readonly seenAt: number;
}

export interface Accounts {
  /** Until there is an owner the page serves the first visit alone. */
  hasOwner(): boolean;
  /** Sets the password of the account `owner`, once and for all.
   *  @throws SettingsError settings-05 when there is an owner already */
  claimOwner(who: string, password: string): Promise<void>;
  /** Costs an argon2id hash, 20 MB for its time. Takes equally long for an unknown name.
   *  @returns null for a wrong name or password */
  verify(name: string, password: string): Promise<SiteUser | null>;
  /** @param lifeMs how long it lasts without being renewed
   *  @returns the cookie's value, which is kept nowhere, and the token for forms */
  startSession(
    user: string,
    address: string,
    lifeMs: number,
  ): { readonly token: string; readonly csrf: string };
  /** Null when it does not exist, has expired, or its user is gone. */
  session(token: string): Session | null;
  /** Costs a commit: now and then, not with every request. */
  renewSession(token: string, lifeMs: number): void;
  endSession(token: string): void;
  endSessionsOf(user: string): void;
  /** A bearer token that was made on the page. */
  token(token: string): { readonly name: string; readonly role: SiteUser["role"] } | null;
  /** Keeps a record of a sign-in. @param subject `user:NAME`, `address:IP` */
  noteAttempt(subject: string, succeeded: boolean): void;
}
