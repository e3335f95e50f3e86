// Seeds that once showed a fault, kept for ever in seeds.txt: `seed calls what it showed`.
import { readFileSync } from "node:fs";
import { join } from "node:path";

export interface KeptSeed {
  readonly seed: number;
  readonly calls: number;
  readonly showed: string;
}

export function keptSeeds(): readonly KeptSeed[] {
  const text = readFileSync(join(import.meta.dir, "seeds.txt"), "utf8");
  return text
    .split("\n")
    .filter((line) => line.trim() !== "" && !line.startsWith("#"))
    .map((line) => {
      const [seed, calls, ...showed] = line.trim().split(/\s+/);
      return { seed: Number(seed), calls: Number(calls), showed: showed.join(" ") };
    });
}
