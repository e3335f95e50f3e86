// A telephone or an exchange at the far end of a virtual port, over `line.v1`, for tests that take
// calls on a running box. Real time; what it hears is kept.
import { concat, dtmf, silence } from "./signal.ts";

type Signal = Readonly<Record<string, unknown>>;

export interface FarEndOptions {
  /** `http://127.0.0.1:PORT` */
  readonly origin: string;
  readonly port: string;
  readonly token: string;
}

export class FarEnd {
  readonly signals: { at: number; signal: Signal }[] = [];
  closed: { code: number; reason: string } | null = null;
  #heard: Int16Array[] = [];
  #toSay: Int16Array = new Int16Array();
  #waiters: (() => void)[] = [];
  #clock: ReturnType<typeof setInterval> | null = null;
  #sent = 0;
  #listener: ((pcm: Int16Array) => void) | null = null;
  #onSent: ((block: Int16Array) => void) | null = null;

  private constructor(
    readonly name: string,
    private readonly socket: WebSocket,
  ) {
    socket.binaryType = "arraybuffer";
    socket.onmessage = ({ data }) => {
      if (typeof data === "string") {
        this.signals.push({ at: performance.now(), signal: JSON.parse(data) as Signal });
      } else {
        const pcm = new Int16Array(data as ArrayBuffer);
        this.#heard.push(pcm);
        this.#listener?.(pcm);
      }
      this.#wake();
    };
    socket.onclose = ({ code, reason }) => {
      this.closed = { code, reason };
      if (this.#clock !== null) clearInterval(this.#clock);
      this.#wake();
    };
  }

  /** Attaches; rejects when the box refuses. Sends audio from then on, silence if nothing else. */
  static async attach({ origin, port, token }: FarEndOptions): Promise<FarEnd> {
    const url = `${origin.replace("http", "ws")}/line/${port}`;
    const socket = new WebSocket(url, {
      protocols: "line.v1",
      headers: { authorization: `Bearer ${token}` },
    } as unknown as string[]);
    const farEnd = new FarEnd(port, socket);
    await new Promise<void>((resolve, reject) => {
      socket.onopen = () => resolve();
      socket.onerror = () => reject(new Error(`${port}: the box refused the far end`));
    });
    await farEnd.until(() => farEnd.signals.length > 0, "the port's state");
    farEnd.#startSending();
    return farEnd;
  }

  send(signal: Signal): void {
    this.socket.send(JSON.stringify(signal));
  }
  sendRaw(data: string | Uint8Array): void {
    this.socket.send(data as string);
  }
  offHook(): void {
    this.send({ hook: "off" });
  }
  onHook(): void {
    this.send({ hook: "on" });
  }
  close(): void {
    this.socket.close();
  }

  /** Queues audio behind what is being said. */
  say(pcm: Int16Array): void {
    this.#toSay = concat(this.#toSay, pcm);
  }
  hush(): void {
    this.#toSay = new Int16Array();
  }
  async dial(digits: string): Promise<void> {
    const tones = dtmf(digits);
    this.say(tones);
    await Bun.sleep(tones.length / 8);
  }

  /** Forgets what was heard so far. */
  forget(): void {
    this.#heard = [];
  }
  heard(): Int16Array {
    return concat(...this.#heard);
  }
  /** Listens for this long from now. */
  async listen(ms: number): Promise<Int16Array> {
    this.forget();
    await Bun.sleep(ms);
    return this.heard();
  }

  /** Sends single clicks and notes when the other far end's socket brings them: ms from the
   *  hand-over of the frame with the click to the arrival of the frame that has it. */
  async measureDelayTo(other: FarEnd, clicks: number): Promise<number[]> {
    const delays: number[] = [];
    const loud = (pcm: Int16Array) => pcm.some((sample) => Math.abs(sample) > 8000);
    for (let n = 0; n < clicks; n += 1) {
      const click = new Int16Array(160);
      click.fill(20_000, 0, 6);
      const arrived = new Promise<number>((resolve) => {
        other.#listener = (pcm) => {
          if (loud(pcm)) resolve(performance.now());
        };
      });
      const sent = new Promise<number>((resolve) => {
        this.#onSent = (block) => {
          if (loud(block)) resolve(performance.now());
        };
      });
      this.say(click);
      const late = Bun.sleep(500).then(() => Number.NaN);
      const delay = (await Promise.race([arrived, late])) - (await sent);
      if (Number.isFinite(delay)) delays.push(delay);
      await Bun.sleep(30 + Math.random() * 20);
    }
    other.#listener = null;
    this.#onSent = null;
    return delays;
  }

  /** The newest value of a signal, e.g. `last("ring")`. */
  last(key: string): unknown {
    return this.signals.findLast(({ signal }) => key in signal)?.signal[key];
  }

  /** Waits for a condition; rejects with what was being waited for after `ms`. */
  async until(condition: () => boolean, what: string, ms = 5_000): Promise<void> {
    const deadline = performance.now() + ms;
    while (!condition()) {
      const left = deadline - performance.now();
      if (left <= 0) throw new Error(`${this.name}: no ${what} within ${ms} ms`);
      if (this.closed !== null) throw new Error(`${this.name}: closed, ${this.closed.reason}`);
      await Promise.race([Bun.sleep(Math.min(left, 20)), this.#woken()]);
    }
  }

  #woken(): Promise<void> {
    return new Promise((resolve) => this.#waiters.push(resolve));
  }
  #wake(): void {
    for (const resolve of this.#waiters.splice(0)) resolve();
  }

  #startSending(): void {
    const started = performance.now();
    this.#clock = setInterval(() => {
      const due = Math.floor((performance.now() - started) / 20);
      for (; this.#sent < due; this.#sent += 1) {
        const block = concat(this.#toSay.subarray(0, 160), silence(20)).subarray(0, 160);
        this.#toSay = this.#toSay.slice(160);
        if (this.socket.readyState === WebSocket.OPEN) {
          this.#onSent?.(block);
          this.socket.send(new Uint8Array(block.slice().buffer));
        }
      }
    }, 5);
  }
}
