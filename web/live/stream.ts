// Server-sent events for one reader. What a live event looks like to it is the caller's part: JSON
// for the API, fragments for the pages.
import { identify } from "../guard.ts";
import { sightOf } from "../own.ts";
import { Refusal } from "../problem.ts";
import type { Visit } from "../route.ts";
import type { LiveEvent } from "./live.ts";

/** Well below the server's idle time-out and what proxies allow. */
export const HEARTBEAT_MS = 15_000;
/** A reader this far behind is let go; it comes back with Last-Event-ID or begins anew. */
export const READER_BYTES_MAX = 256 * 1024;
/** After a lost connection the browser waits this long. */
const RETRY_MS = 2_000;

export interface SseMessage {
  /** Name of the event; one line; empty = unnamed, which htmx puts into the page. */
  readonly event: string;
  readonly data: string;
}

export interface StreamOptions {
  /** The whole state, for a reader that begins. */
  begin(): readonly SseMessage[];
  /** What this reader is told of an event; empty = nothing. */
  tell(event: LiveEvent): readonly SseMessage[];
}

/** @throws Refusal `busy` when too many readers are there */
export function eventStream(visit: Visit, options: StreamOptions): Response {
  const { live, clock } = visit.deps;
  const encoder = new TextEncoder();
  let leave: (() => void) | null = null;
  let cancelHeartbeat: () => void = () => undefined;
  let ended = false;
  let stop: () => void = () => undefined;

  const stream = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        const end = (): void => {
          if (ended) return;
          ended = true;
          leave?.();
          cancelHeartbeat();
        };
        const finish = (): void => {
          if (ended) return;
          end();
          controller.close();
        };
        const write = (text: string): void => {
          if (ended) return;
          controller.enqueue(encoder.encode(text));
          if ((controller.desiredSize ?? 0) <= 0) {
            visit.deps.log.write("info", "slow reader of live events let go", {
              address: visit.address,
            });
            finish();
          }
        };
        const take = (event: LiveEvent): void => {
          for (const message of options.tell(event)) write(frame(message, event.id));
        };
        const beat = (): void => {
          if (!stillTheSame(visit)) finish();
          write(": here\n\n");
          if (!ended) cancelHeartbeat = clock.after(HEARTBEAT_MS, beat);
        };

        leave = live.join({ take, end: finish });
        if (leave === null) throw new Refusal("busy", "too many readers of live events");
        stop = end;
        cancelHeartbeat = clock.after(HEARTBEAT_MS, beat);
        write(`retry: ${RETRY_MS}\n\n`);
        const missed = live.since(visit.c.req.header("last-event-id") ?? "");
        if (missed === null) {
          const { id } = live.current();
          for (const message of options.begin()) write(frame(message, id));
        } else {
          missed.forEach(take);
        }
      },
      cancel: () => stop(),
    },
    { highWaterMark: READER_BYTES_MAX, size: (chunk) => chunk?.byteLength ?? 0 },
  );
  visit.c.req.raw.signal.addEventListener("abort", () => stop());
  return new Response(stream, {
    headers: { "Content-Type": "text/event-stream", "X-Accel-Buffering": "no" },
  });
}

/** Signed in still, with the same role and extension; asked at every heartbeat. */
function stillTheSame(visit: Visit): boolean {
  const now = identify(visit.c, visit.deps);
  return now.kind === visit.who.kind && Bun.deepEquals(sightOf(now), sightOf(visit.who));
}

function frame({ event, data }: SseMessage, id: string): string {
  const lines = data.split(/\r\n|\r|\n/).map((line) => `data: ${line}\n`);
  const name = event === "" ? "" : `event: ${event}\n`;
  return `id: ${id}\n${name}${lines.join("")}\n`;
}
