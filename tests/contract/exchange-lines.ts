// FXO ports: ringing, loop, polarity, battery, caller ID, what is heard.
import { expect, test } from "bun:test";
import { callerIdFsk, concat, dtmf, level, silence, sine, toneLevel } from "../support/signal.ts";
import type { Context } from "./line-card.ts";
import { pause, TestFarEnd } from "./rig.ts";

function ringAndLoopTests(get: () => Context): void {
  test.concurrent("a burst of ringing is reported, a tinkle is not", async () => {
    const { rig, events } = get();
    using exchange = new TestFarEnd(rig.card, "fxo/1");
    exchange.line.ring(true);
    exchange.line.ring(false); // as near as JS can do it; native tests know the limit
    await pause(200);
    expect(events.kinds("fxo/1")).toEqual([]);
    exchange.line.ring(true);
    await events.get("fxo/1", "ringStart");
    exchange.line.ring(false);
    await events.get("fxo/1", "ringStop");
    expect(events.kinds("fxo/1")).toEqual(["ringStart", "ringStop"]);
  });

  test.concurrent("seizing and releasing show at the exchange", async () => {
    const { rig } = get();
    using exchange = new TestFarEnd(rig.card, "fxo/2");
    rig.card.perform({ kind: "seize", port: "fxo/2" });
    await exchange.waitFor("hook", "off");
    expect(rig.card.readBack().find(({ port }) => port === "fxo/2")?.hook).toBe("off");
    rig.card.perform({ kind: "release", port: "fxo/2" });
    await exchange.waitFor("hook", "on");
  });
}

function callerIdTests(get: () => Context): void {
  for (const form of ["bell202", "v23"] as const) {
    const port = form === "bell202" ? "fxo/3" : "fxo/4";
    test.concurrent(`caller ID between rings: ${form}`, async () => {
      const { rig, events } = get();
      using exchange = new TestFarEnd(rig.card, port);
      exchange.line.ring(true);
      await events.get(port, "ringStart");
      exchange.line.ring(false);
      await exchange.say(concat(silence(500), callerIdFsk("01062345678", form), silence(200)));
      const { callerId } = await events.get(port, "callerId");
      expect(callerId).toMatchObject({ number: "01062345678", presentation: "allowed" });
      expect(callerId.form).toBe(form);
    });
  }

  test.concurrent("caller ID as DTMF before the first ring", async () => {
    const { rig, events } = get();
    using exchange = new TestFarEnd(rig.card, "fxo/5");
    await exchange.say(concat(dtmf("D13912345678C", 70, 70), silence(300)));
    const { callerId } = await events.get("fxo/5", "callerId");
    expect(callerId).toMatchObject({ number: "13912345678", form: "dtmf" });
    expect(events.kinds("fxo/5")).toEqual(["callerId"]);
  });

  test.concurrent("caller ID with a wrong checksum is reported as failed", async () => {
    const { rig, events } = get();
    using exchange = new TestFarEnd(rig.card, "fxo/6");
    const pcm = callerIdFsk("01062345678");
    // A bit of the number, turned over: 1200 Hz where 2200 was.
    const at = pcm.length - 300;
    pcm.set(sine([1200], 25, -13.5), at - 200);
    await exchange.say(concat(pcm, silence(200)));
    await events.get("fxo/6", "callerIdFailed");
    expect(events.kinds("fxo/6")).toEqual(["callerIdFailed"]);
  });
}

function batteryTests(get: () => Context): void {
  test.concurrent("polarity reversals are reported both ways", async () => {
    const { rig, events } = get();
    using exchange = new TestFarEnd(rig.card, "fxo/7");
    exchange.line.polarity("reversed");
    expect((await events.get("fxo/7", "polarityReversal")).polarity).toBe("reversed");
    exchange.line.polarity("normal");
    expect((await events.get("fxo/7", "polarityReversal", 2)).polarity).toBe("normal");
  });

  test.concurrent("an open interval off-hook is told when it is 200 ms old", async () => {
    const { rig, events } = get();
    using exchange = new TestFarEnd(rig.card, "fxo/8");
    rig.card.perform({ kind: "seize", port: "fxo/8" });
    await exchange.waitFor("hook", "off");
    exchange.line.battery(false);
    await pause(100);
    exchange.line.battery(true);
    await pause(250);
    expect(events.kinds("fxo/8")).toEqual([]);
    exchange.line.battery(false);
    const { ms } = await events.get("fxo/8", "openInterval");
    expect(ms).toBeGreaterThanOrEqual(200);
    expect(ms).toBeLessThan(260);
    exchange.line.battery(true);
  });

  test.concurrent("battery gone for more than a second, and back", async () => {
    const { rig, events } = get();
    using exchange = new TestFarEnd(rig.card, "fxo/9");
    exchange.line.battery(false);
    await pause(800);
    expect(events.kinds("fxo/9")).toEqual([]);
    await events.get("fxo/9", "batteryLost");
    expect(rig.card.readBack().find(({ port }) => port === "fxo/9")?.battery).toBe(false);
    exchange.line.battery(true);
    await events.get("fxo/9", "batteryReturned");
  });

  test.concurrent("an exchange that goes away opens the loop and raises no alarm", async () => {
    const { rig, events } = get();
    const exchange = new TestFarEnd(rig.card, "fxo/10");
    exchange.line.ring(true);
    await events.get("fxo/10", "ringStart");
    rig.card.perform({ kind: "seize", port: "fxo/10" });
    await exchange.waitFor("hook", "off");
    exchange.line.detach();
    await events.get("fxo/10", "openInterval");
    await pause(1200);
    expect(events.kinds("fxo/10").toSorted()).toEqual(["openInterval", "ringStart", "ringStop"]);
    const idle = rig.card.readBack().find(({ port }) => port === "fxo/10");
    expect(idle).toMatchObject({ ring: false, battery: true });
  });
}

function digitTests(get: () => Context): void {
  test.concurrent("digits are dialled as DTMF at their level; then dialDone", async () => {
    const { rig, events } = get();
    using exchange = new TestFarEnd(rig.card, "fxo/11");
    rig.card.perform({ kind: "seize", port: "fxo/11" });
    await exchange.waitFor("hook", "off");
    exchange.forget();
    rig.card.perform({ kind: "dial", port: "fxo/11", digits: "5" });
    await events.get("fxo/11", "dialDone");
    await pause(60);
    const heard = exchange.heard();
    const start = heard.findIndex((sample) => Math.abs(sample) > 500);
    const digit = heard.subarray(start + 80, start + 640);
    expect(toneLevel(digit, 770)).toBeCloseTo(-9, 0);
    expect(toneLevel(digit, 1336)).toBeCloseTo(-7, 0);
    expect(events.kinds("fxo/11")).toEqual(["dialDone"]);
  });

  test.concurrent("the far side's digits are heard on a trunk", async () => {
    const { rig, events } = get();
    using exchange = new TestFarEnd(rig.card, "fxo/12");
    rig.card.perform({ kind: "seize", port: "fxo/12" });
    await exchange.waitFor("hook", "off");
    await exchange.say(dtmf("802"));
    await events.get("fxo/12", "digit", 3);
    const digits = events.of("fxo/12").flatMap((e) => (e.kind === "digit" ? [e.digit] : []));
    expect(digits.join("")).toBe("802");
  });
}

function listeningTests(get: () => Context): void {
  test.concurrent("busy tone is recognised, and that it stopped", async () => {
    const { rig, events } = get();
    using exchange = new TestFarEnd(rig.card, "fxo/13");
    rig.card.perform({ kind: "seize", port: "fxo/13" });
    await exchange.waitFor("hook", "off");
    const cycle = concat(sine([450], 350, -12), silence(350));
    await exchange.say(concat(cycle, cycle, cycle, cycle));
    expect((await events.get("fxo/13", "tone")).tone).toBe("busy");
    await exchange.say(silence(1500));
    expect((await events.get("fxo/13", "toneStopped")).tone).toBe("busy");
  });

  test.concurrent("a fax that answers is recognised", async () => {
    const { rig, events } = get();
    using exchange = new TestFarEnd(rig.card, "fxo/14");
    rig.card.perform({ kind: "seize", port: "fxo/14" });
    await exchange.waitFor("hook", "off");
    await exchange.say(sine([2100], 1500, -14));
    expect((await events.get("fxo/14", "tone")).tone).toBe("faxAnswer");
  });

  test.concurrent("on-hook nothing passes to a bridge", async () => {
    const { rig, events } = get();
    using exchange = new TestFarEnd(rig.card, "fxo/15");
    using phone = new TestFarEnd(rig.card, "fxs/15");
    phone.line.hook("off");
    await events.get("fxs/15", "offHook");
    rig.card.perform({ kind: "join", port: "fxo/15", bridge: 15, gainDb: 0 });
    rig.card.perform({ kind: "join", port: "fxs/15", bridge: 15, gainDb: 0 });
    exchange.keepSaying(sine([1000], 200, -10));
    await pause(100);
    expect(level(await phone.listen(200))).toBeLessThan(-60);
  });
}

export function exchangeContract(get: () => Context): void {
  ringAndLoopTests(get);
  callerIdTests(get);
  batteryTests(get);
  digitTests(get);
  listeningTests(get);
}
