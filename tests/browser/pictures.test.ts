// The README's first call on the real box, as somebody new walks it: first visit, password, panel,
// two browser phones, a call, its page; and a call from outside meanwhile.
// `UPDATE_PICTURES=1` takes its time and puts the pictures of the README into docs/pictures.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { bell202, fskSamples, mdmf } from "../support/fsk.ts";
import { openExchange, type RealBox, startRealBox } from "./real-box.ts";
import { complaintsOf, launch, prefer, root, screenshots, signInPage, until } from "./support.ts";
import { speechWav } from "./voices.ts";

const updating = process.env.UPDATE_PICTURES === "1";
const folder = updating ? join(root, "docs/pictures") : join(screenshots, "readme");
/** Larger ones make the README slow to open. */
const pictureBytesMost = 200_000;
const password = "correct horse";

let box: RealBox;
/** A browser a phone: Chromium has one false microphone each. */
const browsers: Browser[] = [];

beforeAll(async () => {
  await mkdir(folder, { recursive: true });
  box = await startRealBox(null);
  for (const voice of [0, 1]) {
    const wav = join(box.directory, `voice-${voice}.wav`);
    await Bun.write(wav, speechWav(voice));
    browsers.push(
      await launch(
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        `--use-file-for-fake-audio-capture=${wav}`,
        "--autoplay-policy=no-user-gesture-required",
      ),
    );
  }
}, 40_000);

afterAll(async () => {
  await Promise.all(browsers.map((browser) => browser.close()));
  await box.stop();
}, 20_000);

async function keep(name: string, picture: Buffer): Promise<void> {
  expect(picture.length).toBeGreaterThan(5000);
  expect(picture.length).toBeLessThan(pictureBytesMost);
  await Bun.write(join(folder, `${name}.png`), picture);
}

/** Both telephones beside each other, as they would stand on a desk. */
async function sideBySide(context: BrowserContext, phones: readonly Page[]): Promise<Buffer> {
  const figures = await Promise.all(
    phones.map(async (phone) => {
      const title = await phone.textContent("h1");
      const picture = await phone.locator(".telephone").screenshot({ animations: "disabled" });
      const src = `data:image/png;base64,${picture.toString("base64")}`;
      return `<figure><figcaption>${title}</figcaption><img src="${src}"></figure>`;
    }),
  );
  const sheet = await context.newPage();
  await sheet.setContent(
    `<style>body{margin:0;background:#f6f4ef;font:600 15px system-ui,"Noto Sans CJK SC"}
     main{display:inline-flex;gap:28px;padding:22px 26px}figure{margin:0}
     figcaption{margin:0 0 10px;color:#22262b}img{display:block}</style>
     <main>${figures.join("")}</main>`,
  );
  const picture = await sheet.locator("main").screenshot();
  await sheet.close();
  return picture;
}

interface Words {
  readonly language: "en" | "zh-CN";
  readonly suffix: "" | "-zh";
  /** Names of menu and buttons as the README says them. */
  readonly phone: string;
  readonly lift: string;
  readonly answer: string;
  readonly history: string;
  readonly trunk: string;
}

const readmes: readonly Words[] = [
  {
    language: "zh-CN",
    suffix: "-zh",
    phone: "网页话机",
    lift: "摘机",
    answer: "接听",
    history: "通话记录",
    trunk: "外线1",
  },
  {
    language: "en",
    suffix: "",
    phone: "Browser phone",
    lift: "Lift",
    answer: "Answer",
    history: "Call history",
    trunk: "Line 1",
  },
];

/** First visit or sign-in, then to the panel. */
async function enter(page: Page): Promise<void> {
  await page.goto(box.address);
  if (!page.url().endsWith("/welcome")) return signInPage(page, box.address, password);
  // Nobody has to click: the cursor is where one types.
  await page.keyboard.type(password);
  await page.keyboard.press("Tab");
  await page.keyboard.type(password);
  await page.keyboard.press("Enter");
  await page.waitForURL(`${box.address}/`);
}

async function openPhone(page: Page, words: Words, number: string): Promise<void> {
  await page.click(`nav >> text=${words.phone}`);
  await page.click(`a.choice:has(b:text-is("${number}"))`);
  await page.waitForSelector(".telephone[data-line=open]");
}

/** An exchange rings line 1 with a number until the handset at `phone` rings. */
async function callFromOutside(phone: Page) {
  const exchange = await openExchange(box.address, "fxo/1");
  exchange.say({ ring: true });
  await Bun.sleep(1000);
  exchange.say({ ring: false });
  await Bun.sleep(500);
  await exchange.play(fskSamples(mdmf("13800138000", ""), bell202));
  await until("803 rings", () => phone.locator(".hook.ringing").isVisible());
  await until("the number", async () => (await screen(phone)) === "13800138000");
  return exchange;
}

/** 803 rings with a call from outside. @returns how it is answered and ended */
async function callMeanwhile(context: BrowserContext, panel: Page): Promise<() => Promise<void>> {
  const desk = await context.newPage();
  await desk.goto(`${box.address}/phone/803`);
  await desk.waitForSelector(".telephone[data-line=open]");
  await wireLineTo(panel, "803");
  const exchange = await callFromOutside(desk);
  await until("the number on the panel", async () =>
    ((await panel.textContent("#port-fxo-1")) ?? "").includes("138 0013 8000"),
  );
  await Bun.sleep(4000);
  return async () => {
    await desk.click(".hook");
    await until("the box answers", () => exchange.said.some((one) => one.hook === "off"));
    exchange.close();
  };
}

const screen = (page: Page) => page.textContent("[data-testid=number]");

/** Without pictures to make, one language is enough: the other tests walk in English. */
const walked = updating ? readmes : readmes.slice(0, 1);

for (const words of walked) {
  const { language, suffix } = words;
  describe(`the README's first call, ${language}`, () => {
    test("is as the README says, and its pictures can be made", async () => {
      const contexts = await Promise.all(
        browsers.map((browser) =>
          browser.newContext({ locale: language, viewport: { width: 1280, height: 800 } }),
        ),
      );
      const [context, other] = contexts;
      if (!context || !other) throw new Error("no browser");
      for (const one of contexts) await prefer(one, box.address, language, "light");
      const [first, second] = [await context.newPage(), await other.newPage()];
      const complaints = [complaintsOf(first), complaintsOf(second)];
      await enter(first);
      await enter(second);
      await openPhone(first, words, "801");
      await openPhone(second, words, "802");

      await first.click(`.hook:has-text("${words.lift}")`);
      for (const key of "802") await first.click(`[data-key="${key}"]`);
      await until("who calls", async () => (await screen(second)) === "801");
      await second.click(`.hook:has-text("${words.answer}")`);
      expect(await screen(first)).toBe("802");

      const panel = await other.newPage();
      await panel.goto(box.address);
      expect(await panel.textContent("#port-fxo-1 b")).toBe(words.trunk);
      const outside = updating ? await callMeanwhile(context, panel) : null;
      await keep(`panel${suffix}`, await panel.screenshot({ animations: "disabled" }));
      await outside?.();
      await keep(`phone${suffix}`, await sideBySide(other, [first, second]));

      await second.click(".hook");
      await first.click(".hook");
      await first.click(`nav >> text=${words.history}`);
      await first.click('a.open:has-text("801"):has-text("802")');
      await first.waitForSelector(".wave:not([hidden])");
      await keep(`call${suffix}`, await first.screenshot({ fullPage: true }));
      expect(complaints.flat()).toEqual([]);
      await Promise.all(contexts.map((one) => one.close()));
    }, 60_000);
  });
}

/** Calls on line 1 ring this extension alone. */
async function wireLineTo(page: Page, directExtension: string): Promise<void> {
  const status = await page.evaluate(async (body) => {
    const csrf = document.querySelector<HTMLMetaElement>("meta[name=csrf]")?.content ?? "";
    const headers = { "X-CSRF-Token": csrf, "Content-Type": "application/json" };
    return (await fetch("/api/v1/trunks/line1", { method: "PATCH", headers, body })).status;
  }, JSON.stringify({ directExtension }));
  expect(status).toBe(200);
}
