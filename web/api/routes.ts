// All endpoints of the API, and their own description.
import { z } from "zod";
import type { Route } from "../route.ts";
import { callEndpoints } from "./calls.ts";
import { cdrEndpoints } from "./cdrs.ts";
import { endpoint, json } from "./endpoint.ts";
import { eventEndpoints } from "./events.ts";
import { objectEndpoints } from "./objects.ts";
import { describeApi } from "./openapi.ts";
import { recordingEndpoints } from "./recordings.ts";
import { settingsEndpoints } from "./settings.ts";
import { systemEndpoints } from "./system.ts";
import { userEndpoints } from "./users.ts";

const described: readonly Route[] = [
  ...systemEndpoints,
  ...callEndpoints,
  ...cdrEndpoints,
  ...recordingEndpoints,
  ...eventEndpoints,
  ...objectEndpoints,
  ...userEndpoints,
  ...settingsEndpoints,
];

/** Made when first asked for: it costs some milliseconds that the start has no use for. */
let description: unknown = null;

const openApi: Route = endpoint({
  key: "GET /api/v1/openapi.json",
  operation: "getDescription",
  summary: "This description",
  tag: "system",
  answer: json(z.record(z.string(), z.unknown()), "OpenAPI 3.1"),
  handle({ deps }) {
    description ??= describeApi(apiRoutes, deps.health().version);
    return Response.json(description);
  },
});

export const apiRoutes: readonly Route[] = [...described, openApi];
