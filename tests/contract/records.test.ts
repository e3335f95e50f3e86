// Native records in and out: what JS makes of codes it knows and of those it does not.
import { describe, expect, test } from "bun:test";
import type { LineCommand } from "../../src/core/line.ts";
import { layout } from "../../src/drivers/virtual/native.ts";
import {
  portId,
  portName,
  readEvent,
  writeCommand,
  writeSettings,
} from "../../src/drivers/virtual/records.ts";
import { settings } from "./rig.ts";

function event(code: number, value: number, form = 0): Uint8Array {
  const bytes = new Uint8Array(layout.event);
  const view = new DataView(bytes.buffer);
  view.setBigInt64(0, 5_000_000n, true);
  view.setUint16(8, portId("fxo/3"), true);
  view.setUint16(10, code, true);
  view.setUint32(12, value, true);
  view.setUint8(16, form);
  return bytes;
}
const read = (bytes: Uint8Array) => readEvent(bytes, 0, (us) => us / 1000 + 7);
const context = { clipId: (name: string) => (name === "beep" ? 5 : null), recordingPath: () => "" };
const write = (command: LineCommand) => writeCommand(command, context);

describe("native records", () => {
  test("a port's number keeps its kind", () => {
    for (const port of ["fxs/1", "fxo/1", "fxs/512", "fxo/512"] as const) {
      expect(portName(portId(port))).toBe(port);
    }
    for (const port of ["fxs/0", "fxo/513", "fxs/-1", "fxs/1.5"] as const) {
      expect(portId(port)).toBe(0);
    }
  });

  test("an event has the card's time on the box's clock", () => {
    expect(read(event(4, 0x23, 1))).toEqual({
      at: 5007,
      port: "fxo/3",
      kind: "digit",
      digit: "#",
      by: "pulse",
    });
  });

  test("unknown codes and tones become unknown, never an exception", () => {
    expect(read(event(99, 7))).toMatchObject({ kind: "unknown", raw: 99 * 65536 + 7 });
    expect(read(event(13, 77))).toMatchObject({ kind: "unknown" });
    expect(read(event(0, 0))).toMatchObject({ kind: "unknown" });
  });

  test("every signal code has its kind", () => {
    const kinds = Array.from({ length: 19 }, (_, at) => read(event(at + 1, 1)));
    expect(kinds.map((one) => ("kind" in one ? one.kind : "trouble"))).toEqual([
      ...(["offHook", "onHook", "hookFlash", "digit", "ringStart", "ringStop"] as const),
      ...(["callerId", "callerIdFailed", "polarityReversal", "openInterval"] as const),
      ...(["batteryLost", "batteryReturned", "tone", "toneStopped", "voice"] as const),
      ...(["silence", "playDone", "dialDone", "overflow"] as const),
    ]);
    expect(read(event(20, 28))).toEqual({ port: "fxo/3", errno: 28 });
  });

  test("long text is cut at a whole character and ends", () => {
    const name = "张".repeat(40);
    const bytes = write({
      kind: "ring",
      port: "fxs/1",
      callerId: { number: "1".repeat(99), name },
    });
    expect(bytes.length).toBe(layout.command);
    expect(new TextDecoder().decode(bytes.subarray(16, 16 + 32))).toBe("1".repeat(32));
    expect(bytes[16 + 32]).toBe(0);
    expect(new TextDecoder().decode(bytes.subarray(56, 56 + 63))).toBe("张".repeat(21));
    expect(bytes.subarray(56 + 63, 56 + 72).every((byte) => byte === 0)).toBe(true);
  });

  test("clips that are not there are left out, more than fit are cut off", () => {
    const clips = ["none", ...Array.from({ length: 300 }, () => "beep")];
    const bytes = write({ kind: "play", port: "fxs/1", play: 1, clips, loop: false });
    const view = new DataView(bytes.buffer);
    expect(view.getUint16(12, true)).toBe(128);
    expect(view.getUint16(16, true)).toBe(5);
  });

  test("a plan that does not fit is refused", () => {
    const ringing = (ringCadenceMs: number[]) => ({
      ...settings,
      plan: { ...settings.plan, ringCadenceMs },
    });
    expect(() => writeSettings(ringing([1000]))).toThrow(RangeError);
    expect(() => writeSettings(ringing(Array.from({ length: 18 }, () => 100)))).toThrow(RangeError);
    const segment = { toneHz: [450], levelDbm0: -10, ms: 100, modulationHz: 0 };
    const busy = { segments: Array.from({ length: 17 }, () => segment), repeatFrom: 0 };
    expect(() =>
      writeSettings({ ...settings, plan: { ...settings.plan, tones: { busy } } }),
    ).toThrow(RangeError);
  });
});
