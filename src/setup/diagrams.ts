// `npm run diagrams`: writes docs/diagrams/*.md from the state tables.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { diagrams } from "../core/diagrams.ts";

const folder = join(import.meta.dir, "..", "..", "docs", "diagrams");
mkdirSync(folder, { recursive: true });
for (const [name, page] of Object.entries(diagrams)) {
  writeFileSync(join(folder, name), page);
  console.log(`docs/diagrams/${name}`);
}
