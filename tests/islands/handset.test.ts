import { afterEach, beforeEach, describe, expect, jest, test } from "bun:test";
import { createHandset } from "../../web/islands/phone/handset.ts";

let did: string[];
const make = () =>
  createHandset(850, {
    hook: (off) => did.push(off ? "off" : "on"),
    dial: (digits) => did.push(digits),
  });

beforeEach(() => {
  did = [];
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

const pass = (ms: number) => jest.advanceTimersByTime(ms);

describe("hook switch of the browser phone", () => {
  test("the first lift is at once; keys wait until the box has noticed", () => {
    const handset = make();
    handset.lift();
    handset.dial("8");
    pass(400);
    handset.dial("02");
    expect(did).toEqual(["off", ",8", "02"]);
  });

  test("lifted again at once is a hang-up and a new call, never a flash", () => {
    const handset = make();
    handset.lift();
    pass(5000);
    handset.hang();
    pass(200);
    handset.lift();
    handset.dial("80");
    handset.dial("3");
    pass(500);
    expect(did).toEqual(["off", "on"]);
    pass(200);
    expect(did).toEqual(["off", "on", "off", ",803"]);
  });

  test("hung up again while it waits: nothing reaches the line", () => {
    const handset = make();
    handset.lift();
    handset.hang();
    handset.lift();
    handset.dial("9");
    handset.hang();
    pass(2000);
    expect(did).toEqual(["off", "on"]);
    handset.lift();
    expect(did).toEqual(["off", "on", "off"]);
  });
});
