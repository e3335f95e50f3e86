// The site file: a whole configuration as one JSON document. Text in, text out; reads no disk.
import { z } from "zod";
import { SettingsError } from "./issues.ts";
import { type Site, siteSchema } from "./model.ts";
import { parseSite } from "./parse-site.ts";

/** 4 MB: the largest legal site is below 400 KB; anything bigger is not one of ours. */
export const siteFileBytesMost = 4 * 1024 * 1024;

/** Reads a site file. Comments and trailing commas are allowed, as in config/site.example.jsonc.
 *  @throws SettingsError settings-01 (not JSON), -02 (breaks rules), -06 (newer version) */
export function readSiteFile(text: string): Site {
  if (text.length > siteFileBytesMost) {
    throw new SettingsError("settings-01", "The site file is larger than 4 MB.");
  }
  let raw: unknown;
  try {
    raw = Bun.JSONC.parse(text.replace(/^\uFEFF/, ""));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new SettingsError("settings-01", `The site file is not JSON: ${why}`);
  }
  return requireSite(raw, "The site file was refused; nothing was changed.");
}

/** As parseSite, but throws. @throws SettingsError settings-02, settings-06 */
export function requireSite(raw: unknown, headline: string): Site {
  const parsed = parseSite(raw);
  if (parsed.ok) return parsed.site;
  const newer = parsed.issues.some((found) => found.code === "newerVersion");
  throw new SettingsError(newer ? "settings-06" : "settings-02", headline, parsed.issues);
}

/** Writes a site file: complete, every default spelt out, ends in a newline. */
export function writeSiteFile(site: Site): string {
  return `${JSON.stringify(site, null, 2)}\n`;
}

/** JSON Schema of the site file; committed as config/site.schema.json. */
export function siteJsonSchema(): unknown {
  const schema = z.toJSONSchema(siteSchema, { io: "input" });
  return { ...schema, title: "Linefinder site file" };
}
