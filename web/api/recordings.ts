// Recordings: WAV files by id, whole or in ranges, also while they grow.
import { z } from "zod";
import { maySeeCall, sightOf } from "../own.ts";
import { Refusal } from "../problem.ts";
import type { Route } from "../route.ts";
import { endpoint } from "./endpoint.ts";

/** RIFF, length, WAVE. */
const WAV_HEADER_BYTES = 12;

export const recordingEndpoints: readonly Route[] = [
  endpoint({
    key: "GET /api/v1/recordings/:id",
    operation: "getRecording",
    summary: "A recording; one party a channel; staff get their own calls'. Ranges are answered",
    tag: "recordings",
    params: z.strictObject({ id: z.string().regex(/^[\w-]{1,64}$/, "a recording's id") }),
    answer: { status: 200, description: "The WAV file", content: { type: "audio/wav" } },
    problems: ["recordingMissing", "recordingDamaged", "rangeWrong"],
    async handle(visit, { params: { id } }) {
      const { history } = visit.deps;
      const sight = sightOf(visit.who);
      const call = sight === "all" ? null : history.ofRecording(id);
      if (sight !== "all" && (call === null || !maySeeCall(sight, call))) {
        throw new Refusal("recordingMissing");
      }
      const path = history.recordingPath(id);
      if (path === null) throw new Refusal("recordingMissing");
      return await answerRecording(path, id, visit.c.req.header("range"));
    },
  }),
];

/** @param range the header, if any: one range of bytes; several are answered whole
 *  @throws Refusal `recordingMissing`, `recordingDamaged`, `rangeWrong` */
export async function answerRecording(
  path: string,
  id: string,
  range: string | undefined,
): Promise<Response> {
  const file = Bun.file(path);
  if (!(await file.exists())) throw new Refusal("recordingMissing");
  // A growing file is given as long as it is now.
  const { size } = file;
  await requireWav(file);
  const headers = new Headers({
    "Content-Type": "audio/wav",
    "Accept-Ranges": "bytes",
    "Content-Disposition": `inline; filename="${id}.wav"`,
  });
  const part = readRange(range, size);
  if (part === "wrong") {
    throw new Refusal("rangeWrong", "", [], { "Content-Range": `bytes */${size}` });
  }
  const [first, last] = part ?? [0, size - 1];
  headers.set("Content-Length", String(last - first + 1));
  if (part !== null) headers.set("Content-Range", `bytes ${first}-${last}/${size}`);
  const status = part === null ? 200 : 206;
  return new Response(file.slice(first, last + 1), { status, headers });
}

async function requireWav(file: Bun.BunFile): Promise<void> {
  let header: string;
  try {
    header = Buffer.from(await file.slice(0, WAV_HEADER_BYTES).arrayBuffer()).toString("latin1");
  } catch {
    // Gone between the look and the read, or unreadable: to the listener the same.
    throw new Refusal("recordingMissing");
  }
  if (!header.startsWith("RIFF") || header.slice(8) !== "WAVE") {
    throw new Refusal("recordingDamaged");
  }
}

/** One range of RFC 9110 §14.1.2. @returns first and last byte; null = answer whole */
export function readRange(
  header: string | undefined,
  size: number,
): readonly [number, number] | "wrong" | null {
  const found = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header?.trim() ?? "");
  if (found === null) return null;
  const [, from = "", to = ""] = found;
  if (from === "" && to === "") return null;
  if (from === "") {
    const length = Math.min(Number(to), size);
    return length === 0 ? "wrong" : [size - length, size - 1];
  }
  const [first, last] = [Number(from), to === "" ? size - 1 : Math.min(Number(to), size - 1)];
  if (to !== "" && Number(to) < first) return null;
  return first >= size ? "wrong" : [first, last];
}
