// Who is signed in on the page. Kept by the store so that a restart signs nobody out.

export interface Session {
  /** SHA-256 (hex) of the cookie's token; the token itself is stored nowhere. */
  readonly tokenHash: string;
  readonly user: string;
  /** Sent back by every form of this session. */
  readonly csrf: string;
  /** Epoch ms. */
  readonly createdAt: number;
  readonly seenAt: number;
}

export interface SessionStore {
  get(tokenHash: string): Session | null;
  /** Inserts or updates. */
  put(session: Session): void;
  remove(tokenHash: string): void;
  /** Ends all sessions of a user, e.g. after a new password. */
  removeUser(user: string): void;
  /** Ends those not seen since this time. */
  removeUnseenSince(at: number): void;
}
