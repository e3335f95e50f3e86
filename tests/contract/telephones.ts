// FXS ports: hook, flash, pulse and tone dialling, ringing, caller ID, hanging up.
import { expect, test } from "bun:test";
import { callerIdFsk, dtmf, level } from "../support/signal.ts";
import type { Context } from "./line-card.ts";
import { pause, TestFarEnd, usualLevel } from "./rig.ts";

function hookTests(get: () => Context): void {
  test.concurrent("lifting and replacing are reported with their time", async () => {
    const { rig, events } = get();
    using phone = new TestFarEnd(rig.card, "fxs/1");
    expect(phone.state).toEqual({
      line: "fxs/1",
      hook: "on",
      ring: false,
      polarity: "normal",
      battery: true,
    });
    const before = Date.now();
    phone.line.hook("off");
    const lifted = await events.get("fxs/1", "offHook");
    expect(lifted.at).toBeGreaterThan(before - 5);
    expect(lifted.at).toBeLessThan(Date.now() + 5);
    expect(rig.card.readBack().find(({ port }) => port === "fxs/1")?.hook).toBe("off");
    phone.line.hook("on");
    await events.get("fxs/1", "onHook");
    expect(events.kinds("fxs/1")).toEqual(["offHook", "onHook"]);
  });

  test.concurrent("what is said on-hook delays no lift and is not heard", async () => {
    const { rig, events } = get();
    using phone = new TestFarEnd(rig.card, "fxs/15");
    const pcm = dtmf("5", 300, 100);
    const said = new Uint8Array(pcm.buffer);
    for (let at = 0; at < 6400; at += 1600) phone.line.write(said.subarray(at, at + 1600));
    const lifted = Date.now();
    phone.line.hook("off");
    expect((await events.get("fxs/15", "offHook")).at - lifted).toBeLessThan(100);
    await phone.say(dtmf("6", 60, 60));
    const digit = await events.get("fxs/15", "digit");
    expect(digit.digit).toBe("6");
  });

  test.concurrent("a flash in the window is a flash, shorter nothing, longer on-hook", async () => {
    const { rig, events } = get();
    using phone = new TestFarEnd(rig.card, "fxs/2");
    phone.line.hook("off");
    await events.get("fxs/2", "offHook");
    phone.line.flash(15);
    await pause(400);
    phone.line.flash(300);
    const flash = await events.get("fxs/2", "hookFlash");
    expect(flash.ms).toBeGreaterThanOrEqual(295);
    expect(flash.ms).toBeLessThanOrEqual(305);
    phone.line.flash(900);
    await events.get("fxs/2", "offHook", 2);
    expect(events.kinds("fxs/2")).toEqual(["offHook", "hookFlash", "onHook", "offHook"]);
  });

  test.concurrent("pulses are a digit", async () => {
    const { rig, events } = get();
    using phone = new TestFarEnd(rig.card, "fxs/3");
    phone.line.hook("off");
    await events.get("fxs/3", "offHook");
    for (let pulse = 0; pulse < 4; pulse += 1) {
      phone.line.flash(60);
      await pause(100);
    }
    const digit = await events.get("fxs/3", "digit");
    expect([digit.digit, digit.by]).toEqual(["4", "pulse"]);
    expect(events.kinds("fxs/3")).toEqual(["offHook", "digit"]);
  });
}

function digitTests(get: () => Context): void {
  test.concurrent("DTMF digits are heard in order, each once, off-hook only", async () => {
    const { rig, events } = get();
    using phone = new TestFarEnd(rig.card, "fxs/4");
    await phone.say(dtmf("5"));
    phone.line.hook("off");
    await events.get("fxs/4", "offHook");
    await phone.say(dtmf("147*0#ABCD", 60, 60));
    await events.get("fxs/4", "digit", 10);
    const digits = events.of("fxs/4").flatMap((e) => (e.kind === "digit" ? [e.digit] : []));
    expect(digits.join("")).toBe("147*0#ABCD");
  });

  test.concurrent("digits sent before hanging up are not lost", async () => {
    const { rig, events } = get();
    using phone = new TestFarEnd(rig.card, "fxs/5");
    phone.line.hook("off");
    await events.get("fxs/5", "offHook");
    const pcm = dtmf("86", 80, 80);
    phone.line.write(new Uint8Array(pcm.buffer, 0, 3200));
    phone.line.write(new Uint8Array(pcm.buffer, 3200));
    phone.line.hook("on");
    await events.get("fxs/5", "onHook");
    expect(events.kinds("fxs/5")).toEqual(["offHook", "digit", "digit", "onHook"]);
  });
}

function ringingTests(get: () => Context): void {
  test.concurrent("ringing comes at once, with the cadence, and ends with ringOff", async () => {
    const { rig } = get();
    using phone = new TestFarEnd(rig.card, "fxs/6");
    const start = performance.now();
    rig.card.perform({ kind: "ring", port: "fxs/6", callerId: null });
    const first = await phone.waitFor("ring", true);
    expect(first - start).toBeLessThan(400);
    await pause(2300);
    rig.card.perform({ kind: "ringOff", port: "fxs/6" });
    await pause(1000);
    const rings = phone.told("ring");
    expect(rings.map(({ value }) => value)).toEqual([true, false, true, false]);
    const [on, off, again] = rings.map(({ at }) => at);
    expect((off ?? 0) - (on ?? 0)).toBeGreaterThan(400);
    expect((off ?? 0) - (on ?? 0)).toBeLessThan(600);
    expect((again ?? 0) - (on ?? 0)).toBeGreaterThan(1900);
    expect((again ?? 0) - (on ?? 0)).toBeLessThan(2100);
  });

  test.concurrent("lifting trips the ring within 200 ms, and it stays off", async () => {
    const { rig, events } = get();
    using phone = new TestFarEnd(rig.card, "fxs/7");
    rig.card.perform({ kind: "ring", port: "fxs/7", callerId: null });
    await phone.waitFor("ring", true);
    const lifted = performance.now();
    phone.line.hook("off");
    const off = await phone.waitFor("ring", false);
    expect(off - lifted).toBeLessThan(200);
    await events.get("fxs/7", "offHook");
    rig.card.perform({ kind: "ring", port: "fxs/7", callerId: null });
    await pause(700);
    expect(phone.told("ring")).toHaveLength(2);
  });

  test.concurrent("caller ID comes in the pause after the first ring", async () => {
    const { rig, events } = get();
    using phone = new TestFarEnd(rig.card, "fxs/8");
    const callerId = { number: "13912345678", name: "Li Ming" };
    rig.card.perform({ kind: "ring", port: "fxs/8", callerId });
    await phone.waitFor("ring", true);
    await phone.waitFor("ring", false);
    phone.forget();
    await pause(1450);
    const heard = phone.heard();
    expect(level(heard.subarray(0, 450 * 8))).toBeLessThan(-60);
    expect(phone.told("ring")).toHaveLength(2);
    // An exchange line that is fed with it understands the number.
    using line = new TestFarEnd(rig.card, "fxo/30");
    await line.say(heard);
    const got = await events.get("fxo/30", "callerId");
    expect(got.callerId).toMatchObject({
      number: "13912345678",
      name: "Li Ming",
      presentation: "allowed",
      form: "bell202",
    });
  });
}

function attachTests(get: () => Context): void {
  test.concurrent("a far end that goes away hangs up; then the port is free again", async () => {
    const { rig, events } = get();
    const phone = new TestFarEnd(rig.card, "fxs/9");
    const refused = { audio() {}, signal() {} };
    expect(rig.card.attach("fxs/9", refused)).toBe("taken");
    expect(rig.card.attach("fxs/99", refused)).toBe("noSuchPort");
    expect(rig.card.attach("fxs/0", refused)).toBe("noSuchPort");
    phone.line.hook("off");
    await events.get("fxs/9", "offHook");
    const left = performance.now();
    phone.line.detach();
    await events.get("fxs/9", "onHook");
    expect(performance.now() - left).toBeLessThan(500); // no flash window is waited for
    using other = new TestFarEnd(rig.card, "fxs/9");
    expect(other.state.hook).toBe("on");
  });
}

function floodTests(get: () => Context): void {
  test("a flood of hook changes ends in the true state", async () => {
    const { rig, events } = get();
    using phone = new TestFarEnd(rig.card, "fxs/10");
    for (let n = 0; n < 20_000; n += 1) phone.line.hook(n % 2 === 0 ? "off" : "on");
    phone.line.hook("off");
    await events.get("fxs/10", "offHook");
    await pause(100);
    expect(rig.card.readBack().find(({ port }) => port === "fxs/10")?.hook).toBe("off");
    for (let n = 0; n < 20_000; n += 1) phone.line.hook(n % 2 === 0 ? "on" : "off");
    phone.line.hook("on");
    await events.get("fxs/10", "onHook");
    expect(events.of("fxs/10").length).toBeLessThan(10);
  });

  test.concurrent("oversized and odd audio is refused, and nothing else happens", async () => {
    const { rig, events } = get();
    using phone = new TestFarEnd(rig.card, "fxs/11");
    phone.line.write(new Uint8Array(1_000_000));
    phone.line.write(new Uint8Array(321));
    phone.line.write(new Uint8Array(0));
    for (let n = 0; n < 100; n += 1) phone.line.write(new Uint8Array(3200));
    phone.line.hook("off");
    await events.get("fxs/11", "offHook", 1, 5000);
  });
}

function soundTests(get: () => Context): void {
  test.concurrent("160 samples come every 20 ms, on-hook or off-hook", async () => {
    const { rig } = get();
    using phone = new TestFarEnd(rig.card, "fxs/12");
    await pause(100);
    const heard = await phone.listen(1000);
    expect(phone.frames()).toBeGreaterThanOrEqual(48);
    expect(phone.frames()).toBeLessThanOrEqual(53);
    expect(heard.length).toBe(160 * phone.frames());
  });

  test.concurrent("the tone of the plan is on the line, until it is taken off", async () => {
    const { rig, events } = get();
    using phone = new TestFarEnd(rig.card, "fxs/13");
    const lifted = performance.now();
    phone.line.hook("off");
    await events.get("fxs/13", "offHook");
    rig.card.perform({ kind: "tone", port: "fxs/13", tone: "dial" });
    while (level(phone.heard().subarray(-160)) < -40) await pause(1);
    expect(performance.now() - lifted).toBeLessThan(400);
    const heard = await phone.listen(400);
    expect(usualLevel(heard, 450)).toBeCloseTo(-10, 0);
    rig.card.perform({ kind: "toneOff", port: "fxs/13" });
    await pause(100);
    expect(level(await phone.listen(100))).toBeLessThan(-60);
  });

  test.concurrent("the sound of caller ID does not dial", async () => {
    const { rig, events } = get();
    using phone = new TestFarEnd(rig.card, "fxs/14");
    phone.line.hook("off");
    await events.get("fxs/14", "offHook");
    await phone.say(callerIdFsk("01062345678"));
    await pause(100);
    expect(events.kinds("fxs/14")).toEqual(["offHook"]);
  });
}

export function telephoneContract(get: () => Context): void {
  hookTests(get);
  digitTests(get);
  ringingTests(get);
  attachTests(get);
  floodTests(get);
  soundTests(get);
}
