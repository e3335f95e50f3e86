// What the edge is given. main.ts makes these; tests make small ones. Nothing here listens.
import type { Turn } from "../src/core/effect.ts";
import type { Clock } from "../src/ports/clock.ts";
import type { VirtualCard } from "../src/ports/line-card.ts";
import type { SessionStore } from "../src/ports/sessions.ts";
import type { CallHistory } from "../src/ports/store.ts";
import type { RuntimeApi } from "../src/runtime/api.ts";
import type { Configuration } from "../src/settings/configuration.ts";
import type { Passwords } from "./auth/passwords.ts";
import type { Tokens } from "./auth/tokens.ts";
import type { Live } from "./live/live.ts";

export interface HealthFacts {
  readonly version: string;
  /** Epoch ms of the process's start. */
  readonly startedAt: number;
  /** What is wrong with the box as a whole, by code; empty = all well. */
  readonly troubles: readonly string[];
}

/** `level` as LINEFINDER_LOG; `event` is stable, facts are what it was about. Never a secret. */
export type Log = (
  level: "debug" | "info" | "warn" | "error",
  event: string,
  facts: Readonly<Record<string, string | number | boolean | null>>,
) => void;

export interface WebDeps {
  readonly runtime: RuntimeApi;
  readonly live: Live;
  readonly history: CallHistory;
  readonly configuration: Configuration;
  readonly sessions: SessionStore;
  readonly clock: Clock;
  readonly lines: Pick<VirtualCard, "attach">;
  readonly passwords: Passwords;
  readonly tokens: Tokens;
  readonly health: () => HealthFacts;
  /** A call's turns as a ladder in plain text. */
  readonly ladder: (turns: readonly Turn[]) => string;
  readonly log: Log;
}
