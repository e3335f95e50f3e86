import { expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { diagrams } from "../../src/core/diagrams.ts";

const folder = join(import.meta.dir, "..", "..", "docs", "diagrams");

test("docs/diagrams shows the tables as they are (npm run diagrams)", () => {
  for (const [name, page] of Object.entries(diagrams)) {
    expect(readFileSync(join(folder, name), "utf8")).toBe(page);
  }
  expect(readdirSync(folder).sort()).toEqual(Object.keys(diagrams).sort());
});
