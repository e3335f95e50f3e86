// Lists the project's own source files (tracked or new, not ignored), for the tidy rules.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

export function sourceFiles(root: string, endings: readonly string[]): string[] {
  const git = spawnSync("git", ["ls-files", "-co", "--exclude-standard"], { cwd: root });
  return git.stdout
    .toString()
    .split("\n")
    .filter((name) => endings.some((ending) => name.endsWith(ending)))
    .map((name) => join(root, name))
    .filter((path) => existsSync(path));
}
