// Sessions: a random token in a cookie, its hash in the store.
import type { Clock } from "../../src/ports/clock.ts";
import type { Session, SessionStore } from "../../src/ports/sessions.ts";
import { createSecret, sha256 } from "./tokens.ts";

export const SESSION_IDLE_MS = 7 * 24 * 3_600_000;
export const SESSION_LONGEST_MS = 30 * 24 * 3_600_000;
/** `seenAt` is written at most this often: a page with many fragments is not many writes. */
const SEEN_STEP_MS = 5 * 60_000;

export interface Sessions {
  /** @returns the cookie's token; it cannot be had again */
  start(user: string): string;
  find(token: string): Session | null;
  end(session: Session): void;
}

export function createSessions(store: SessionStore, clock: Clock): Sessions {
  return {
    start(user) {
      const now = clock.now();
      store.removeUnseenSince(now - SESSION_IDLE_MS);
      const token = createSecret();
      const tokenHash = sha256(token);
      store.put({ tokenHash, user, csrf: createSecret(), createdAt: now, seenAt: now });
      return token;
    },
    find(token) {
      const session = store.get(sha256(token));
      if (session === null) return null;
      const now = clock.now();
      if (now - session.seenAt > SESSION_IDLE_MS || now - session.createdAt > SESSION_LONGEST_MS) {
        store.remove(session.tokenHash);
        return null;
      }
      if (now - session.seenAt > SEEN_STEP_MS) store.put({ ...session, seenAt: now });
      return session;
    },
    end: (session) => store.remove(session.tokenHash),
  };
}

/** Sessions that end with the process. */
export function createMemorySessions(): SessionStore {
  const sessions = new Map<string, Session>();
  const removeIf = (which: (session: Session) => boolean) => {
    for (const session of sessions.values()) {
      if (which(session)) sessions.delete(session.tokenHash);
    }
  };
  return {
    get: (tokenHash) => sessions.get(tokenHash) ?? null,
    put: (session) => void sessions.set(session.tokenHash, session),
    remove: (tokenHash) => void sessions.delete(tokenHash),
    removeUser: (user) => removeIf((session) => session.user === user),
    removeUnseenSince: (at) => removeIf((session) => session.seenAt < at),
  };
}
