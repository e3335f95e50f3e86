// A box in this very process, with as many lines as a measurement wants and far ends that live in
// the engine, so that what is measured is the box and not the test.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { type Box, startBox } from "../../src/main.ts";

export const token = "bench-token-of-thirty-two-letters";
const scratch = resolve(import.meta.dir, "../../build/bench");

export interface OfficeWish {
  readonly fxs: number;
  readonly fxo: number;
  /** Trunk n is wired to extension n. */
  readonly direct?: boolean;
  readonly echoCancel?: boolean;
}

function siteOf(wish: OfficeWish): unknown {
  const wide = wish.fxs > 99;
  const number = (at: number) => (wide ? String(8000 + at) : String(801 + at));
  return {
    version: 1,
    office: { name: "bench", language: "en" },
    settings: {
      country: "cn",
      operatorExtension: number(0),
      echoCancel: wish.echoCancel ?? true,
      recordCalls: true,
    },
    cards: [{ id: "virtual", kind: "virtual", fxo: wish.fxo, fxs: wish.fxs }],
    extensions: Array.from({ length: wish.fxs }, (_, at) => ({
      number: number(at),
      name: `Phone ${at + 1}`,
      port: `fxs/${at + 1}`,
      directTrunk: wish.direct === true && at < wish.fxo ? `line${at + 1}` : null,
      groups: [],
    })),
    trunks: Array.from({ length: wish.fxo }, (_, at) => ({
      id: `line${at + 1}`,
      name: `Line ${at + 1}`,
      port: `fxo/${at + 1}`,
    })),
  };
}

/** Extension number of the phone on `fxs/port` in an office of this size. */
export const extensionOn = (port: number, wish: OfficeWish) =>
  String(wish.fxs > 99 ? 8000 + port - 1 : 801 + port - 1);

export async function openOffice(wish: OfficeWish): Promise<Box & { directory: string }> {
  const directory = join(scratch, `office-${process.pid}`);
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  const siteFile = join(directory, "site.json");
  writeFileSync(siteFile, JSON.stringify(siteOf(wish)));
  const box = await startBox(
    {
      dataDirectory: join(directory, "data"),
      host: "127.0.0.1",
      port: 0,
      adminPassword: "bench password",
      siteFile,
      apiToken: token,
      lineToken: token,
      console: null,
      logLevel: "error",
    },
    {
      write: (level, what, facts) => {
        if (level === "error") console.error(what, JSON.stringify(facts));
      },
    },
  );
  return {
    ...box,
    directory,
    async close() {
      await box.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

export const residentMb = () => process.memoryUsage.rss() / 2 ** 20;

/** Waits for a condition, looking every 20 ms. @throws when it does not come about within `ms` */
export async function until(condition: () => boolean, what: string, ms: number): Promise<void> {
  const deadline = performance.now() + ms;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`no ${what} within ${ms} ms`);
    await Bun.sleep(20);
  }
}
