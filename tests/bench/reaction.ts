// How fast the box answers, at the line: off-hook → dial tone, last digit → ring, answer → speech
// both ways. The far ends are in this process; times inside a 20 ms frame come from its samples.
import type { PortName } from "../../src/core/line.ts";
import type { FarEndSignal, VirtualFarEnd } from "../../src/ports/line-card.ts";
import { dtmf, sine, toneLevel } from "../support/signal.ts";
import { openOffice, until } from "./office.ts";
import { type Row, spread } from "./table.ts";

const pairs = 8;
const rounds = 20;
const frameSamples = 160;
// All that is said is made beforehand: what is measured is the box.
const frame = new Int16Array(frameSamples);
const frameBytes = new Uint8Array(frame.buffer);
const numbers = Array.from({ length: pairs }, (_, at) => dtmf(String(802 + 2 * at)).slice(0, -800));
const [callersVoice, calledsVoice] = [sine([1000], 1500, -15), sine([700], 1500, -15)];
const box = await openOffice({ fxs: 2 * pairs, fxo: 0 });

class Phone {
  readonly line: VirtualFarEnd;
  #toSay: Int16Array = new Int16Array();
  #said = 0;
  #saidDone: (() => void) | null = null;
  #watch: { readonly hz: number; readonly done: (at: number) => void } | null = null;
  #ring: ((at: number) => void) | null = null;

  constructor(port: PortName) {
    const attached = box.card.attach(port, {
      audio: (pcm) => this.#hear(new Int16Array(pcm.slice().buffer)),
      signal: (signal: FarEndSignal) => {
        if ("ring" in signal && signal.ring) this.#ring?.(performance.now());
      },
    });
    if (typeof attached === "string") throw new Error(attached);
    this.line = attached.farEnd;
  }

  /** One frame of speech; called every 20 ms. */
  speak(): void {
    frame.fill(0);
    frame.set(this.#toSay.subarray(this.#said, this.#said + frameSamples));
    this.line.write(frameBytes);
    this.#said += frameSamples;
    if (this.#said >= this.#toSay.length) {
      this.#saidDone?.();
      this.#saidDone = null;
    }
  }
  say(pcm: Int16Array): Promise<void> {
    this.#toSay = pcm;
    this.#said = 0;
    return new Promise((resolve) => {
      this.#saidDone = resolve;
    });
  }
  /** Time at which this pitch begins at the far end's ear. */
  hears(hz: number): Promise<number> {
    return new Promise((done) => {
      this.#watch = { hz, done };
    });
  }
  rings(): Promise<number> {
    return new Promise((resolve) => {
      this.#ring = resolve;
    });
  }
  #hear(pcm: Int16Array): void {
    if (this.#watch === null || toneLevel(pcm, this.#watch.hz) < -30) return;
    const onset = pcm.findIndex((sample) => Math.abs(sample) > 300);
    // A far end can play a frame from now on; the onset comes that much later.
    const at = performance.now() + Math.max(0, onset) / 8;
    this.#watch.done(at);
    this.#watch = null;
  }
}

const phones = Array.from({ length: 2 * pairs }, (_, at) => new Phone(`fxs/${at + 1}`));
const started = performance.now();
let frames = 0;
const clock = setInterval(() => {
  for (; frames < (performance.now() - started) / 20; frames += 1) {
    for (const phone of phones) phone.speak();
  }
}, 2);

const dialTone: number[] = [];
const ring: number[] = [];
const speech: number[] = [];
async function converse(at: number): Promise<void> {
  const [caller, called, number] = [phones[2 * at], phones[2 * at + 1], numbers[at]];
  if (caller === undefined || called === undefined || number === undefined) return;
  await Bun.sleep(Math.random() * 200);
  const lifted = performance.now();
  const tone = caller.hears(450);
  caller.line.hook("off");
  dialTone.push((await tone) - lifted);
  await Bun.sleep(100);
  const ringing = called.rings();
  // The third digit's tone ends with the audio; the last frame is said 20 ms after its start.
  await caller.say(number);
  const dialled = performance.now() + 20;
  ring.push((await ringing) - dialled);
  await Bun.sleep(300);
  void caller.say(callersVoice);
  void called.say(calledsVoice);
  await Bun.sleep(100);
  const heard = [caller.hears(700), called.hears(1000)];
  const answered = performance.now();
  called.line.hook("off");
  speech.push(Math.max(...(await Promise.all(heard))) - answered);
  await Bun.sleep(100);
  caller.line.hook("on");
  called.line.hook("on");
  // Shorter on-hook than the flash window would be a flash.
  await Bun.sleep(1200);
}
for (let round = 0; round < rounds; round += 1) {
  await Promise.all(Array.from({ length: pairs }, (_, at) => converse(at)));
}
clearInterval(clock);
await until(() => box.runtime.snapshot().calls.length === 0, "quiet", 5000);
const row = (what: string, values: readonly number[], atMost: number): Row => ({
  what,
  unit: "ms",
  figures: spread(values),
  limit: { figure: "p99", atMost },
});
console.log(
  JSON.stringify([
    row("off-hook → dial tone, at the line", dialTone, 60),
    row("end of the last digit → ringing, at the line", ring, 100),
    row("answer → speech both ways, at the line", speech, 60),
  ]),
);
await box.close();
process.exit(0);
