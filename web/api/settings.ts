// Settings and the office's own facts, the whole site, and the record of changes.
import { z } from "zod";
import {
  officeSchema,
  patchOf,
  type Site,
  settingsSchema,
  siteSchema,
} from "../../src/settings/model.ts";
import { requireSite, siteJsonSchema, writeSiteFile } from "../../src/settings/site-file.ts";
import { SITE_BYTES_MAX } from "../body.ts";
import { auditName, type Route } from "../route.ts";
import { isoTime } from "../time.ts";
import { changing, replacing } from "./changing.ts";
import { endpoint, json } from "./endpoint.ts";
import { LIMIT_DEFAULT, pageOf, pageQuery, wholeNumber } from "./paging.ts";

const settings = settingsSchema.meta({ title: "Settings" });
const office = officeSchema.meta({ title: "Office" });

const difference = z.strictObject({
  path: z.string().meta({ description: "`extensions/801`, `settings/ringSeconds`…" }),
  before: z.unknown(),
  after: z.unknown(),
});

const change = z
  .strictObject({
    id: z.int(),
    at: z.iso.datetime({ offset: true }),
    who: z.string(),
    what: z.string(),
    differences: z.array(difference),
    undoes: z.int().nullable(),
  })
  .meta({ title: "Change" });

const parts: readonly Route[] = [
  endpoint({
    key: "GET /api/v1/settings",
    operation: "getSettings",
    summary: "The settings",
    tag: "settings",
    answer: json(settings, "All settings"),
    handle: ({ deps }) => Response.json(deps.configuration.current().settings),
  }),
  endpoint({
    key: "PATCH /api/v1/settings",
    operation: "changeSettings",
    summary: "Changes the settings given; takes effect at once, no call is dropped",
    tag: "settings",
    body: patchOf(settingsSchema),
    answer: json(settings, "All settings as they are now"),
    problems: ["conflict"],
    handle: ({ deps, who }, { body }) =>
      Response.json(changing(() => deps.configuration.editSettings(auditName(who), body))),
  }),
  endpoint({
    key: "GET /api/v1/office",
    operation: "getOffice",
    summary: "The office's name and language",
    tag: "settings",
    answer: json(office, "The office"),
    handle: ({ deps }) => Response.json(deps.configuration.current().office),
  }),
  endpoint({
    key: "PATCH /api/v1/office",
    operation: "changeOffice",
    summary: "Changes the office's name or language",
    tag: "settings",
    body: patchOf(officeSchema),
    answer: json(office, "The office as it is now"),
    handle: ({ deps, who }, { body }) =>
      Response.json(changing(() => deps.configuration.editOffice(auditName(who), body))),
  }),
];

const site: readonly Route[] = [
  endpoint({
    key: "GET /api/v1/site",
    operation: "exportSite",
    summary: "The whole configuration as a site file; passwords as hashes",
    tag: "site",
    answer: json(siteSchema.meta({ title: "Site" }), "The site file"),
    handle: ({ deps }) =>
      new Response(writeSiteFile(deps.configuration.current()), {
        headers: {
          "Content-Type": "application/json",
          "Content-Disposition": 'attachment; filename="linefinder-site.json"',
        },
      }),
  }),
  endpoint({
    key: "PUT /api/v1/site",
    operation: "importSite",
    summary: "Replaces the whole configuration, or refuses the file whole",
    tag: "site",
    // Read as anything: the settings find all that is wrong at once, across objects too.
    body: z.unknown().meta({ title: "Site", description: "See GET /api/v1/site/schema" }),
    bodyBytesMax: SITE_BYTES_MAX,
    answer: json(
      z.strictObject({ change: z.int().nullable() }),
      "The number of the change; null when nothing differs",
    ),
    handle({ deps, who }, { body }) {
      const headline = "The site file was refused; nothing was changed.";
      const wanted: Site = replacing(() => requireSite(body, headline));
      const done = replacing(() => deps.configuration.import(auditName(who), wanted));
      return Response.json({ change: done?.id ?? null });
    },
  }),
  endpoint({
    key: "GET /api/v1/site/schema",
    operation: "getSiteSchema",
    summary: "The site file's JSON Schema",
    tag: "site",
    answer: json(z.record(z.string(), z.unknown()), "JSON Schema 2020-12"),
    handle: () => Response.json(siteJsonSchema()),
  }),
];

const auditQuery = pageQuery.extend({ cursor: wholeNumber(1, 1e12).optional() });

const audit: readonly Route[] = [
  endpoint({
    key: "GET /api/v1/audit",
    operation: "listChanges",
    summary: "Who changed what and when, newest first",
    tag: "audit",
    query: auditQuery,
    answer: json(pageOf(change), "A page of changes"),
    handle({ deps }, { query: { limit = LIMIT_DEFAULT, cursor = null } }) {
      const found = deps.configuration.changes(limit + 1, cursor);
      const shown = found.slice(0, limit);
      return Response.json({
        items: shown.map((one) => ({ ...one, at: isoTime(one.at) })),
        nextCursor: found.length > limit ? String(shown.at(-1)?.id) : null,
      });
    },
  }),
  endpoint({
    key: "POST /api/v1/audit/:change/undo",
    operation: "undoChange",
    summary: "Takes a change back, unless what it touched has been changed since",
    tag: "audit",
    params: z.strictObject({ change: wholeNumber(1, 1e12) }),
    answer: json(z.strictObject({ change: z.int() }), "The number of the change that undid it"),
    problems: ["notFound", "conflict"],
    handle({ deps, who }, { params }) {
      const done = changing(() => deps.configuration.undo(auditName(who), params.change));
      return Response.json({ change: done.id });
    },
  }),
];

export const settingsEndpoints: readonly Route[] = [...parts, ...site, ...audit];
