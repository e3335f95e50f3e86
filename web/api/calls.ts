// Live calls: the list, and CSTA's services on them. A service enters the runtime's queue like a
// hook event and answers what call control said.
import { z } from "zod";
import type { CallCommand, CommandAnswer } from "../../src/core/effect.ts";
import { maySeeCall, sightOf } from "../own.ts";
import { Refusal } from "../problem.ts";
import type { Route, Visit } from "../route.ts";
import { endpoint, json } from "./endpoint.ts";
import { liveCall, writeCall } from "./live-schemas.ts";
import { pageOf, pageQuery, slicePage, wholeNumber } from "./paging.ts";

/** A turn of the loop takes milliseconds; who waits longer than this waits for something broken. */
const ANSWER_MS = 5_000;

const callParams = z.strictObject({ call: wholeNumber(1, 1e12) });

async function perform(visit: Visit, command: CallCommand): Promise<number> {
  const { runtime, clock } = visit.deps;
  let cancel: () => void = () => undefined;
  const late = new Promise<"late">((resolve) => {
    cancel = clock.after(ANSWER_MS, () => resolve("late"));
  });
  const answer: CommandAnswer | "late" = await Promise.race([runtime.command(command), late]);
  cancel();
  if (answer === "late") throw new Refusal("busy", "call control did not answer");
  if (answer.accepted) return answer.call;
  switch (answer.reason) {
    case "noSuchCall":
      throw new Refusal("notFound", "there is no such call");
    case "noSuchExtension":
      throw new Refusal("notFound", "there is no such extension");
    case "extensionBusy":
      throw new Refusal("extensionBusy");
    default:
      return answer.reason satisfies never;
  }
}

/** A call that the visitor may not see does not exist for them. @throws Refusal `notFound` */
function requireCall(visit: Visit, id: number): void {
  const call = visit.deps.runtime.snapshot().calls.find((one) => one.id === id);
  if (call === undefined || !maySeeCall(sightOf(visit.who), call)) {
    throw new Refusal("notFound", "there is no such call");
  }
}

async function clearConnection(visit: Visit, call: number): Promise<Response> {
  requireCall(visit, call);
  await perform(visit, { service: "clearConnection", call });
  return new Response(null, { status: 204 });
}

export const callEndpoints: readonly Route[] = [
  endpoint({
    key: "GET /api/v1/calls",
    operation: "listCalls",
    summary: "Calls in progress, newest first; staff see their own",
    tag: "calls",
    query: pageQuery,
    answer: json(pageOf(liveCall), "A page of calls"),
    handle(visit, { query }) {
      const sight = sightOf(visit.who);
      const calls = visit.deps.runtime
        .snapshot()
        .calls.filter((call) => maySeeCall(sight, call))
        .toSorted((a, b) => b.id - a.id);
      const page = slicePage(calls, (call) => String(call.id), query);
      return Response.json({ ...page, items: page.items.map(writeCall) });
    },
  }),
  endpoint({
    key: "POST /api/v1/calls",
    operation: "makeCall",
    summary: "Rings an extension's telephone and, when it is lifted, dials a number for it",
    tag: "calls",
    body: z.strictObject({
      extension: z.string().regex(/^\d{1,8}$/, "an extension's number"),
      number: z.string().regex(/^[\d*#]{1,32}$/, "1 to 32 keys, as dialled on that telephone"),
    }),
    answer: json(z.strictObject({ call: z.int() }), "The new call", 201),
    problems: ["notFound", "extensionBusy", "busy"],
    async handle(visit, { body }) {
      const sight = sightOf(visit.who);
      if (sight !== "all" && sight.extension !== body.extension) {
        throw new Refusal("notAllowed", "only from your own extension");
      }
      const call = await perform(visit, { service: "makeCall", ...body });
      const headers = { Location: `/api/v1/calls/${call}` };
      return Response.json({ call }, { status: 201, headers });
    },
  }),
  endpoint({
    key: "GET /api/v1/calls/:call",
    operation: "getCall",
    summary: "One call in progress",
    tag: "calls",
    params: callParams,
    answer: json(liveCall, "The call"),
    problems: ["notFound"],
    handle(visit, { params }) {
      requireCall(visit, params.call);
      const call = visit.deps.runtime.snapshot().calls.find((one) => one.id === params.call);
      if (call === undefined) throw new Refusal("notFound");
      return Response.json(writeCall(call));
    },
  }),
  endpoint({
    key: "POST /api/v1/calls/:call/clearConnection",
    operation: "clearConnection",
    summary: "Ends a call",
    tag: "calls",
    params: callParams,
    answer: { status: 204, description: "Ended" },
    problems: ["notFound", "busy"],
    handle: (visit, { params }) => clearConnection(visit, params.call),
  }),
  endpoint({
    key: "DELETE /api/v1/calls/:call",
    operation: "clearConnectionByDelete",
    summary: "Ends a call, as clearConnection does",
    tag: "calls",
    params: callParams,
    answer: { status: 204, description: "Ended" },
    problems: ["notFound", "busy"],
    handle: (visit, { params }) => clearConnection(visit, params.call),
  }),
];
