// Players and recorders.
import { expect, test } from "bun:test";
import type { PortName } from "../../src/core/line.ts";
import { level, sine } from "../support/signal.ts";
import type { Context } from "./line-card.ts";
import { pause, TestFarEnd, usualLevel } from "./rig.ts";

function playerTests(get: () => Context): void {
  const play = (port: PortName, id: number, clips: readonly string[], loop = false) =>
    get().rig.card.perform({ kind: "play", port, play: id, clips, loop });

  test.concurrent("clips follow each other without a gap; then playDone", async () => {
    const { rig, events } = get();
    using phone = new TestFarEnd(rig.card, "fxs/27");
    // One sine cut in two at a place that is no frame: together they are whole again.
    const whole = sine([800], 400, -10);
    rig.loadClip("first", whole.slice(0, 1234));
    rig.loadClip("second", whole.slice(1234));
    phone.line.hook("off");
    await events.get("fxs/27", "offHook");
    phone.forget();
    play("fxs/27", 7, ["first", "noSuchClip", "second"]);
    expect((await events.get("fxs/27", "playDone")).play).toBe(7);
    await pause(60);
    const heard = phone.heard();
    const start = heard.findIndex((sample) => sample !== 0);
    const end = heard.findLastIndex((sample) => sample !== 0);
    expect(heard.slice(start, end + 1)).toEqual(whole.slice(1, end - start + 2));
    expect(end - start + 1).toBeGreaterThan(3190);
  });

  test.concurrent("a loop plays until it is stopped; a new play ends the old one", async () => {
    const { rig, events } = get();
    using phone = new TestFarEnd(rig.card, "fxs/28");
    rig.loadClip("short", sine([800], 50, -10));
    phone.line.hook("off");
    await events.get("fxs/28", "offHook");
    play("fxs/28", 1, ["short"], true);
    await pause(300);
    expect(usualLevel(await phone.listen(300), 800)).toBeCloseTo(-10, 0);
    expect(events.kinds("fxs/28")).toEqual(["offHook"]);
    play("fxs/28", 2, ["short"], true);
    expect((await events.get("fxs/28", "playDone")).play).toBe(1);
    rig.card.perform({ kind: "stopPlay", port: "fxs/28" });
    expect((await events.get("fxs/28", "playDone", 2)).play).toBe(2);
    await pause(60);
    expect(level(await phone.listen(100))).toBeLessThan(-60);
  });

  test.concurrent("a play of nothing is done at once", async () => {
    const { events } = get();
    play("fxs/29", 3, ["noSuchClip"], true);
    expect((await events.get("fxs/29", "playDone")).play).toBe(3);
  });

  test("more commands at once than the engine's ring holds are all done", async () => {
    const { events } = get();
    for (let id = 1; id <= 1500; id += 1) play("fxs/34", id, []);
    await events.get("fxs/34", "playDone", 1500);
    const done = events.of("fxs/34").map((event) => (event.kind === "playDone" ? event.play : 0));
    expect(done).toEqual(Array.from({ length: 1500 }, (_, at) => at + 1));
  });
}

function recorderTests(get: () => Context): void {
  test.concurrent("a recording is playable while it grows, one party per channel", async () => {
    const { rig, events } = get();
    using a = new TestFarEnd(rig.card, "fxs/30");
    using b = new TestFarEnd(rig.card, "fxs/31");
    a.line.hook("off");
    b.line.hook("off");
    await events.get("fxs/30", "offHook");
    await events.get("fxs/31", "offHook");
    rig.card.perform({ kind: "join", port: "fxs/30", bridge: 30, gainDb: 0 });
    rig.card.perform({ kind: "join", port: "fxs/31", bridge: 30, gainDb: 0 });
    a.keepSaying(sine([1000], 200, -10));
    b.keepSaying(sine([400], 200, -16));
    rig.card.perform({ kind: "record", port: "fxs/30", recording: "contract-1" });
    const path = rig.recordingPath("contract-1");
    await pause(1300);
    // sox, not we, says what the file is, while it is being written.
    expect(Number(await sox("--i", "-D", path))).toBeGreaterThan(0.9);
    await pause(1000);
    rig.card.perform({ kind: "stopRecord", port: "fxs/30" });
    await pause(150);
    expect(Number(await sox("--i", "-D", path))).toBeCloseTo(2.3, 0);
    expect((await sox("--i", "-c", path)).trim()).toBe("2");
    expect((await sox("--i", "-r", path)).trim()).toBe("8000");
    const samples = new Int16Array((await Bun.file(path).arrayBuffer()).slice(44 + 32_000));
    const left = samples.filter((_, at) => at % 2 === 0);
    const right = samples.filter((_, at) => at % 2 === 1);
    expect(usualLevel(left, 1000)).toBeCloseTo(-10, 0);
    expect(usualLevel(left, 400)).toBeLessThan(-50);
    expect(usualLevel(right, 400)).toBeCloseTo(-16, 0);
    expect(usualLevel(right, 1000)).toBeLessThan(-50);
  });

  test.concurrent("a recording that cannot be written is reported; the call goes on", async () => {
    const { rig, events } = get();
    using a = new TestFarEnd(rig.card, "fxs/32");
    using b = new TestFarEnd(rig.card, "fxs/33");
    const troubles: number[] = [];
    rig.card.onRecordingTrouble(({ port, errno }) => {
      if (port === "fxs/32") troubles.push(errno);
    });
    a.line.hook("off");
    b.line.hook("off");
    await events.get("fxs/32", "offHook");
    await events.get("fxs/33", "offHook");
    rig.card.perform({ kind: "join", port: "fxs/32", bridge: 32, gainDb: 0 });
    rig.card.perform({ kind: "join", port: "fxs/33", bridge: 32, gainDb: 0 });
    rig.card.perform({ kind: "record", port: "fxs/32", recording: "no-such-folder/1" });
    a.keepSaying(sine([1000], 200, -10));
    await pause(500);
    expect(troubles).toEqual([2]);
    expect(usualLevel(await b.listen(200), 1000)).toBeCloseTo(-10, 0);
  });
}

export function mediaContract(get: () => Context): void {
  playerTests(get);
  recorderTests(get);
}

async function sox(...options: readonly string[]): Promise<string> {
  const child = Bun.spawn(["sox", ...options], { stdout: "pipe", stderr: "pipe" });
  const text = await new Response(child.stdout).text();
  if ((await child.exited) !== 0) throw new Error(await new Response(child.stderr).text());
  return text;
}
