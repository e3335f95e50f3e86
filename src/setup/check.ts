// `npm run check`: format and lint, types, import rules, tidy rules. One line per check, exit 1 if
// any fails. The rules themselves live in tests/tidy.
const checks: readonly (readonly [string, readonly string[]])[] = [
  ["format and lint", ["biome", "check", "--error-on-warnings", "."]],
  ["types", ["tsc", "-p", "."]],
  ["import and tidy rules", ["bun", "test", "tests/tidy"]],
];

let failed = 0;
for (const [name, command] of checks) {
  const run = Bun.spawnSync([...command], { stdout: "pipe", stderr: "pipe" });
  if (run.exitCode === 0) {
    console.log(`ok      ${name}`);
    continue;
  }
  failed += 1;
  console.log(`not ok  ${name}\n${run.stdout.toString()}${run.stderr.toString()}`);
}
process.exit(failed === 0 ? 0 : 1);
