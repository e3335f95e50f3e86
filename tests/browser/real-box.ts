// The box itself as a process of its own, on a port of its own, with everything real.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "./support.ts";

export const realPassword = "a long password";
export const lineToken = "line-token-of-the-browser-tests";

export interface RealBox {
  readonly address: string;
  readonly directory: string;
  stop(): Promise<void>;
  /** The same data, started again on another port. */
  output(): string;
}

/** @param password null = no owner yet, so that the first visit asks */
export async function startRealBox(password: string | null = realPassword): Promise<RealBox> {
  const directory = await mkdtemp(join(tmpdir(), "linefinder-browser-"));
  const child = Bun.spawn([process.execPath, "src/main.ts"], {
    cwd: root,
    env: {
      ...process.env,
      LINEFINDER_DATA: directory,
      LINEFINDER_HOST: "127.0.0.1",
      LINEFINDER_PORT: "0",
      LINEFINDER_LINE_TOKEN: lineToken,
      ...(password === null ? {} : { LINEFINDER_ADMIN_PASSWORD: password }),
    },
    stdout: "pipe",
    stderr: "pipe",
  });
  let said = "";
  const read = async (stream: ReadableStream<Uint8Array>) => {
    const decoder = new TextDecoder();
    for await (const chunk of stream) said += decoder.decode(chunk, { stream: true });
  };
  const reading = [read(child.stdout), read(child.stderr)];
  const end = performance.now() + 20_000;
  while (!/^ready (\S+)$/m.test(said)) {
    if (child.exitCode !== null || performance.now() > end) {
      child.kill();
      throw new Error(`the box did not get ready:\n${said}`);
    }
    await Bun.sleep(20);
  }
  return {
    address: /^ready (\S+)$/m.exec(said)?.[1] ?? "",
    directory,
    output: () => said,
    async stop() {
      child.kill("SIGTERM");
      await child.exited;
      await Promise.all(reading);
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** A telephone exchange on a trunk port: `line.v1` from outside. */
export async function openExchange(address: string, port: string) {
  const url = `${address.replace("http", "ws")}/line/${port}?token=${lineToken}`;
  const socket = new WebSocket(url, "line.v1");
  socket.binaryType = "arraybuffer";
  const said: Record<string, unknown>[] = [];
  socket.addEventListener("message", ({ data }) => {
    if (typeof data === "string") said.push(JSON.parse(data) as Record<string, unknown>);
  });
  await new Promise((resolve, reject) => {
    socket.addEventListener("open", resolve);
    socket.addEventListener("error", () => reject(new Error(`${port} could not be opened`)));
  });
  return {
    said,
    say: (message: object) => socket.send(JSON.stringify(message)),
    /** Paced as a line is: 20 ms at a time. */
    async play(samples: Int16Array) {
      for (let at = 0; at < samples.length; at += 160) {
        socket.send(samples.slice(at, at + 160));
        await Bun.sleep(20);
      }
    },
    close: () => socket.close(),
  };
}
