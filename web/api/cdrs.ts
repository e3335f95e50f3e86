// Calls as they were: records, their traces.
import { z } from "zod";
import { causeNames } from "../../src/core/cause.ts";
import type { Cdr } from "../../src/core/cdr.ts";
import type { CdrFilter } from "../../src/ports/store.ts";
import { readCursor } from "../../src/store/cursor.ts";
import { maySeeCall, sightOf } from "../own.ts";
import { Refusal } from "../problem.ts";
import type { Route, Visit } from "../route.ts";
import { isoTime, isoTimeOrNull } from "../time.ts";
import { endpoint, json } from "./endpoint.ts";
import { direction, time } from "./live-schemas.ts";
import { LIMIT_DEFAULT, pageOf, pageQuery, wholeNumber } from "./paging.ts";

const disposition = z.enum(["answered", "noAnswer", "busy", "failed", "abandoned", "interrupted"]);

const cdr = z
  .strictObject({
    id: z.int(),
    startedAt: time,
    answeredAt: time.nullable(),
    endedAt: time.nullable().meta({ description: "null while the call goes on" }),
    direction,
    callerNumber: z.string(),
    callerName: z.string(),
    calledNumber: z.string(),
    trunk: z.string().nullable(),
    extension: z.string().nullable(),
    group: z.string().nullable(),
    disposition,
    cause: z.int().meta({ description: "Q.850" }),
    causeName: z.string(),
    answerBasis: z
      .enum(["station", "greeting", "reversal", "ringbackVoice", "assumed"])
      .nullable()
      .meta({ description: "How the box knows that the far end answered" }),
    releasedBy: z.string().nullable(),
    ringSeconds: z.number(),
    talkSeconds: z.number(),
    recordingId: z.string().nullable(),
  })
  .meta({ title: "Cdr" });

export const writeCdr = (row: Cdr): z.input<typeof cdr> => ({
  id: row.id,
  startedAt: isoTime(row.startedAt),
  answeredAt: isoTimeOrNull(row.answeredAt),
  endedAt: isoTimeOrNull(row.endedAt),
  direction: row.direction,
  callerNumber: row.callerNumber,
  callerName: row.callerName,
  calledNumber: row.calledNumber,
  trunk: row.trunk,
  extension: row.extension,
  group: row.group,
  disposition: row.disposition,
  cause: row.cause,
  causeName: causeNames[row.cause],
  answerBasis: row.answerBasis,
  releasedBy: row.releasedBy,
  ringSeconds: row.ringSeconds,
  talkSeconds: row.talkSeconds,
  recordingId: row.recordingId,
});

const moment = time.transform((text) => Date.parse(text));
const name = z.string().min(1).max(64);

const cdrQuery = pageQuery.extend({
  from: moment.optional().meta({ description: "Started at this time or later" }),
  to: moment.optional().meta({ description: "Started at this time or earlier" }),
  text: name.optional().meta({ description: "Part of a number or of the caller's name" }),
  extension: name.optional(),
  trunk: name.optional(),
  direction: direction.optional(),
  disposition: disposition.optional(),
});

const callParams = z.strictObject({ id: wholeNumber(1, 1e12) });

/** A record the visitor may not see does not exist for them. @throws Refusal `notFound` */
export function requireCdr(visit: Visit, id: number): Cdr {
  const row = visit.deps.history.get(id);
  if (row === null || !maySeeCall(sightOf(visit.who), row)) {
    throw new Refusal("notFound", "there is no such call");
  }
  return row;
}

/** The filter with what the visitor may see; null = nothing at all. */
export function visibleFilter(visit: Visit, filter: CdrFilter): CdrFilter | null {
  const sight = sightOf(visit.who);
  if (sight === "all") return filter;
  return sight.extension === null ? null : { ...filter, party: sight.extension };
}

/** Everything, or a span of time: one walk along one index. */
export const isOneWalk = (filter: CdrFilter): boolean =>
  Object.keys(filter).every((key) => key === "from" || key === "to");

/** zod's optional keys may be there and undefined; the store's may not. */
function filterOf(query: z.output<typeof cdrQuery>): CdrFilter {
  const { limit: _limit, cursor: _cursor, ...filter } = query;
  return Object.fromEntries(
    Object.entries(filter).filter(([, value]) => value !== undefined),
  ) as CdrFilter;
}

export const cdrEndpoints: readonly Route[] = [
  endpoint({
    key: "GET /api/v1/cdrs",
    operation: "listCdrs",
    summary: "Calls as they were, newest first; staff see their own",
    tag: "cdrs",
    query: cdrQuery,
    answer: json(
      pageOf(cdr),
      "A page of calls. It may be short and still have a cursor: go on until nextCursor is null",
    ),
    problems: ["busy"],
    async handle(visit, { query }) {
      const filter = visibleFilter(visit, filterOf(query));
      if (filter === null) return Response.json({ items: [], nextCursor: null });
      const { limit = LIMIT_DEFAULT, cursor = null } = query;
      if (cursor !== null && readCursor(cursor) === null) {
        const message = "no such place in the list";
        throw new Refusal("invalid", "", [{ path: "cursor", message }]);
      }
      const { history } = visit.deps;
      // What an index does not answer by itself is looked for on the store's own thread.
      const page = isOneWalk(filter)
        ? history.list(filter, limit, cursor)
        : await history.search(filter, limit, cursor);
      return Response.json({ items: page.items.map(writeCdr), nextCursor: page.nextCursor });
    },
  }),
  endpoint({
    key: "GET /api/v1/cdrs/:id",
    operation: "getCdr",
    summary: "One call",
    tag: "cdrs",
    params: callParams,
    answer: json(cdr, "The call"),
    problems: ["notFound"],
    handle: (visit, { params }) => Response.json(writeCdr(requireCdr(visit, params.id))),
  }),
  endpoint({
    key: "GET /api/v1/cdrs/:id/trace",
    operation: "getTrace",
    summary: "What happened in a call: as data that replays, or as a ladder in plain text",
    tag: "cdrs",
    params: callParams,
    query: z.strictObject({ format: z.enum(["json", "ladder"]).optional() }),
    answer: json(
      z
        .strictObject({
          format: z.literal("linefinder-trace-1"),
          call: z.int(),
          world: z.unknown(),
          turns: z.array(z.unknown()),
        })
        .meta({ title: "Trace" }),
      "The trace; text/plain with format=ladder",
    ),
    problems: ["notFound", "busy"],
    async handle(visit, { params: { id }, query }) {
      requireCdr(visit, id);
      if (query.format === "ladder") {
        const turns = visit.deps.history.turns(id);
        if (turns === null) throw new Refusal("notFound", "the call's trace is gone");
        return new Response(visit.deps.ladder(turns), {
          headers: { "Content-Type": "text/plain; charset=utf-8" },
        });
      }
      const trace = await visit.deps.history.exportTrace(id);
      if (trace === null) throw new Refusal("notFound", "the call's trace is gone");
      return Response.json(trace);
    },
  }),
];
