// What the pages do in a browser: live panel, lost connection, hanging up, filters, keyboard.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { busySnapshot, quietSnapshot } from "../support/page-samples.ts";
import { OWNER_PASSWORD } from "../web/support/box.ts";
import {
  complaintsOf,
  type FakeBox,
  launch,
  prefer,
  signedIn,
  signInPage,
  startFakeBox,
  until,
} from "./support.ts";

let browser: Browser;
let box: FakeBox;
let context: BrowserContext;
let page: Page;
let complaints: string[];

beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());
beforeEach(async () => {
  box = await startFakeBox();
  context = await browser.newContext({ locale: "en", viewport: { width: 1280, height: 900 } });
  await prefer(context, box.address, "en", "auto");
  await signedIn(context, box);
  page = await context.newPage();
  complaints = complaintsOf(page);
});
afterEach(async () => {
  await context.close();
  await box.stop();
});

const text = (selector: string) => page.textContent(selector);

describe("front panel", () => {
  test("lamps, headline and calls follow the box without a reload", async () => {
    await page.goto(`${box.address}/`);
    expect(await text("h1")).toBe("All is well, no calls right now");
    await page.evaluate("window.sameLoad = true");
    box.publish(busySnapshot);
    await until("the ringing lamp", async () => (await page.locator(".lamp.ring").count()) === 2);
    expect(await text("h1")).toContain("Line 4 has no line power");
    expect(await text("#port-fxo-2 .peer")).toBe("138 0013 8000");
    expect(await page.locator("#port-fxo-4 .lamp.alarm").count()).toBe(1);
    expect(await page.locator("tbody tr").count()).toBe(3);
    const timer = () => text("#port-fxs-5 .since");
    const before = await timer();
    await until("a counting timer", async () => (await timer()) !== before);
    box.publish(quietSnapshot);
    await until("quiet again", async () => (await page.locator(".lamp.ring").count()) === 0);
    expect(await page.evaluate("window.sameLoad")).toBe(true);
    expect(complaints).toEqual([]);
  });

  test("a lost connection is said, and withdrawn when it is back", async () => {
    await page.goto(`${box.address}/`);
    box.publish(busySnapshot);
    await until("live", async () => (await page.locator(".lamp.ring").count()) === 2);
    const banner = page.locator(".link-lost");
    expect(await banner.isVisible()).toBe(false);
    box.live.close();
    await context.setOffline(true);
    await until("the banner", () => banner.isVisible());
    expect(await banner.textContent()).toContain("Reconnecting");
    await context.setOffline(false);
    await until("the banner to go", async () => !(await banner.isVisible()), 12_000);
  }, 30_000);

  test("hanging up asks first, then sends the command", async () => {
    box.publish(busySnapshot);
    await page.goto(`${box.address}/`);
    await page.click("#call-41 button");
    expect(await text("#confirm-question")).toContain("01055550100");
    await page.keyboard.press("Escape");
    expect(box.runtime.commands).toEqual([]);
    await page.click("#call-41 button");
    await page.click("#confirm-yes");
    await until("the command", () => box.runtime.commands.length === 1);
    expect(box.runtime.commands[0]).toEqual({ service: "clearConnection", call: 41 });
    expect(complaints).toEqual([]);
  });
});

describe("call history", () => {
  test("a filter changes the rows and the address; nothing found says so", async () => {
    await page.goto(`${box.address}/history`);
    expect(await page.locator("a.open").count()).toBe(6);
    await page.selectOption("[name=disposition]", "busy");
    await until("the address", () => page.url().includes("disposition=busy"));
    const asked = () => box.history.asked.at(-1);
    await until("the filter", () => JSON.stringify(asked()) === '{"disposition":"busy"}');
    await page.fill("[name=text]", "13800138000");
    await until("the search", () => JSON.stringify(asked()).includes("13800138000"));
    expect(await page.locator("html").count()).toBe(1);
    expect(complaints).toEqual([]);
  });

  test("a slow answer shows where the rows will be, a failed one says so", async () => {
    await page.goto(`${box.address}/history`);
    let answer = () => {};
    const slow = new Promise<void>((resolve) => {
      answer = resolve;
    });
    await page.route("**/history?*", async (route) => {
      await slow;
      await route.abort();
    });
    await page.selectOption("[name=direction]", "inbound");
    await page.waitForSelector("#results .skeleton");
    answer();
    await until(
      "the word",
      async () => (await text("#results"))?.includes("can't be read") ?? false,
    );
  });

  test("every control is reached with the Tab key", async () => {
    await page.goto(`${box.address}/history`);
    const reached = new Set<string>();
    for (let n = 0; n < 45; n++) {
      await page.keyboard.press("Tab");
      reached.add(
        await page.evaluate(() => {
          const element = document.activeElement;
          return `${element?.tagName} ${element?.getAttribute("name") ?? ""}`.trim();
        }),
      );
    }
    for (const control of ["INPUT text", "SELECT direction", "INPUT from", "A", "BUTTON"]) {
      expect([...reached]).toContain(control);
    }
  });

  test("a recording plays from the list and on its call's page", async () => {
    await page.goto(`${box.address}/history`);
    const button = page.locator("[data-play]").first();
    await button.click();
    expect(await button.textContent()).toContain("Pause");
    await button.click();
    expect(await button.textContent()).toContain("Play");
    await page.goto(`${box.address}/history/40`);
    await page.waitForSelector(".wave:not([hidden])");
    const seconds = "document.querySelector('audio').duration";
    await until("the duration", async () => (await page.evaluate(seconds)) === 12);
    expect(complaints).toEqual([]);
  });
});

describe("frame", () => {
  test("language and theme are switched in the shell and stay", async () => {
    await page.goto(`${box.address}/`);
    await page.click("button[value='zh-CN']");
    await page.waitForURL(`${box.address}/`);
    expect(await text("h1")).toBe("一切正常,现在没有通话");
    await page.click("button[value=dark]");
    await page.waitForURL(`${box.address}/`);
    expect(await page.getAttribute("html", "data-theme")).toBe("dark");
    await page.goto(`${box.address}/history`);
    expect(await text("h1")).toBe("通话记录");
  });

  test("the menu opens on a narrow screen", async () => {
    await page.setViewportSize({ width: 360, height: 700 });
    await page.goto(`${box.address}/`);
    const link = page.locator(".nav a", { hasText: "Call history" });
    expect(await link.isVisible()).toBe(false);
    await page.click(".menu");
    await link.click();
    await page.waitForURL(`${box.address}/history`);
  });

  test("without scripts one can sign in, read and search", async () => {
    const plain = await browser.newContext({ javaScriptEnabled: false, locale: "en" });
    const bare = await plain.newPage();
    await signInPage(bare, box.address, OWNER_PASSWORD);
    await bare.goto(`${box.address}/history`);
    await bare.fill("[name=text]", "138");
    await bare.click("form.filters button");
    expect(bare.url()).toContain("text=138");
    await plain.close();
  });
});
