// Golden ladders: what a call flow prints, kept under tests/golden and reviewed like code.
// `UPDATE_GOLDEN=1` writes them anew.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Turn } from "../../src/core/effect.ts";
import { printLadder } from "../../src/core/ladder.ts";

const folder = join(import.meta.dir, "..", "golden");
const pathOf = (name: string): string => join(folder, `${name}.trace`);

/** @throws with the lines that differ, where the ladder is not that of tests/golden/<name>.trace */
export function compareGolden(name: string, turns: readonly Turn[]): void {
  if (process.env.UPDATE_GOLDEN === "1") writeFileSync(pathOf(name), printLadder(turns));
  const difference = goldenDifference(name, turns);
  if (difference !== "") throw new Error(`tests/golden/${name}.trace differs:\n${difference}`);
}

/** What distinguishes the ladder from the kept one; empty when nothing does. */
export function goldenDifference(name: string, turns: readonly Turn[]): string {
  const path = pathOf(name);
  const kept = existsSync(path) ? readFileSync(path, "utf8") : "";
  return differingLines(kept, printLadder(turns));
}

/** Lines only in `kept` with `-`, lines only in `seen` with `+`, and two around each change. */
export function differingLines(kept: string, seen: string): string {
  const [old, now] = [kept.split("\n"), seen.split("\n")];
  const common = longestCommon(old, now);
  const marked: string[] = [];
  let [i, j] = [0, 0];
  while (i < old.length || j < now.length) {
    const dropOld = (common[i + 1]?.[j] ?? 0) >= (common[i]?.[j + 1] ?? 0);
    if (i < old.length && j < now.length && old[i] === now[j]) {
      marked.push(`  ${old[i]}`);
      i += 1;
      j += 1;
    } else if (j >= now.length || (i < old.length && dropOld)) {
      marked.push(`- ${old[i]}`);
      i += 1;
    } else {
      marked.push(`+ ${now[j]}`);
      j += 1;
    }
  }
  const near = (index: number): boolean =>
    marked.slice(Math.max(0, index - 2), index + 3).some((line) => !line.startsWith("  "));
  return marked.filter((_, index) => near(index)).join("\n");
}

/** Lengths of the longest common subsequence of what is left of both lists. */
function longestCommon(a: readonly string[], b: readonly string[]): readonly (readonly number[])[] {
  const table = Array.from({ length: a.length + 1 }, () => new Array<number>(b.length + 1).fill(0));
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      const [row, below] = [table[i], table[i + 1]];
      if (row === undefined || below === undefined) continue;
      const skip = Math.max(below[j] ?? 0, row[j + 1] ?? 0);
      row[j] = a[i] === b[j] ? (below[j + 1] ?? 0) + 1 : skip;
    }
  }
  return table;
}
