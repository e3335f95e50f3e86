// What the edge is given. main.ts makes these; tests make small ones. Nothing here listens.
import type { Turn } from "../src/core/effect.ts";
import type { Accounts } from "../src/ports/accounts.ts";
import type { Clock } from "../src/ports/clock.ts";
import type { VirtualCard } from "../src/ports/line-card.ts";
import type { Log } from "../src/ports/log.ts";
import type { CallHistory, CallSearch } from "../src/ports/store.ts";
import type { RuntimeApi } from "../src/runtime/api.ts";
import type { Configuration } from "../src/settings/configuration.ts";
import type { Tokens } from "./auth/tokens.ts";
import type { Live } from "./live/live.ts";

export interface HealthFacts {
  readonly version: string;
  /** Epoch ms of the process's start. */
  readonly startedAt: number;
  /** What is wrong with the box as a whole, by code; empty = all well. */
  readonly troubles: readonly string[];
}

export interface WebDeps {
  readonly runtime: RuntimeApi;
  readonly live: Live;
  /** `list` for what costs a few ms, `search` and `exportTrace` for what may cost more. */
  readonly history: CallHistory & CallSearch;
  readonly configuration: Configuration;
  readonly accounts: Accounts;
  readonly clock: Clock;
  readonly lines: Pick<VirtualCard, "attach">;
  /** argon2id in PHC form. @throws SettingsError for an empty or endless password */
  readonly hashPassword: (password: string) => Promise<string>;
  readonly tokens: Tokens;
  readonly health: () => HealthFacts;
  /** A call's turns as a ladder in plain text. */
  readonly ladder: (turns: readonly Turn[]) => string;
  readonly log: Log;
}
