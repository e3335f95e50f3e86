import { expect, test } from "bun:test";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { diagrams } from "../../src/core/diagrams.ts";

const folder = join(import.meta.dir, "..", "..", "docs", "diagrams");

// `npm run diagrams` is this test with UPDATE_DIAGRAMS=1.
test("docs/diagrams shows the tables as they are", () => {
  for (const [name, page] of Object.entries(diagrams)) {
    if (process.env.UPDATE_DIAGRAMS === "1") writeFileSync(join(folder, name), page);
    expect(readFileSync(join(folder, name), "utf8")).toBe(page);
  }
  expect(readdirSync(folder).sort()).toEqual(Object.keys(diagrams).sort());
});
