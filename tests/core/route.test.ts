import { describe, expect, test } from "bun:test";
import type { Office, OfficeSettings } from "../../src/core/office.ts";
import { indexOf } from "../../src/core/office-index.ts";
import { type Analysis, analyse, chooseTrunk, finish, MAX_DIGITS } from "../../src/core/route.ts";
import { extension, office, trunk } from "./desk.ts";

const say = (a: Analysis): string =>
  a.kind === "more"
    ? "more"
    : a.kind === "invalid"
      ? `invalid ${a.cause}`
      : a.target.kind === "outside"
        ? `outside ${a.target.number}`
        : a.target.kind === "group"
          ? `group ${a.target.group.number}`
          : `extension ${a.target.extension.number}`;

const dial = (digits: string, of: Office = office(), from: "station" | "greeting" = "station") =>
  say(analyse(indexOf(of), digits, from));
const end = (digits: string, of: Office = office(), from: "station" | "greeting" = "station") =>
  say(finish(indexOf(of), digits, from));
const set = (more: Partial<OfficeSettings>) => office({}, more);

describe("numbers dialled on a phone", () => {
  for (const [digits, meaning] of [
    ["8", "more"],
    ["80", "more"],
    ["802", "extension 802"],
    ["800", "group 800"],
    ["809", "invalid 1"],
    ["7", "invalid 1"],
    ["0", "extension 801"],
    ["9", "more"],
    ["91", "more"],
    ["9110", "outside 110"],
    ["9120", "outside 120"],
    ["913800138000", "outside 13800138000"],
    ["9013800138000", "outside 013800138000"],
    ["901062345678", "outside 01062345678"],
    ["9055512345678", "more"],
    ["9075512345678", "more"],
    ["907552345678", "more"],
    ["9075523456789", "outside 075523456789"],
    ["94008001234", "outside 4008001234"],
    ["995588", "more"],
    ["995588#", "outside 95588"],
    ["802#", "extension 802"],
    ["80#", "invalid 28"],
    ["9#", "invalid 28"],
    ["#", "invalid 28"],
    ["*", "invalid 28"],
    ["#802", "invalid 28"],
    ["8*2", "invalid 28"],
    ["A", "invalid 28"],
  ] as const) {
    test(`${digits} is ${meaning}`, () => expect(dial(digits)).toBe(meaning));
  }

  test("when no more digits come", () => {
    expect(end("80")).toBe("invalid 28");
    expect(end("9")).toBe("invalid 28");
    expect(end("995588")).toBe("outside 95588");
    expect(end("7")).toBe("invalid 1");
  });

  test("a number that others begin with waits; it is meant when no more comes", () => {
    const of = office({ extensions: [extension(1), { ...extension(2), number: "8012" }] });
    expect(dial("801", of)).toBe("more");
    expect(end("801", of)).toBe("extension 801");
    expect(dial("8012", of)).toBe("extension 8012");
  });

  test("an extension that begins like the access prefix is reached; others go outside", () => {
    const of = office({ extensions: [{ ...extension(1), number: "901" }] });
    expect(dial("90", of)).toBe("more");
    expect(dial("901", of)).toBe("extension 901");
    expect(end("90", of)).toBe("outside 0");
  });

  test("without an access prefix every other number is outside", () => {
    const of = set({ accessPrefix: "" });
    expect(dial("110", of)).toBe("outside 110");
    expect(dial("8", of)).toBe("more");
    expect(dial("802", of)).toBe("extension 802");
    expect(end("85551234", of)).toBe("outside 85551234");
  });

  test("a long access prefix", () => {
    expect(dial("5", set({ accessPrefix: "55" }))).toBe("more");
    expect(dial("55110", set({ accessPrefix: "55" }))).toBe("outside 110");
  });

  test("0 is not the operator where a number or the prefix begins with 0, or nobody is it", () => {
    expect(dial("0", set({ operatorExtension: null }))).toBe("invalid 1");
    expect(dial("0", set({ operatorExtension: "899" }))).toBe("invalid 1");
    expect(dial("0", set({ accessPrefix: "0" }))).toBe("more");
    const of = office({ extensions: [extension(1), { ...extension(2), number: "01" }] });
    expect(dial("0", of)).toBe("more");
    expect(end("0", of)).toBe("invalid 28");
  });

  test("no number is longer than its bound", () => {
    const digits = "9".repeat(MAX_DIGITS);
    expect(dial(digits)).toBe(`outside ${digits.slice(1)}`);
  });

  test("lengths are the country's", () => {
    expect(dial("9911", set({ country: "us" }))).toBe("outside 911");
    expect(dial("92125551234", set({ country: "us" }))).toBe("outside 2125551234");
    expect(dial("9911", set({ country: "cn" }))).toBe("more");
    expect(dial("9112", set({ country: "nowhere" }))).toBe("outside 112");
  });
});

describe("numbers dialled after the greeting", () => {
  test("extensions, groups and the operator, nothing outside", () => {
    expect(dial("802", office(), "greeting")).toBe("extension 802");
    expect(dial("800", office(), "greeting")).toBe("group 800");
    expect(dial("0", office(), "greeting")).toBe("extension 801");
    expect(dial("9", office(), "greeting")).toBe("invalid 1");
    expect(end("9110", office(), "greeting")).toBe("invalid 1");
    expect(dial("9110", set({ accessPrefix: "" }), "greeting")).toBe("invalid 1");
  });
});

describe("trunk choice", () => {
  const of = office({
    extensions: [extension(1, { directTrunk: "line1" }), extension(2)],
    trunks: [trunk(1), trunk(2), trunk(3)],
  });
  const choose = (port: "fxs/1" | "fxs/2", busy: readonly string[], tried: "fxo/2"[] = []) =>
    chooseTrunk(indexOf(of), port, (p) => !busy.includes(p), tried)?.id ?? null;

  test("in the office's order, a phone's direct line last", () => {
    expect(choose("fxs/2", [])).toBe("line2");
    expect(choose("fxs/2", ["fxo/2"])).toBe("line3");
    expect(choose("fxs/2", ["fxo/2", "fxo/3"])).toBe("line1");
    expect(choose("fxs/2", ["fxo/1", "fxo/2", "fxo/3"])).toBeNull();
  });

  test("the phone wired to a line takes that one first", () => {
    expect(choose("fxs/1", [])).toBe("line1");
    expect(choose("fxs/1", ["fxo/1"])).toBe("line2");
  });

  test("not one that was tried", () => expect(choose("fxs/2", [], ["fxo/2"])).toBe("line3"));
});
