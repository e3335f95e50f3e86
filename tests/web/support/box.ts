// A whole edge over small parts: a clock that stands still, a runtime that does as it is told, a
// card whose far ends write down what they hear.
import type { Cdr } from "../../../src/core/cdr.ts";
import type { CallCommand, CommandAnswer } from "../../../src/core/effect.ts";
import type { PortName } from "../../../src/core/line.ts";
import type { Snapshot } from "../../../src/core/snapshot.ts";
import type {
  FarEndState,
  VirtualCard,
  VirtualFarEndListener,
} from "../../../src/ports/line-card.ts";
import type { CallHistory, CallSearch, CdrFilter } from "../../../src/ports/store.ts";
import type { CallEvent, RuntimeApi } from "../../../src/runtime/api.ts";
import { readCursor, writeCursor } from "../../../src/store/cursor.ts";
import { buildApp } from "../../../web/app.ts";
import { SESSION_IDLE_MS } from "../../../web/auth/cookies.ts";
import type { HealthFacts, WebDeps } from "../../../web/deps.ts";
import { createLive } from "../../../web/live/live.ts";
import type { Pages } from "../../../web/route.ts";
import { fakeClock } from "./clock.ts";
import { memoryStore } from "./store.ts";

export const API_TOKEN = "api-token-of-the-tests-0001";
export const LINE_TOKEN = "line-token-of-the-tests-0001";
export const OWNER_PASSWORD = "owner's password";
export const STAFF_PASSWORD = "staff's password";

/** argon2id at its least cost: the tests are about what is done with it. */
const cheap = { algorithm: "argon2id", memoryCost: 8, timeCost: 1 } as const;
export const cheapHash = (password: string) => Bun.password.hash(password, cheap);
const cheapHashSync = (password: string) => Bun.password.hashSync(password, cheap);
const ownerHash = cheapHashSync(OWNER_PASSWORD);
const staffHash = cheapHashSync(STAFF_PASSWORD);

export function demoSite(users: "none" | "some" = "some") {
  const numbers = [1, 2, 3, 4, 5, 6, 7, 8];
  return {
    version: 1,
    settings: { operatorExtension: "801" },
    cards: [{ id: "virtual", kind: "virtual", fxo: 4, fxs: 8 }],
    trunks: [1, 2, 3, 4].map((n) => ({ id: `line${n}`, name: `Line ${n}`, port: `fxo/${n}` })),
    extensions: numbers.map((n) => ({
      number: `80${n}`,
      name: `Person ${n}`,
      port: `fxs/${n}`,
      groups: ["800"],
    })),
    groups: [{ number: "800", name: "All" }],
    users:
      users === "none"
        ? []
        : [
            { name: "owner", role: "owner", passwordHash: ownerHash },
            { name: "mei", role: "staff", passwordHash: staffHash, extension: "803" },
          ],
  };
}

export interface FakeRuntime extends RuntimeApi {
  readonly commands: CallCommand[];
  answer: CommandAnswer | "never";
  publish(change: Partial<Snapshot>): void;
  emit(event: CallEvent): void;
  listeners(): number;
}

export function fakeRuntime(at: number): FakeRuntime {
  let snapshot: Snapshot = { version: 1, at, ports: [], calls: [], alarms: [] };
  const snapshotListeners = new Set<(snapshot: Snapshot) => void>();
  const eventListeners = new Set<(event: CallEvent) => void>();
  const commands: CallCommand[] = [];
  return {
    commands,
    answer: { accepted: true, call: 7 },
    snapshot: () => snapshot,
    onSnapshot(listener) {
      snapshotListeners.add(listener);
      return () => void snapshotListeners.delete(listener);
    },
    onCallEvent(listener) {
      eventListeners.add(listener);
      return () => void eventListeners.delete(listener);
    },
    async command(command) {
      commands.push(command);
      if (this.answer === "never") return new Promise(() => undefined);
      return this.answer;
    },
    publish(change) {
      snapshot = { ...snapshot, ...change, version: snapshot.version + 1 };
      for (const listener of snapshotListeners) listener(snapshot);
    },
    emit(event) {
      for (const listener of eventListeners) listener(event);
    },
    listeners: () => snapshotListeners.size + eventListeners.size,
  };
}

export interface FakeFarEnd {
  readonly port: PortName;
  /** What the far end did, in order: `hook off`, `audio 320`, `detach`. */
  readonly did: string[];
  readonly listener: VirtualFarEndListener;
}

export interface FakeCard extends Pick<VirtualCard, "attach"> {
  readonly attached: Map<PortName, FakeFarEnd>;
  /** All far ends there ever were. */
  readonly ever: FakeFarEnd[];
}

export function fakeCard(fxs = 8, fxo = 4): FakeCard {
  const attached = new Map<PortName, FakeFarEnd>();
  const ever: FakeFarEnd[] = [];
  return {
    attached,
    ever,
    attach(port, listener) {
      const [kind, number] = port.split("/");
      if (Number(number) > (kind === "fxs" ? fxs : fxo)) return "noSuchPort";
      if (attached.has(port)) return "taken";
      const did: string[] = [];
      const end = { port, did, listener };
      attached.set(port, end);
      ever.push(end);
      const state: FarEndState = {
        line: port,
        hook: "on",
        ring: false,
        polarity: "normal",
        battery: true,
      };
      return {
        state,
        farEnd: {
          write: (pcm) => void did.push(`audio ${pcm.byteLength}`),
          hook: (hook) => void did.push(`hook ${hook}`),
          flash: (ms) => void did.push(`flash ${ms}`),
          ring: (on) => void did.push(`ring ${on}`),
          polarity: (polarity) => void did.push(`polarity ${polarity}`),
          battery: (on) => void did.push(`battery ${on}`),
          detach() {
            did.push("detach");
            attached.delete(port);
          },
        },
      };
    },
  };
}

export function cdrOf(change: Partial<Cdr> = {}): Cdr {
  const startedAt = Date.UTC(2026, 10, 20, 2, 0, 0);
  return {
    id: 1,
    startedAt,
    answeredAt: startedAt + 4_000,
    endedAt: startedAt + 34_000,
    direction: "internal",
    callerNumber: "801",
    callerName: "Person 1",
    calledNumber: "802",
    trunk: null,
    extension: "801",
    group: null,
    disposition: "answered",
    cause: 16,
    answerBasis: "station",
    releasedBy: "caller",
    ringSeconds: 4,
    talkSeconds: 30,
    recordingId: null,
    ...change,
  };
}

/** Call history in memory; the store's own is tested with the store. */
export function fakeHistory(cdrs: readonly Cdr[], recordings: Readonly<Record<string, string>>) {
  /** Every filter there was; and those that went to the searching thread. */
  const asked: CdrFilter[] = [];
  const searched: CdrFilter[] = [];
  const list: CallHistory["list"] = (filter, limit, cursor) => {
    const after = cursor === null ? null : readCursor(cursor);
    const from = after === null ? 0 : cdrs.findIndex((cdr) => cdr.id === after.id) + 1;
    const all = cdrs
      .slice(from)
      .filter((cdr) => filter.party === undefined || cdr.extension === filter.party);
    const items = all.slice(0, limit);
    const last = items.at(-1);
    const more = all.length > limit && last !== undefined;
    return { items, nextCursor: more ? writeCursor(last) : null };
  };
  const trace: CallHistory["trace"] = (id) =>
    cdrs.some((cdr) => cdr.id === id)
      ? { format: "linefinder-trace-1", call: id, world: { nextCall: id }, turns: [] }
      : null;
  const history = {
    asked,
    searched,
    list(filter, limit, cursor) {
      asked.push(filter);
      return list(filter, limit, cursor);
    },
    async search(filter, limit, cursor) {
      asked.push(filter);
      searched.push(filter);
      return list(filter, limit, cursor);
    },
    get: (id) => cdrs.find((cdr) => cdr.id === id) ?? null,
    ofRecording: (id) => cdrs.find((cdr) => cdr.recordingId === id) ?? null,
    turns: (id) => (cdrs.some((cdr) => cdr.id === id) ? [] : null),
    trace,
    exportTrace: async (id) => trace(id),
    recordingPath: (id) => recordings[id] ?? null,
    figures: () => ({ inbound: 0, answered: 0, meanAnswerSeconds: null }),
  } satisfies CallHistory & CallSearch & Readonly<Record<"asked" | "searched", CdrFilter[]>>;
  return history;
}

export interface BoxOptions {
  readonly users?: "none" | "some";
  readonly cdrs?: readonly Cdr[];
  readonly recordings?: Readonly<Record<string, string>>;
  readonly tokens?: WebDeps["tokens"];
  readonly pages?: Pages;
}

export interface LogEntry {
  readonly level: string;
  readonly what: string;
  readonly facts: Readonly<Record<string, unknown>>;
}

/** `app` with everything behind it in reach. */
export function buildBox(options: BoxOptions = {}) {
  const clock = fakeClock();
  const runtime = fakeRuntime(clock.now());
  const card = fakeCard();
  const { configuration, accounts } = memoryStore(demoSite(options.users), clock);
  const history = fakeHistory(options.cdrs ?? [], options.recordings ?? {});
  const log: LogEntry[] = [];
  const live = createLive(runtime, clock);
  let health: HealthFacts = { version: "0.1.0", startedAt: clock.now(), troubles: [] };
  const deps: WebDeps = {
    runtime,
    live,
    history,
    configuration,
    accounts,
    clock,
    lines: card,
    hashPassword: cheapHash,
    tokens: options.tokens ?? { api: API_TOKEN, line: LINE_TOKEN },
    health: () => health,
    ladder: (turns) => `ladder of ${turns.length} turns\n`,
    log: { write: (level, what, facts = {}) => void log.push({ level, what, facts }) },
  };
  const app = buildApp(deps, options.pages);
  return {
    app,
    deps,
    clock,
    runtime,
    card,
    configuration,
    accounts,
    history,
    live,
    log,
    setHealth: (facts: HealthFacts) => {
      health = facts;
    },
  };
}

export type Box = ReturnType<typeof buildBox>;

export const owner = { Authorization: `Bearer ${API_TOKEN}` };

/** Has signed in. @returns headers for further requests, and the CSRF token. */
export function signIn(box: Box, name: "owner" | "mei") {
  const { token, csrf } = box.accounts.startSession(name, "test", SESSION_IDLE_MS);
  const cookie = `lf_session=${token}`;
  return { cookie, csrf, headers: { Cookie: cookie, "X-CSRF-Token": csrf } };
}
