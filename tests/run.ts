// `npm test`: every suite in turn, each with a line when it starts and when it ends; the last line
// is `N passed, N failed`. Arguments pick suites by name.
import { mkdirSync, readFileSync, rmSync } from "node:fs";

interface Count {
  passed: number;
  failed: number;
}

const reportDir = "build/test";
rmSync(reportDir, { recursive: true, force: true });
mkdirSync(reportDir, { recursive: true });

async function run(command: readonly string[]): Promise<{ code: number; output: string }> {
  const child = Bun.spawn([...command], { stdout: "pipe", stderr: "pipe" });
  const chunks: string[] = [];
  const pump = async (stream: ReadableStream<Uint8Array>) => {
    const decoder = new TextDecoder();
    for await (const chunk of stream) {
      const text = decoder.decode(chunk, { stream: true });
      chunks.push(text);
      process.stdout.write(text);
    }
  };
  await Promise.all([pump(child.stdout), pump(child.stderr)]);
  return { code: await child.exited, output: chunks.join("") };
}

/** One check = one test: it passed or it did not. */
const single = (command: readonly string[]) => async (): Promise<Count> => {
  const { code } = await run(command);
  return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
};

/** Programs that print `ok NAME` / `not ok NAME` per test. A crash counts as a failure. */
const lines = (command: readonly string[]) => async (): Promise<Count> => {
  const { code, output } = await run(command);
  const passed = output.match(/^ok\b/gm)?.length ?? 0;
  const failed = output.match(/^not ok\b/gm)?.length ?? 0;
  return { passed, failed: code !== 0 && failed === 0 ? 1 : failed };
};

const bun =
  (name: string, ...paths: readonly string[]) =>
  async (): Promise<Count> => {
    const report = `${reportDir}/${name}.xml`;
    const { code } = await run([
      "bun",
      "test",
      "--timeout=60000",
      ...paths,
      "--reporter=junit",
      `--reporter-outfile=${report}`,
    ]);
    const head = /<testsuites[^>]*\btests="(\d+)"[^>]*\bfailures="(\d+)"/.exec(readReport(report));
    const tests = Number(head?.[1] ?? 0);
    const failed = Number(head?.[2] ?? 0);
    if (code !== 0 && failed === 0) return { passed: tests, failed: 1 };
    return { passed: tests - failed, failed };
  };

function readReport(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return ""; // the run died before it wrote one; its exit code tells
  }
}

const suites: readonly (readonly [string, () => Promise<Count>])[] = [
  ["format", single(["biome", "check", "--error-on-warnings", "."])],
  ["types", single(["tsc", "-p", "."])],
  ["tidy", bun("tidy", "tests/tidy")],
  ["native", lines(["make", "-s", "-C", "native", "test"])],
  ["fuzz", single(["make", "-s", "-C", "native", "fuzz"])],
  ["core", bun("core", "tests/core", "tests/golden", "tests/runtime")],
  ["sim", bun("sim", "tests/sim")],
  ["store", bun("store", "tests/store", "tests/settings")],
  ["media", bun("media", "tests/media", "tests/contract")],
  ["web", bun("web", "tests/web", "tests/islands")],
  ["box", bun("box", "tests/box")],
  ["browser", bun("browser", "tests/browser")],
];

const wanted = process.argv.slice(2);
const total: Count = { passed: 0, failed: 0 };
const failedSuites: string[] = [];
for (const [name, suite] of suites) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  console.log(`\n── ${name}`);
  const started = performance.now();
  const count = await suite();
  total.passed += count.passed;
  total.failed += count.failed;
  if (count.failed > 0) failedSuites.push(name);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`── ${name}: ${count.passed} passed, ${count.failed} failed in ${seconds} s`);
}
if (failedSuites.length > 0) console.log(`\nfailed in: ${failedSuites.join(", ")}`);
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exit(total.failed === 0 && total.passed > 0 ? 0 : 1);
