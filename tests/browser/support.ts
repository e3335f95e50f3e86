// A box for the browser over small parts, and a Chromium that reports everything it dislikes.
import { join } from "node:path";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import type { Snapshot } from "../../src/core/snapshot.ts";
import { buildApp } from "../../web/app.ts";
import { loadAssets } from "../../web/assets.ts";
import { buildAssets } from "../../web/build.ts";
import { createPages } from "../../web/pages/index.ts";
import { serverOptions } from "../../web/server.ts";
import {
  quietSnapshot,
  sampleCdrs,
  sampleNow,
  sampleOffice,
  sampleTurns,
} from "../support/page-samples.ts";
import { sampleWav } from "../support/sample-wav.ts";
import { type BoxOptions, buildBox, OWNER_PASSWORD, signIn } from "../web/support/box.ts";

export const root = join(import.meta.dir, "../..");
export const screenshots = join(root, "build/screenshots");

/** The real edge and pages on a real port; calls, card and history are as the test says. */
export async function startFakeBox(options: BoxOptions = {}) {
  const wav = join(root, "build/sample.wav");
  await Bun.write(wav, sampleWav(12));
  const box = buildBox({
    cdrs: sampleCdrs,
    recordings: { "rec-40": wav, "rec-36": wav },
    ...options,
  });
  box.clock.advance(sampleNow - box.clock.now());
  for (const { number, name } of sampleOffice.extensions) {
    box.configuration.edit("owner", "extensions", number, { name });
  }
  for (const { id, name } of sampleOffice.trunks) {
    box.configuration.edit("owner", "trunks", id, { name });
  }
  box.configuration.edit("owner", "groups", "800", { name: "全店" });
  const publish = (snapshot: Snapshot) => {
    const { ports, calls, alarms } = snapshot;
    box.clock.advance(1);
    box.runtime.publish({ ports, calls, alarms });
    box.clock.advance(200);
  };
  publish(quietSnapshot);
  const deps = {
    ...box.deps,
    history: {
      ...box.deps.history,
      search: async (...asked: Parameters<typeof box.history.search>) =>
        asked[0].text === "nobody" ? { items: [], nextCursor: null } : box.history.search(...asked),
      turns: (id: number) => (id === 40 ? sampleTurns : []),
      figures: (since: number) =>
        since < sampleNow - 40_000_000
          ? { inbound: 41, answered: 39, meanAnswerSeconds: 7.9 }
          : { inbound: 38, answered: 35, meanAnswerSeconds: 6.2 },
    },
  };
  const assets = await loadAssets(join(root, "build/web"), await buildAssets());
  const app = buildApp(deps, createPages(assets));
  const server = Bun.serve({ hostname: "127.0.0.1", port: 0, ...serverOptions(app) });
  return {
    ...box,
    publish,
    address: `http://127.0.0.1:${server.port}`,
    stop: () => server.stop(true),
  };
}

export type FakeBox = Awaited<ReturnType<typeof startFakeBox>>;

export function launch(...flags: readonly string[]): Promise<Browser> {
  return chromium.launch({
    executablePath: "/usr/bin/chromium",
    headless: true,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      ...flags,
    ],
  });
}

/** Everything a page complains about: errors, warnings, broken security policy, failed requests. */
export function complaintsOf(page: Page): string[] {
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") {
      complaints.push(`${message.type()}: ${message.text()} (${message.location().url})`);
    }
  });
  page.on("pageerror", (error) => complaints.push(`exception: ${error.message}`));
  return complaints;
}

/** Signed in without the form, which takes its time. */
export async function signedIn(context: BrowserContext, box: FakeBox) {
  const [name = "", value = ""] = (await signIn(box, "owner")).cookie.split("=");
  await context.addCookies([{ name, value, domain: "127.0.0.1", path: "/" }]);
}

/** Signs in as a person does. */
export async function signInPage(page: Page, address: string, password = OWNER_PASSWORD) {
  await page.goto(`${address}/sign-in`);
  await page.fill("[name=name]", "owner");
  await page.fill("[name=password]", password);
  await page.click("button.pri");
  await page.waitForURL(`${address}/`);
}

/** Language and theme as the shell's switch sets them. */
export async function prefer(
  context: BrowserContext,
  address: string,
  language: string,
  theme: string,
) {
  const { hostname: domain } = new URL(address);
  await context.addCookies([
    { name: "lf_language", value: language, domain, path: "/" },
    { name: "lf_theme", value: theme, domain, path: "/" },
  ]);
}

/** Waits until it holds; fails with what it was waiting for. */
export async function until(what: string, holds: () => Promise<boolean> | boolean, ms = 8000) {
  const end = performance.now() + ms;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`waited ${ms} ms for: ${what}`);
    await Bun.sleep(25);
  }
}
