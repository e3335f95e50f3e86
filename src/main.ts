// The only place where the parts of the box are wired together. No logic of its own.
//
//   environment ─▶ store ─▶ configuration ─┐
//                  card (native engine) ───┼─▶ runtime ─▶ web ─▶ ready
//                  prompts ────────────────┘
import { readFileSync } from "node:fs";
import { join } from "node:path";
import demoOffice from "../config/demo-office.json";
import { version } from "../package.json";
import { buildApp } from "../web/app.ts";
import { loadAssets } from "../web/assets.ts";
import { assetDirectory, buildAssets } from "../web/build.ts";
import { createLive } from "../web/live/live.ts";
import { createPages } from "../web/pages/index.ts";
import { serverOptions } from "../web/server.ts";
import { printLadder } from "./core/ladder.ts";
import { createWorld } from "./core/switchboard.ts";
import { createClock } from "./drivers/clock.ts";
import { ListenError, listen } from "./drivers/listen.ts";
import { LoopLag } from "./drivers/loop-lag.ts";
import { processLog } from "./drivers/process-log.ts";
import { notifyServiceManager } from "./drivers/readiness.ts";
import { type NativeVirtualCard, openVirtualCard } from "./drivers/virtual/card.ts";
import { CardError } from "./drivers/virtual/native.ts";
import { loadPrompts } from "./media/prompts.ts";
import { tonePlan } from "./media/tone-plan.ts";
import type { Log } from "./ports/log.ts";
import { Runtime } from "./runtime/runtime.ts";
import { type Environment, readEnvironment } from "./settings/environment.ts";
import { SettingsError } from "./settings/issues.ts";
import { officeOf, portsOf, type Site } from "./settings/model.ts";
import { readSiteFile, requireSite } from "./settings/site-file.ts";
import { hashPassword } from "./store/accounts.ts";
import { StoreError } from "./store/errors.ts";
import { openStore, type Store } from "./store/open-store.ts";
import { recordingPaths } from "./store/recordings.ts";

/** SIGTERM's promise is 5 s; the rest is left to the last writes. */
const stopWithinMs = 4500;
const clock = createClock();

export interface Box {
  readonly origin: string;
  readonly card: NativeVirtualCard;
  readonly runtime: Runtime;
  readonly store: Store;
  readonly loopLag: LoopLag;
  close(): Promise<void>;
}

/** Starts the whole box. @throws StoreError, SettingsError, CardError with what to do */
export async function startBox(environment: Environment, log: Log): Promise<Box> {
  const startedAt = clock.now();
  const directory = environment.dataDirectory;
  const store = openStore({
    directory,
    clock,
    pid: process.pid,
    firstSite: () => firstSite(environment.siteFile),
  });
  const { configuration, accounts } = store;
  if (environment.adminPassword !== null && !accounts.hasOwner()) {
    await accounts.claimOwner("environment", environment.adminPassword);
  }
  const card = openVirtualCard({ clock, recordingPath: recordingPaths(directory, log) });
  const runtime = new Runtime({
    card,
    clock,
    callLog: store.callLog,
    log,
    world: createWorld(officeOf(configuration.current()), store.firstCall),
    onBug: (error) => {
      log.write("error", "call control failed; starting anew", { error: describe(error) });
      process.exit(70);
    },
  });
  const stopApplying = applyConfiguration(environment, store, card, runtime, log);
  reportTroubles(store, card, runtime, log);
  runtime.start();

  const loopLag = new LoopLag();
  const live = createLive(runtime, clock);
  const app = buildApp(
    {
      runtime,
      live,
      history: store.history,
      configuration,
      accounts,
      clock,
      lines: card,
      hashPassword,
      tokens: { api: environment.apiToken, line: environment.lineToken },
      health: () => ({ version, startedAt, troubles: [] }),
      ladder: printLadder,
      log,
    },
    createPages(await loadAssets(assetDirectory, await buildAssets())),
  );
  const server = listen(environment, serverOptions(app));
  return {
    origin: `http://${environment.host}:${server.port}`,
    card,
    runtime,
    store,
    loopLag,
    async close() {
      loopLag.stop();
      live.close();
      stopApplying();
      await runtime.stop();
      // Far ends leave while the card is still open.
      await server.stop(true);
      card.close();
      await store.close();
    },
  };
}

/** What the start found, and what goes wrong with recordings later. */
function reportTroubles(store: Store, card: NativeVirtualCard, runtime: Runtime, log: Log): void {
  const found = Object.entries(store.audit).filter(([, what]) =>
    Array.isArray(what) ? what.length > 0 : Number(what) > 0,
  );
  if (found.length > 0) log.write("warn", "found at start", Object.fromEntries(found));
  card.onRecordingTrouble(({ port, errno }) => {
    if (errno !== 0) log.write("error", "a recording cannot be written", { port, errno });
    runtime.raiseAlarm("diskFull", errno !== 0);
  });
}

function firstSite(siteFile: string | null): Site {
  if (siteFile === null) return requireSite(demoOffice, "The demo office is damaged");
  return readSiteFile(siteText(siteFile));
}

function siteText(siteFile: string): string {
  try {
    return readFileSync(siteFile, "utf8");
  } catch (error) {
    throw new SettingsError(
      "settings-01",
      `The site file ${siteFile} of LINEFINDER_SITE cannot be read: ${String(error)}`,
    );
  }
}

/** Lets card, call control and prompts follow the configuration. @returns how to end that */
function applyConfiguration(
  environment: Environment,
  { configuration }: Store,
  card: NativeVirtualCard,
  runtime: Runtime,
  log: Log,
): () => void {
  let open = true;
  let spoken = Promise.resolve();
  // One after the other: of two changes the later one's language is the last to be loaded.
  const speak = ({ office, settings }: Site) => {
    spoken = spoken.then(() =>
      loadPrompts(
        {
          directory: join(environment.dataDirectory, "prompts"),
          language: office.language,
          speechCommand: settings.speechCommand,
          log,
        },
        (clip, pcm) => open && card.loadClip(clip, pcm),
      ),
    );
  };
  const apply = (site: Site) => {
    card.setPorts(portsOf(site));
    card.configure({ ...site.settings, plan: tonePlan(site.settings.country) });
    speak(site);
  };
  apply(configuration.current());
  const unsubscribe = configuration.onChange((site) => {
    apply(site);
    runtime.changeOffice(officeOf(site));
  });
  return () => {
    open = false;
    unsubscribe();
  };
}

const describe = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : String(error);

async function main(): Promise<void> {
  const read = readEnvironment(process.env);
  if (!read.ok) {
    for (const problem of read.problems) console.error(problem);
    process.exit(78);
  }
  const log = processLog(read.environment.logLevel);
  for (const name of read.unknown) log.write("warn", "not a variable of this program", { name });
  const started = startBox(read.environment, log);
  let stopping = false;
  // Asked during the start, it waits for the box to stand and then takes it down in good order.
  const stop = async () => {
    if (stopping) return;
    stopping = true;
    notifyServiceManager("--stopping");
    clock.after(stopWithinMs, () => process.exit(0));
    await (await started).close();
    process.exit(0);
  };
  process.removeAllListeners("SIGTERM"); // early-stop.ts
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
  const box = await started.catch((error: unknown) => {
    const expected =
      error instanceof StoreError ||
      error instanceof SettingsError ||
      error instanceof CardError ||
      error instanceof ListenError;
    console.error(expected ? error.message : describe(error));
    process.exit(expected ? 78 : 70);
  });
  if (stopping) return;
  const { warning } = box.card.stats();
  if (warning !== null) log.write("info", warning);
  console.log(`ready ${box.origin}`);
  notifyServiceManager("--ready");
}

if (import.meta.main) await main();
