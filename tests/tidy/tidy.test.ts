// House rules that no linter knows (docs/adr/0001): sizes, banned calls, names, every native noun
// tested, no promises left in the tree. Nothing is excused.
import { describe, expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { basename, relative, resolve } from "node:path";
import { sourceFiles } from "./source-files.ts";

const root = resolve(import.meta.dir, "../..");
const maxFileLines = 500;
const maxFunctionLines = 70;
const maxLineLength = 100;

const code = sourceFiles(root, [".ts", ".tsx", ".c", ".h", ".css"]);
const typescript = code.filter((path) => /\.tsx?$/.test(path));
const nameOf = (path: string) => relative(root, path);
const linesOf = (path: string) => readFileSync(path, "utf8").split("\n");

export function tooLongFunctions(source: string): string[] {
  const lines = source.split("\n");
  const found: string[] = [];
  lines.forEach((line, index) => {
    const head = /^(\s*)(?:export\s+)?(?:async\s+)?function\s+(\w+)/.exec(line);
    if (head === null) return;
    const end = lines.findIndex((other, at) => at > index && other.startsWith(`${head[1]}}`));
    if (end - index + 1 > maxFunctionLines) found.push(`${head[2]} ${end - index + 1} lines`);
  });
  return found;
}

export function tooLongCFunctions(source: string): string[] {
  const lines = source.split("\n");
  const found: string[] = [];
  let start = -1;
  lines.forEach((line, index) => {
    if (line === "{") start = index;
    if (line === "}" && start >= 0) {
      if (index - start + 1 > maxFunctionLines)
        found.push(`${lines[start - 1]} ${index - start + 1}`);
      start = -1;
    }
  });
  return found;
}

const banned = /\b(setTimeout|setInterval|Date\.now|performance\.now|Math\.random)\b|new Date\(\)/;
const clocksAllowed = (name: string) =>
  name.startsWith("src/drivers/") ||
  name === "src/main.ts" ||
  name.startsWith("web/islands/") ||
  name.startsWith("tests/") ||
  name.startsWith("src/setup/");

describe("tidy", () => {
  test("no file is longer than 500 lines", () => {
    const long = code.filter((path) => linesOf(path).length > maxFileLines + 1);
    expect(long.map((path) => `${nameOf(path)} ${linesOf(path).length}`)).toEqual([]);
  });

  test("no line is longer than 100 columns", () => {
    const long = code
      .filter((path) => !path.endsWith(".css"))
      .flatMap((path) =>
        linesOf(path)
          .map((line, index) => ({ line: line.replaceAll("\t", "    "), at: index + 1 }))
          .filter(({ line }) => line.length > maxLineLength && !/https?:\/\//.test(line))
          .map(({ at }) => `${nameOf(path)}:${at}`),
      );
    expect(long).toEqual([]);
  });

  test("no function is longer than 70 lines", () => {
    const long = code.flatMap((path) => {
      const source = readFileSync(path, "utf8");
      const found = path.endsWith(".c") ? tooLongCFunctions(source) : tooLongFunctions(source);
      return found.map((what) => `${nameOf(path)}: ${what}`);
    });
    expect(long).toEqual([]);
  });

  test("clocks and chance stay behind their ports", () => {
    const calls = typescript
      .filter((path) => !clocksAllowed(nameOf(path)))
      .filter((path) =>
        banned.test(readFileSync(path, "utf8").replace(/^\s*(\/\/|\*|\/\*).*$/gm, "")),
      );
    expect(calls.map(nameOf)).toEqual([]);
  });

  test("files are kebab-case nouns, none called utils, helpers, manager or misc", () => {
    const odd = typescript.filter(
      (path) =>
        !/^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z]+)*\.tsx?$/.test(basename(path)) ||
        /\b(utils?|helpers?|managers?|misc)\b/.test(basename(path)),
    );
    expect(odd.map(nameOf)).toEqual([]);
  });

  test("every native noun has its test", () => {
    const untested = code
      .filter((path) => /^native\/src\/\w+\.c$/.test(nameOf(path)))
      .map((path) => basename(path, ".c"))
      .filter((noun) => !existsSync(`${root}/native/test/${noun}_test.c`));
    expect(untested).toEqual([]);
  });

  test("no promise is left in the tree and no test is switched off", () => {
    const words = new RegExp(
      ["TO" + "DO", "FIX" + "ME", "HA" + "CK"].map((w) => `\\b${w}\\b`).join("|"),
    );
    const off = /\b(test|it|describe)\.(skip|todo|only|skipIf|todoIf|if|failing)\b/;
    const left = code.filter((path) => {
      const source = readFileSync(path, "utf8");
      return nameOf(path) !== "tests/tidy/tidy.test.ts" && (words.test(source) || off.test(source));
    });
    expect(left.map(nameOf)).toEqual([]);
  });

  test("the rules see what they should", () => {
    const body = "  x();\n".repeat(maxFunctionLines);
    expect(tooLongFunctions(`function f() {\n${body}}\n`)).toEqual(["f 72 lines"]);
    expect(tooLongCFunctions(`int f(void)\n{\n${body}}\n`)).toEqual(["int f(void) 72"]);
    expect(banned.test("const now = Date.now();")).toBe(true);
  });
});
