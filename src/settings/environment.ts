// The environment variables of the box (contract, section 2), read once at start.
import { z } from "zod";

export interface Environment {
  readonly dataDirectory: string;
  readonly host: string;
  readonly port: number;
  readonly adminPassword: string | null;
  readonly siteFile: string | null;
  readonly apiToken: string | null;
  readonly lineToken: string | null;
  readonly console: string | null;
  readonly logLevel: "debug" | "info" | "warn" | "error";
}

const token = z
  .string()
  .min(24, "must have at least 24 characters")
  .regex(/^[\x21-\x7e]+$/, "must be printable ASCII without spaces");

const variables = {
  LINEFINDER_DATA: z.string().default("./data"),
  LINEFINDER_HOST: z.string().default("0.0.0.0"),
  LINEFINDER_PORT: z
    .string()
    .regex(/^\d{1,5}$/, "must be a port number from 0 to 65535")
    .default("8080")
    .transform(Number)
    .refine((port) => port <= 65_535, "must be a port number from 0 to 65535"),
  LINEFINDER_ADMIN_PASSWORD: z.string().min(8, "must have at least 8 characters").optional(),
  LINEFINDER_SITE: z.string().optional(),
  LINEFINDER_API_TOKEN: token.optional(),
  LINEFINDER_LINE_TOKEN: token.optional(),
  LINEFINDER_CONSOLE: z.string().optional(),
  LINEFINDER_LOG: z.enum(["debug", "info", "warn", "error"]).default("info"),
};
const schema = z.object(variables);

export type EnvironmentResult =
  | {
      readonly ok: true;
      readonly environment: Environment;
      /** Variables of ours that do not exist: most likely misspelt, or of another version. */
      readonly unknown: readonly string[];
    }
  | { readonly ok: false; readonly problems: readonly string[] };

/** @param source  e.g. `process.env`; an empty value counts as not set
 *  @returns the settings, or one sentence per problem with the variable's name; never throws */
export function readEnvironment(
  source: Readonly<Record<string, string | undefined>>,
): EnvironmentResult {
  const set = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== ""));
  const read = schema.safeParse(set);
  if (!read.success) {
    const problems = read.error.issues.map(({ path, message }) => `${path.join(".")} ${message}`);
    return { ok: false, problems };
  }
  const { data } = read;
  return {
    ok: true,
    unknown: Object.keys(set).filter(
      (name) => name.startsWith("LINEFINDER_") && !(name in variables),
    ),
    environment: {
      dataDirectory: data.LINEFINDER_DATA,
      host: data.LINEFINDER_HOST,
      port: data.LINEFINDER_PORT,
      adminPassword: data.LINEFINDER_ADMIN_PASSWORD ?? null,
      siteFile: data.LINEFINDER_SITE ?? null,
      apiToken: data.LINEFINDER_API_TOKEN ?? null,
      lineToken: data.LINEFINDER_LINE_TOKEN ?? null,
      console: data.LINEFINDER_CONSOLE ?? null,
      logLevel: data.LINEFINDER_LOG,
    },
  };
}
