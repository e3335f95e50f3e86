// Starts the whole box as a process of its own on loopback, with a data directory of its own.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { FarEnd } from "./far-end.ts";

const root = resolve(import.meta.dir, "../..");
export const token = "test-token-of-thirty-two-letters";
export const password = "correct horse battery";

export interface Box {
  readonly origin: string;
  readonly dataDirectory: string;
  readonly process: Bun.Subprocess<"ignore", "pipe", "pipe">;
  /** From spawning the process to its ready line, ms. */
  readonly readyMs: number;
  readonly stderr: () => string;
  attach(port: string): Promise<FarEnd>;
  /** GET (or another method) with the owner's token; JSON answer. */
  api<T>(path: string, init?: RequestInit): Promise<{ status: number; body: T }>;
  /** SIGTERM; @returns the exit code. Keeps the data directory. */
  stop(): Promise<number>;
  /** SIGKILL, as when the power goes. */
  kill(): Promise<void>;
  /** Ends the process if need be and removes the data directory. */
  discard(): Promise<void>;
}

export interface BoxOptions {
  readonly dataDirectory?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Program instead of `bun src/main.ts`, e.g. with strace before it. */
  readonly command?: readonly string[];
}

export async function startBox(options: BoxOptions = {}): Promise<Box> {
  const dataDirectory = options.dataDirectory ?? mkdtempSync(join(tmpdir(), "linefinder-"));
  const started = performance.now();
  const child = Bun.spawn([...(options.command ?? [process.execPath, "src/main.ts"])], {
    cwd: root,
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
    env: {
      PATH: process.env.PATH ?? "",
      HOME: process.env.HOME ?? "/root",
      LINEFINDER_DATA: dataDirectory,
      LINEFINDER_HOST: "127.0.0.1",
      LINEFINDER_PORT: "0",
      LINEFINDER_ADMIN_PASSWORD: password,
      LINEFINDER_API_TOKEN: token,
      LINEFINDER_LINE_TOKEN: token,
      ...options.environment,
    },
  });
  let errors = "";
  void collect(child.stderr, (text) => {
    errors += text;
  });
  const origin = await readyOrigin(child.stdout, () => errors);
  const readyMs = performance.now() - started;
  return {
    origin,
    dataDirectory,
    process: child,
    readyMs,
    stderr: () => errors,
    attach: (port) => FarEnd.attach({ origin, port, token }),
    async api<T>(path: string, init: RequestInit = {}) {
      const response = await fetch(`${origin}${path}`, {
        ...init,
        headers: {
          authorization: `Bearer ${token}`,
          ...(init.body === undefined ? {} : { "content-type": "application/json" }),
          ...init.headers,
        },
      });
      const text = await response.text();
      const json = response.headers.get("content-type")?.includes("json") === true;
      return { status: response.status, body: (json ? JSON.parse(text) : text) as T };
    },
    async stop() {
      child.kill("SIGTERM");
      return await child.exited;
    },
    async kill() {
      child.kill("SIGKILL");
      await child.exited;
    },
    async discard() {
      child.kill("SIGKILL");
      await child.exited;
      rmSync(dataDirectory, { recursive: true, force: true });
    },
  };
}

async function collect(stream: ReadableStream<Uint8Array>, use: (text: string) => void) {
  const decoder = new TextDecoder();
  for await (const chunk of stream) use(decoder.decode(chunk, { stream: true }));
}

async function readyOrigin(
  stdout: ReadableStream<Uint8Array>,
  errors: () => string,
): Promise<string> {
  let text = "";
  const ready = Promise.withResolvers<string>();
  void collect(stdout, (chunk) => {
    text += chunk;
    const line = /^ready (\S+)$/m.exec(text);
    if (line?.[1] !== undefined) ready.resolve(line[1]);
  }).then(() => ready.reject(new Error(`the box ended before it was ready: ${text}${errors()}`)));
  return await ready.promise;
}
