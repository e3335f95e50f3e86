import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { buildApp } from "../../web/app.ts";
import { type Assets, loadAssets } from "../../web/assets.ts";
import { buildAssets } from "../../web/build.ts";
import { catalogues, fill, languages, messagesFor } from "../../web/locales/catalogue.ts";
import { callPage } from "../../web/pages/call.tsx";
import { firstVisitPage, signInPage } from "../../web/pages/gate.tsx";
import { historyPage, readHistoryQuery } from "../../web/pages/history.tsx";
import { createPages } from "../../web/pages/index.ts";
import { panelPage } from "../../web/pages/panel.tsx";
import { problemPage } from "../../web/pages/problem.tsx";
import { access } from "../../web/roles.ts";
import {
  busySnapshot,
  quietSnapshot,
  sampleCdr,
  sampleCdrs,
  sampleOffice,
  samplePanel,
  sampleTurns,
  sampleView,
} from "../support/page-samples.ts";
import { type BoxOptions, buildBox, signIn } from "./support/box.ts";

const root = join(import.meta.dir, "../..");
const fakeAssets: Assets = { address: (name) => `/assets/${name}`, answer: () => null };

function boxWithPages(options: BoxOptions = {}) {
  const box = buildBox({ cdrs: sampleCdrs, ...options });
  return { ...box, app: buildApp(box.deps, createPages(fakeAssets)) };
}

const callData = {
  cdr: sampleCdr(),
  office: sampleOffice,
  turns: sampleTurns,
  recordingThere: true,
  mayExport: true,
};
const historyData = {
  query: readHistoryQuery(new URLSearchParams()),
  page: { items: sampleCdrs, nextCursor: "next" },
  office: sampleOffice,
  wrong: {},
};

function allPages(language: (typeof languages)[number]): Readonly<Record<string, string>> {
  const view = sampleView({ language });
  const gate = sampleView({ language, viewer: null, csrf: "" });
  return {
    panel: panelPage({ view, data: samplePanel(busySnapshot) }),
    quiet: panelPage({ view, data: samplePanel(quietSnapshot) }),
    history: historyPage({ view, data: historyData }),
    call: callPage({ view, data: callData }),
    signIn: signInPage({
      view: gate,
      trouble: { kind: "locked", minutes: 2 },
      name: "",
      next: "/",
    }),
    welcome: firstVisitPage({ view: gate, trouble: "short" }),
    problem: problemPage({ view, kind: "500", reference: "now" }),
  };
}

describe("messages", () => {
  test("both catalogues have the same keys and the same parameters", () => {
    const zh = catalogues["zh-CN"];
    const en = catalogues.en;
    expect(Object.keys(en).sort()).toEqual(Object.keys(zh).sort());
    const names = (message: string) =>
      [...new Set([...message.matchAll(/\{(\w+)/g)].map((match) => match[1]))].sort();
    for (const key of Object.keys(zh) as (keyof typeof zh)[]) {
      expect({ key, names: names(en[key]) }).toEqual({ key, names: names(zh[key]) });
    }
  });

  test("parameters are put in, counted words agree, unknown ones stay visible", () => {
    expect(fill("{n|# call|# calls} of {total}", { n: 1, total: 3 })).toBe("1 call of 3");
    expect(fill("{n|# call|# calls}", { n: 2 })).toBe("2 calls");
    expect(fill("{who} calls", {})).toBe("{who} calls");
    expect(Object.keys(messagesFor("en", "phone.")).every((key) => key.startsWith("phone."))).toBe(
      true,
    );
  });

  test("no page shows a key or an unfilled parameter", () => {
    for (const language of languages) {
      for (const html of Object.values(allPages(language))) {
        const shown = html.replace(/<template[\s\S]*?<\/template>|<[^>]*>/g, " ");
        expect(shown).not.toMatch(/\{\w+[|}]/);
        expect(shown).not.toMatch(/\b(panel|history|call|port|ladder)\.[a-z][A-Za-z]+\b/);
      }
    }
  });
});

describe("what is sent", () => {
  test("nothing inline, one h1 a page, every form with the session's token", () => {
    for (const [name, html] of Object.entries(allPages("en"))) {
      expect(html).not.toMatch(/<style|\sstyle=|\son[a-z]+=|javascript:/i);
      expect(html).not.toMatch(/<script(?![^>]*\ssrc=)/);
      expect({ name, headings: html.match(/<h1/g)?.length }).toEqual({ name, headings: 1 });
      const posts = html.match(/<form[^>]*method="post"/g)?.length ?? 0;
      expect(html.match(/name="csrf" value/g)?.length ?? 0).toBe(posts);
    }
  });

  test("names from outside are text, never markup", () => {
    const nasty = `<img src=x onerror=alert(1)>`;
    const cdr = sampleCdr({ callerName: nasty, callerNumber: nasty, calledNumber: nasty });
    const view = sampleView();
    const office = { ...sampleOffice, trunks: [{ ...sampleOffice.trunks[0], name: nasty }] };
    for (const html of [
      callPage({ view, data: { ...callData, cdr } }),
      historyPage({ view, data: { ...historyData, page: { items: [cdr], nextCursor: null } } }),
      panelPage({
        view,
        data: { ...samplePanel(busySnapshot), office: office as typeof sampleOffice },
      }),
    ]) {
      expect(html).not.toContain("<img");
    }
  });

  test("headlines say how things are", () => {
    const h1 = (html: string) => /<h1>(.*?)<\/h1>/.exec(html)?.[1];
    const en = allPages("en");
    expect(h1(en.quiet ?? "")).toBe("All is well, no calls right now");
    expect(h1(en.panel ?? "")).toBe("One thing wants a hand: 外线4 has no line power");
    const view = sampleView();
    const noAlarm = { ...busySnapshot, alarms: [] };
    expect(h1(panelPage({ view, data: samplePanel(noAlarm) }))).toBe("一切正常,3 个电话正在进行");
  });

  test("a call that is still ringing is not missed yet", () => {
    const view = sampleView({ language: "en" });
    const data = { ...samplePanel(busySnapshot), stillOpen: 3 };
    expect(panelPage({ view, data: samplePanel(busySnapshot) })).toContain("3 missed");
    expect(panelPage({ view, data: { ...data, stillOpen: 1 } })).toContain("2 missed");
    expect(panelPage({ view, data })).toContain("All answered");
  });

  test("an empty box, an unreadable history and a missing recording say what to do", () => {
    const view = sampleView({ language: "en" });
    const nothing = { ...quietSnapshot, ports: [] };
    expect(panelPage({ view, data: samplePanel(nothing) })).toContain("No ports are configured");
    expect(historyPage({ view, data: { ...historyData, page: null } })).toContain("be read right");
    const gone = callPage({ view, data: { ...callData, recordingThere: false } });
    expect(gone).toContain("file is gone");
    const traceless = callPage({ view, data: { ...callData, turns: [] } });
    expect(traceless).toContain("left no trace");
  });
});

describe("routes", () => {
  const pageRoutes = Object.keys(access).filter((key) => !/\/(api|line)\//.test(key));

  for (const key of pageRoutes) {
    const [method = "", pattern = ""] = key.split(" ");
    const path = pattern.replace(/:\w+/g, "1").replace("*", "look.css");
    const open = ["/sign-in", "/preferences", "/welcome", "/assets/look.css"].includes(path);
    if (open) continue;
    test(`${key} leads to sign-in when nobody is signed in`, async () => {
      const { app } = boxWithPages();
      const answer = await app.request(path, { method });
      expect(answer.status).toBe(303);
      expect(answer.headers.get("location")).toStartWith("/sign-in");
    });
  }

  test("staff see their own calls, their own phone, and no other", async () => {
    const own = sampleCdr({ id: 7, extension: "803", calledNumber: "803" });
    const box = boxWithPages({ cdrs: [...sampleCdrs, own] });
    box.runtime.publish({ ...busySnapshot });
    const { headers } = await signIn(box, "mei");
    const get = async (path: string) => box.app.request(path, { headers });
    expect((await get("/history/40")).status).toBe(404);
    expect((await get("/history/7")).status).toBe(200);
    expect((await get("/phone/801")).status).toBe(403);
    expect((await get("/phone")).headers.get("location")).toBe("/phone/803");
    const panel = await (await get("/")).text();
    expect(panel).toContain("01055550100");
    expect(panel).not.toContain("13800138000");
    expect(await (await get("/history")).text()).not.toContain('href="/history/40"');
    const hangUp = (id: number) =>
      box.app.request(`/calls/${id}/hang-up`, { method: "POST", headers, body: new FormData() });
    expect((await hangUp(43)).status).toBe(404);
    expect(box.runtime.commands).toEqual([]);
    expect((await hangUp(41)).status).toBe(303);
    expect(box.runtime.commands).toEqual([{ service: "clearConnection", call: 41 }]);
  });

  test("a filter is passed on with whole days of the office", async () => {
    const box = boxWithPages();
    const { headers } = await signIn(box, "owner");
    const query = "text=138&direction=inbound&disposition=nonsense&from=2026-11-20&to=2026-11-20";
    const answer = await box.app.request(`/history?${query}`, { headers });
    expect(answer.status).toBe(200);
    const asked = box.history.asked.at(-1) as { from: number; to: number };
    expect(asked).toMatchObject({ text: "138", direction: "inbound" });
    expect(asked).not.toHaveProperty("disposition");
    expect(asked.to - asked.from).toBe(86_400_000 - 1);
    const bad = await box.app.request("/history?from=2026-02-30", { headers });
    expect(await bad.text()).toContain('aria-invalid="true"');
  });

  test("htmx gets fragments: rows, results, and a refusal in a line", async () => {
    const box = boxWithPages();
    const { headers } = await signIn(box, "owner");
    const ask = async (path: string) => {
      const answer = await box.app.request(path, { headers: { ...headers, "HX-Request": "true" } });
      return answer.text();
    };
    expect(await ask("/history")).toStartWith("<table");
    expect(await ask("/history?cursor=40&day=2026-11-20")).toStartWith("<tr");
    expect(await ask("/nowhere")).toStartWith('<p class="form-error"');
  });

  test("a history that can't be read leaves the page standing", async () => {
    const box = boxWithPages();
    box.deps.history.list = () => {
      throw new Error("disk");
    };
    const { headers } = await signIn(box, "owner");
    const answer = await box.app.request("/history", { headers });
    expect(answer.status).toBe(200);
    expect(await answer.text()).toContain("现在读不出通话记录");
    expect(box.log.some((one) => one.what === "historyUnreadable")).toBe(true);
  });

  test("readers of the live panel get their own language, sight and token", async () => {
    const box = boxWithPages();
    box.runtime.publish({ ...busySnapshot });
    const read = async (cookie: string, language: string) => {
      const headers = { Cookie: `${cookie}; lf_language=${language}` };
      const answer = await box.app.request("/panel/live", { headers });
      const reader = answer.body?.getReader();
      let said = "";
      while (!said.includes("</section>\n\n")) {
        said += new TextDecoder().decode((await reader?.read())?.value);
      }
      await reader?.cancel();
      return said;
    };
    const [owner, again, mei] = [
      await signIn(box, "owner"),
      await signIn(box, "owner"),
      await signIn(box, "mei"),
    ];
    const first = await read(owner.cookie, "en");
    const second = await read(again.cookie, "en");
    expect(first).toContain(`value="${owner.csrf}"`);
    expect(second).toContain(`value="${again.csrf}"`);
    expect(second).not.toContain(owner.csrf);
    expect(await read(again.cookie, "zh-CN")).toContain("正在进行");
    const own = await read(mei.cookie, "en");
    expect(own).not.toContain("138 0013 8000");
    expect(own).toContain(`value="${mei.csrf}"`);
  });

  test("the live panel begins with the state as it is, in the reader's language", async () => {
    const box = boxWithPages();
    box.runtime.publish({ ...busySnapshot });
    const { headers } = await signIn(box, "owner");
    const answer = await box.app.request("/panel/live", {
      headers: { Cookie: headers.Cookie, "Accept-Language": "en;q=0.8, de" },
    });
    const reader = answer.body?.getReader();
    let said = "";
    while (!said.includes("\n\n", 20)) {
      const chunk = await reader?.read();
      said += new TextDecoder().decode(chunk?.value);
    }
    await reader?.cancel();
    expect(said).not.toContain("event:");
    expect(said).toContain("4 trunks / 8 extensions");
    expect(said).not.toContain("<html");
  });
});

describe("built files", () => {
  test("are found by name, kept for a year, compressed, and not sent twice", async () => {
    const manifest = await buildAssets();
    const assets = await loadAssets(join(root, "build/web"), manifest);
    const address = assets.address("look.css");
    expect(address).toMatch(/^\/assets\/look-[0-9a-f]{12}\.css$/);
    const file = address.replace("/assets/", "");
    const ask = (headers: Record<string, string>) =>
      assets.answer(file, new Request("http://box/", { headers }));
    const plain = ask({});
    const css = await plain?.text();
    expect(plain?.headers.get("cache-control")).toContain("immutable");
    const packed = ask({ "accept-encoding": "gzip, br" });
    expect(packed?.headers.get("content-encoding")).toBe("br");
    const zipped = ask({ "accept-encoding": "gzip" });
    const bytes = new Uint8Array((await zipped?.arrayBuffer()) ?? new ArrayBuffer(0));
    expect(new TextDecoder().decode(Bun.gunzipSync(bytes))).toBe(css ?? "");
    expect(ask({ "if-none-match": plain?.headers.get("etag") ?? "" })?.status).toBe(304);
    expect(assets.answer("../../package.json", new Request("http://box/"))).toBeNull();
    expect(() => assets.address("nothing.js")).toThrow("nothing.js");
  });

  test("a second build of the same sources changes nothing", async () => {
    await buildAssets();
    const file = Bun.file(join(root, "build/web/manifest.json"));
    const before = file.lastModified;
    await buildAssets();
    expect(Bun.file(join(root, "build/web/manifest.json")).lastModified).toBe(before);
  });
});
