// Every page in both languages, light and dark, on three widths: nothing to scroll sideways,
// nothing on the console, nothing that axe calls serious. Screenshots go to build/screenshots.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { busySnapshot, quietSnapshot } from "../support/page-samples.ts";
import {
  complaintsOf,
  type FakeBox,
  launch,
  prefer,
  root,
  screenshots,
  signedIn,
  startFakeBox,
  until,
} from "./support.ts";

interface Finding {
  readonly id: string;
  readonly impact: string | null;
  readonly nodes: readonly { readonly html: string }[];
}

const widths = [360, 768, 1440] as const;
/** The first two are looked at on all pages, the others on those with the most on them. */
const looks = [
  ["zh-CN", "light", "all"],
  ["en", "dark", "all"],
  ["zh-CN", "dark", "some"],
  ["en", "light", "some"],
] as const;

const pages: Readonly<Record<string, string>> = {
  panel: "/",
  history: "/history",
  "history-none": "/history?text=nobody&from=2026-13-01",
  call: "/history/40",
  "call-missed": "/history/38",
  phones: "/phone",
  phone: "/phone/801",
  "not-found": "/nowhere",
};

let box: FakeBox;
let empty: FakeBox;
let browser: Browser;
let axe = "";

beforeAll(async () => {
  axe = await Bun.file(join(root, "node_modules/axe-core/axe.min.js")).text();
  box = await startFakeBox();
  empty = await startFakeBox({ users: "none", cdrs: [] });
  browser = await launch("--autoplay-policy=no-user-gesture-required");
});

afterAll(async () => {
  await browser.close();
  await box.stop();
  await empty.stop();
});

async function seriousFindings(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  const findings = (await page.evaluate(
    "axe.run(document, { resultTypes: ['violations'] }).then((r) => r.violations)",
  )) as Finding[];
  return findings
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" | ")}`);
}

/** All four looks at all widths take minutes: `LOOK_AT=all`. Otherwise each page is held against
 *  axe at one width a look, and the width moves on with page and look. */
const everything = process.env.LOOK_AT === "all";
let turn = 0;

/** Shows a page at every width and gives back what is wrong with it. */
async function look(page: Page, name: string, style: string): Promise<string[]> {
  const wrong: string[] = [];
  turn += 1;
  for (const [index, width] of widths.entries()) {
    await page.setViewportSize({ width, height: 900 });
    const beyond = await page.evaluate("document.documentElement.scrollWidth - window.innerWidth");
    if (Number(beyond) > 0)
      wrong.push(`${name} ${style} ${width}: ${beyond} px to scroll sideways`);
    if (!everything && index !== turn % widths.length) continue;
    const found = await seriousFindings(page);
    wrong.push(...found.map((one) => `${name} ${style} ${width}: ${one}`));
    const path = join(screenshots, `${name}-${style}-${width}.png`);
    await page.screenshot({ path, fullPage: true, animations: "disabled" });
  }
  return wrong;
}

for (const [language, theme, extent] of looks) {
  const some = extent === "some" && !everything;
  describe(`${language}, ${theme}`, () => {
    const style = `${language}-${theme}`;

    test("pages after sign-in", async () => {
      turn += 1;
      const context = await browser.newContext({ locale: language });
      await prefer(context, box.address, language, theme);
      const page = await context.newPage();
      const complaints = complaintsOf(page);
      box.publish(quietSnapshot);
      await signedIn(context, box);
      await page.goto(`${box.address}/`);
      const wrong = await look(page, "panel-quiet", style);
      box.publish(busySnapshot);
      for (const [name, path] of Object.entries(pages)) {
        if (some && !["panel", "call", "phone"].includes(name)) continue;
        await page.goto(box.address + path);
        if (name === "phone") await page.waitForSelector("[data-line=open]");
        if (name === "call") await page.waitForSelector(".wave:not([hidden])");
        wrong.push(...(await look(page, name, style)));
      }
      await context.close();
      expect(wrong).toEqual([]);
      // A page that isn't there is a 404, and Chromium says so on the console.
      expect(complaints.filter((one) => !one.includes("/nowhere"))).toEqual([]);
    }, 60_000);

    if (some) return;
    test("pages before sign-in, and an empty box", async () => {
      const context = await browser.newContext({ locale: language });
      const page = await context.newPage();
      const complaints = complaintsOf(page);
      await prefer(context, box.address, language, theme);
      await page.goto(`${box.address}/sign-in`);
      const wrong = await look(page, "sign-in", style);
      await page.fill("[name=name]", "owner");
      await page.fill("[name=password]", "not the password");
      await page.click("button.pri");
      await page.waitForSelector("[role=alert]");
      wrong.push(...(await look(page, "sign-in-wrong", style)));
      await page.goto(`${empty.address}/`);
      await until("the first visit", () => page.url().endsWith("/welcome"));
      wrong.push(...(await look(page, "welcome", style)));
      await context.close();
      expect(wrong).toEqual([]);
      expect(complaints.filter((one) => !one.includes("401"))).toEqual([]);
    }, 60_000);
  });
}
