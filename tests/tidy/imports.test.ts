// Who may import whom (docs/adr/0001): walks imports transitively and names the path of a
// forbidden edge. Type-only imports count as well.
import { describe, expect, test } from "bun:test";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative, resolve } from "node:path";
import { sourceFiles } from "./source-files.ts";

const root = resolve(import.meta.dir, "../..");

/** Area → areas its files may reach, directly or through others. Packages are named with npm:. */
const rules: readonly {
  readonly area: string;
  readonly mayReach: readonly string[];
  readonly packages: readonly string[] | "any";
}[] = [
  { area: "src/core/", mayReach: ["src/core/"], packages: [] },
  { area: "src/ports/", mayReach: ["src/core/", "src/ports/", "src/settings/"], packages: ["zod"] },
  {
    area: "src/runtime/",
    mayReach: ["src/core/", "src/ports/", "src/runtime/"],
    packages: [],
  },
  {
    area: "src/drivers/",
    mayReach: ["src/core/", "src/ports/", "src/drivers/"],
    packages: "any",
  },
  {
    area: "src/media/",
    mayReach: ["src/core/", "src/ports/", "src/media/", "config/"],
    packages: "any",
  },
  { area: "src/settings/", mayReach: ["src/core/", "src/settings/", "config/"], packages: ["zod"] },
  {
    area: "src/store/",
    mayReach: ["src/core/", "src/ports/", "src/settings/", "src/store/"],
    packages: "any",
  },
  {
    area: "web/islands/",
    mayReach: ["web/islands/", "web/locales/", "src/core/", "web/parts/"],
    packages: ["preact", "preact/hooks", "preact/jsx-runtime", "htmx.org"],
  },
  {
    area: "web/",
    mayReach: [
      "web/",
      "src/core/",
      "src/ports/",
      "src/runtime/api.ts",
      "src/settings/",
      "src/store/",
    ],
    packages: "any",
  },
];

function importsOf(path: string): string[] {
  const source = readFileSync(path, "utf8").replace(/^\s*\/\/.*$/gm, "");
  const found = source.matchAll(
    /^\s*(?:import|export)\s[^"'`;]*?from\s*["']([^"']+)["']|import\s*\(?\s*["']([^"']+)["']/gm,
  );
  return [...found].map((match) => match[1] ?? match[2] ?? "");
}

function forbidden(base: string, files: readonly string[]): string[] {
  const complaints: string[] = [];
  for (const file of files) {
    const name = relative(base, file);
    const rule = rules.find(({ area }) => name.startsWith(area));
    if (rule === undefined) continue;
    walk(file, [name], new Set([file]));

    function walk(path: string, chain: readonly string[], seen: Set<string>): void {
      if (rule === undefined) return;
      for (const specifier of importsOf(path)) {
        if (!specifier.startsWith(".")) {
          const direct = chain.length === 1;
          const allowed = rule.packages === "any" || rule.packages.includes(specifier);
          if (direct && !allowed) complaints.push(`${chain.join(" → ")} → npm:${specifier}`);
          continue;
        }
        const target = resolve(dirname(path), specifier);
        const targetName = relative(base, target);
        if (!rule.mayReach.some((prefix) => targetName.startsWith(prefix))) {
          complaints.push(`${chain.join(" → ")} → ${targetName}`);
          continue;
        }
        if (seen.has(target) || !existsSync(target)) continue;
        seen.add(target);
        walk(target, [...chain, targetName], seen);
      }
    }
  }
  return [...new Set(complaints)];
}

describe("import rules", () => {
  test("no file reaches what its area must not know", () => {
    expect(forbidden(root, sourceFiles(root, [".ts", ".tsx"]))).toEqual([]);
  });

  test("the rule finds a forbidden edge behind a permitted file", () => {
    const base = mkdtempSync(join(tmpdir(), "imports-"));
    const write = (name: string, text: string) => Bun.write(join(base, name), text);
    return Promise.all([
      write("src/core/a.ts", 'import { b } from "./b.ts";'),
      write("src/core/b.ts", 'export { s } from "../store/s.ts";'),
      write("src/store/s.ts", "export const s = 1;"),
    ]).then(() => {
      writeFileSync(join(base, "package.json"), "{}");
      const found = forbidden(base, [join(base, "src/core/a.ts")]);
      rmSync(base, { recursive: true });
      expect(found).toEqual(["src/core/a.ts → src/core/b.ts → src/store/s.ts"]);
    });
  });
});
