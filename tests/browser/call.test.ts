// The whole thing: a real box, two browser phones with different voices, and an exchange that calls
// from outside. Both ways of the audio, the caller's number, history, ladder and recording.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { bell202, fskSamples, mdmf } from "../support/fsk.ts";
import { openExchange, type RealBox, realPassword, startRealBox } from "./real-box.ts";
import { complaintsOf, launch, prefer, root, signInPage, until } from "./support.ts";
import { toneWav } from "./voices.ts";

/** What each of the two says: a steady tone, as a 16-bit WAV for Chromium's false microphone. */
const voiceHz = { "801": 600, "802": 1100 } as const;
type PhoneNumber = keyof typeof voiceHz;

let box: RealBox;
let fresh: RealBox | null = null;
const browsers = new Map<PhoneNumber, Browser>();
const pages = new Map<PhoneNumber, Page>();
const complaints: string[] = [];

/** Puts a tap before the loudspeaker, so that a test hears what a person would; keeps the lines. */
function tapLoudspeaker(): void {
  const taps: AnalyserNode[] = [];
  const connect = AudioNode.prototype.connect as (this: AudioNode, to: AudioNode) => AudioNode;
  AudioNode.prototype.connect = function tapped(this: AudioNode, to: AudioNode) {
    if (to instanceof AudioDestinationNode) {
      const tap = new AnalyserNode(this.context as AudioContext, { fftSize: 8192 });
      connect.call(this, tap);
      taps.push(tap);
    }
    return connect.call(this, to);
  } as typeof AudioNode.prototype.connect;
  const lines: WebSocket[] = [];
  window.WebSocket = class extends WebSocket {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols);
      lines.push(this);
    }
  };
  Object.assign(window, {
    lines,
    // Share of the loudness that lies at one frequency, 0 to 1; 0 when there is silence.
    heardAt(hz: number): number {
      return Math.max(
        0,
        ...taps.map((tap) => {
          const samples = new Float32Array(tap.fftSize);
          tap.getFloatTimeDomainData(samples);
          let [re, im, power] = [0, 0, 0];
          samples.forEach((sample, n) => {
            // A Hann window keeps the neighbours out.
            const x = sample * (0.5 - 0.5 * Math.cos((2 * Math.PI * n) / samples.length));
            re += x * Math.cos((2 * Math.PI * hz * n) / tap.context.sampleRate);
            im += x * Math.sin((2 * Math.PI * hz * n) / tap.context.sampleRate);
            power += x * x;
          });
          const rms = Math.sqrt(power / samples.length);
          return rms < 0.003 ? 0 : (re * re + im * im) / power / (samples.length / 3);
        }),
      );
    },
  });
}

const heardAt = async (page: Page, hz: number): Promise<number> =>
  Number(await page.evaluate(`window.heardAt(${hz})`));

const phone = (number: PhoneNumber): Page => {
  const page = pages.get(number);
  if (!page) throw new Error(`no phone ${number}`);
  return page;
};

async function openPhone(number: PhoneNumber): Promise<void> {
  const wav = join(box.directory, `${number}.wav`);
  await Bun.write(wav, toneWav(voiceHz[number]));
  const browser = await launch(
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
    `--use-file-for-fake-audio-capture=${wav}`,
    "--autoplay-policy=no-user-gesture-required",
  );
  browsers.set(number, browser);
  const context = await browser.newContext({
    locale: "en",
    viewport: { width: 1280, height: 860 },
  });
  await prefer(context, box.address, "en", "light");
  await context.addInitScript(tapLoudspeaker);
  const page = await context.newPage();
  complaintsOf(page).push = (...said: string[]) => complaints.push(...said);
  pages.set(number, page);
  await signInPage(page, box.address, realPassword);
  await page.goto(`${box.address}/phone/${number}`);
  await page.waitForSelector(".telephone[data-line=open]");
}

beforeAll(async () => {
  box = await startRealBox();
  await Promise.all([openPhone("801"), openPhone("802")]);
}, 40_000);

afterAll(async () => {
  await Promise.all([...browsers.values()].map((browser) => browser.close()));
  await Promise.all([box.stop(), fresh?.stop()]);
}, 20_000);

const hook = (number: PhoneNumber) => phone(number).click(".hook");
const screen = (number: PhoneNumber) => phone(number).textContent("[data-testid=number]");

async function api<T>(page: Page, method: string, path: string, body?: object): Promise<T> {
  return (await page.evaluate(
    async ([method, path, body]) => {
      const csrf = document.querySelector<HTMLMetaElement>("meta[name=csrf]")?.content ?? "";
      const answer = await fetch(path ?? "", {
        method: method ?? "",
        headers: { "X-CSRF-Token": csrf, "Content-Type": "application/json" },
        ...(body ? { body } : {}),
      });
      return answer.json();
    },
    [method, path, body ? JSON.stringify(body) : ""] as const,
  )) as T;
}

describe("first dial tone, in the browser", () => {
  test("801 calls 802: dial tone, ringing with the number, speech both ways", async () => {
    await hook("801");
    await until("dial tone", async () => (await heardAt(phone("801"), 450)) > 0.7);
    await phone("801").keyboard.type("802", { delay: 60 });
    expect(await screen("801")).toBe("802");
    await until("802 rings", () => phone("802").locator(".hook.ringing").isVisible());
    await until("ringback", async () => (await heardAt(phone("801"), 450)) > 0.7);
    await until("the caller's number", async () => (await screen("802")) === "801");
    await until("the title", async () => (await phone("802").title()).includes("801"));
    await hook("802");
    await until("801 hears 802", async () => (await heardAt(phone("801"), 1100)) > 0.5);
    await until("802 hears 801", async () => (await heardAt(phone("802"), 600)) > 0.5);
    await phone("801").click("button:has-text('Mute')");
    await until("muted", async () => (await heardAt(phone("802"), 600)) === 0);
    await phone("801").click("button:has-text('Unmute')");
    await until("heard again", async () => (await heardAt(phone("802"), 600)) > 0.5);
    await hook("802");
    await until("busy tone", async () => (await heardAt(phone("801"), 450)) > 0.7);
    await hook("801");
    await until("silence", async () => (await heardAt(phone("801"), 450)) === 0);
  }, 40_000);

  test("flash arrives in the trace, a shorter break does not", async () => {
    // Lifted as soon as hung up, dialled without listening: a call of its own all the same.
    await hook("801");
    await phone("801").keyboard.type("802", { delay: 60 });
    await until("802 rings", () => phone("802").locator(".hook.ringing").isVisible());
    await hook("802");
    await until("801 hears 802", async () => (await heardAt(phone("801"), 1100)) > 0.5);
    await phone("801").keyboard.press("f");
    await Bun.sleep(1000);
    await phone("801").click("button:has-text('Flash')");
    await Bun.sleep(1000);
    // Ten milliseconds are a bounce of the hook; nobody's hand is as quick.
    await phone("801").evaluate("lines.at(-1).send(JSON.stringify({ flash: 10 }))");
    await Bun.sleep(700);
    expect(await heardAt(phone("801"), 1100)).toBeGreaterThan(0.5);
    await hook("801");
    await until("busy tone", async () => (await heardAt(phone("802"), 450)) > 0.7);
    await hook("802");
    const page = await phone("801").context().newPage();
    await page.goto(`${box.address}/history`);
    await page.locator("a.open").first().click();
    await page.waitForSelector(".steps", { state: "attached" });
    const steps = (await page.locator(".steps").textContent()) ?? "";
    expect(steps.match(/801 → Box: hook flash 3[89]\d ms/g)?.length).toBe(2);
    expect(steps.match(/hook flash/g)?.length).toBe(2);
    expect(steps.match(/801 → Box: on-hook/g)?.length).toBe(1);
    await page.close();
  }, 30_000);

  test("the call is in the history with its ladder, its recording holds both voices", async () => {
    const page = await phone("801").context().newPage();
    await page.goto(`${box.address}/history`);
    await page.locator("a.open").last().click();
    await page.waitForSelector(".wave:not([hidden])");
    const steps = (await page.locator(".steps").textContent()) ?? "";
    for (const step of ["801 → Box: off-hook", "801 → Box: dials 802", "Box → 802: ring"]) {
      expect(steps).toContain(step);
    }
    expect(steps).toContain("connect speech");
    const src = await page.getAttribute("audio", "src");
    const bytes = (await page.evaluate(
      async (address) => [...new Uint8Array(await (await fetch(address)).arrayBuffer())],
      src ?? "",
    )) as number[];
    const samples = new Int16Array(Uint8Array.from(bytes).buffer.slice(44));
    const level = (channel: number, hz: number) => {
      let [re, im, count] = [0, 0, 0];
      for (let n = channel; n < samples.length; n += 2) {
        const turn = (2 * Math.PI * hz * (n >> 1)) / 8000;
        re += (samples[n] ?? 0) * Math.cos(turn);
        im += (samples[n] ?? 0) * Math.sin(turn);
        count += 1;
      }
      return Math.hypot(re, im) / count;
    };
    // One party a channel, whichever: each voice is at least ten times stronger on its own side.
    const left = level(0, 600) > level(0, 1100) ? ([600, 1100] as const) : ([1100, 600] as const);
    expect(level(0, left[0])).toBeGreaterThan(10 * level(0, left[1]));
    expect(level(1, left[1])).toBeGreaterThan(10 * level(1, left[0]));
    await page.close();
  }, 30_000);

  test("a call from outside rings 802 with the number sent in Bell 202", async () => {
    const panel = await phone("801").context().newPage();
    await panel.goto(`${box.address}/`);
    await api(panel, "PATCH", "/api/v1/trunks/line1", { directExtension: "802" });
    const exchange = await openExchange(box.address, "fxo/1");
    exchange.say({ ring: true });
    await Bun.sleep(1000);
    exchange.say({ ring: false });
    await Bun.sleep(500);
    await exchange.play(fskSamples(mdmf("13800138000", "WANG"), bell202));
    await until("802 rings", () => phone("802").locator(".hook.ringing").isVisible());
    await until("the number", async () => (await screen("802")) === "13800138000");
    await until("the panel", async () =>
      ((await panel.textContent("#port-fxo-1")) ?? "").includes("138 0013 8000"),
    );
    await panel.screenshot({ path: join(root, "build/screenshots/real-panel-ringing.png") });
    await phone("802").screenshot({ path: join(root, "build/screenshots/real-phone-ringing.png") });
    await hook("802");
    await until("the box answers", () => exchange.said.some((one) => one.hook === "off"));
    const tone = Int16Array.from({ length: 12_000 }, (_, n) => 9000 * Math.sin(n * 0.6283));
    await exchange.play(tone);
    expect(await heardAt(phone("802"), 800)).toBeGreaterThan(0.5);
    await hook("802");
    await until("released", () => exchange.said.some((one) => one.hook === "on"));
    exchange.close();
    await panel.close();
  }, 40_000);

  test("a phone that is open elsewhere says so, and is free again afterwards", async () => {
    const second = await phone("801").context().newPage();
    await second.goto(`${box.address}/phone/802`);
    await second.waitForSelector(".telephone[data-line=taken]");
    expect(await second.textContent(".note.alarm")).toContain("open somewhere else");
    await phone("802").goto(`${box.address}/history`);
    await second.click("button:has-text('Try again')");
    await second.waitForSelector(".telephone[data-line=open]");
    await second.close();
    // The refused upgrade is Chromium's to report; nothing else may be.
    expect(complaints.filter((one) => !one.includes("/line/fxs/2"))).toEqual([]);
  }, 20_000);
});

describe("what a browser may refuse", () => {
  async function openWith(address: string, ...flags: readonly string[]) {
    const browser = await launch("--autoplay-policy=no-user-gesture-required", ...flags);
    const context = await browser.newContext({ locale: "en" });
    await prefer(context, address, "en", "light");
    await context.addInitScript(tapLoudspeaker);
    const page = await context.newPage();
    await signInPage(page, address, realPassword);
    await page.goto(`${address}/phone/803`);
    await page.waitForSelector(".telephone[data-line=open]");
    return { browser, page };
  }

  async function dialsAndHears(page: Page) {
    await page.click(".hook");
    await until("dial tone", async () => (await heardAt(page, 450)) > 0.7);
    await page.keyboard.type("804", { delay: 60 });
    // Ringback is the same 450 Hz, but only once the digits have been understood.
    await until("dial tone is gone", async () => (await heardAt(page, 450)) < 0.1);
    await until("ringback", async () => (await heardAt(page, 450)) > 0.7);
    await page.click(".hook");
  }

  test("plain HTTP on the LAN: no microphone and no worklet, yet one hears and dials", async () => {
    const address = box.address.replace("127.0.0.1", "box.test");
    const { browser, page } = await openWith(
      address,
      "--host-resolver-rules=MAP box.test 127.0.0.1",
    );
    expect(await page.evaluate("window.isSecureContext")).toBe(false);
    await dialsAndHears(page);
    expect(await page.textContent(".notes")).toContain("HTTPS");
    await browser.close();
  }, 30_000);

  test("a refused microphone is explained, and one hears and dials all the same", async () => {
    const { browser, page } = await openWith(box.address);
    await dialsAndHears(page);
    expect(await page.textContent(".notes")).toMatch(/Allow the microphone|No microphone/);
    await browser.close();
  }, 30_000);

  test("a box that goes away and comes back is told apart from a call", async () => {
    const { browser, page } = await openWith(box.address);
    await page.click(".hook");
    // Chromium keeps an open socket when it is made offline, so it is cut by hand.
    await page.evaluate("window.lines.at(-1).close()");
    await page.context().setOffline(true);
    await page.waitForSelector(".telephone[data-line=lost]", { timeout: 8000 });
    expect(await page.textContent(".note.alarm")).toContain("Reconnecting");
    await page.context().setOffline(false);
    await page.waitForSelector(".telephone[data-line=open]");
    expect(await page.getAttribute(".hook", "data-hook")).toBe("on");
    await browser.close();
  }, 30_000);
});

describe("first visit", () => {
  test("asks for the owner's password, then shows the panel", async () => {
    fresh = await startRealBox(null);
    const browser = browsers.get("801");
    if (!browser) throw new Error("no browser");
    const context = await browser.newContext({ locale: "zh-CN" });
    const page = await context.newPage();
    await page.goto(`${fresh.address}/history`);
    expect(page.url()).toBe(`${fresh.address}/welcome`);
    await page.fill("[name=password]", "correct horse");
    await page.fill("[name=again]", "correct house");
    await page.click("button.pri");
    expect(await page.textContent(".wrong")).toBe("两次输入的密码不一样。");
    await page.fill("[name=password]", "correct horse");
    await page.fill("[name=again]", "correct horse");
    await page.click("button.pri");
    await page.waitForURL(`${fresh.address}/`);
    expect(await page.textContent("h1")).toBe("一切正常,现在没有通话");
    await context.close();
  }, 30_000);
});
