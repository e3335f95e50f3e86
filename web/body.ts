// Reading a request's body: bounded, once, and only of the type that was asked for.
import type { z } from "zod";
import { type FieldError, Refusal } from "./problem.ts";

/** A form or a JSON object of the API; a whole site may be larger. */
export const BODY_BYTES_MAX = 256 * 1024;
export const SITE_BYTES_MAX = 4 * 1024 * 1024;

export interface Body {
  /** @throws Refusal `wrongType`, `malformed` */
  json(): unknown;
  /** Fields of an urlencoded or multipart form; files are left out. Of two fields with one name
   *  the last counts. @throws Refusal `wrongType`, `malformed` */
  form(): Promise<Readonly<Record<string, string>>>;
  /** Uploaded files by field name. */
  files(): Promise<Readonly<Record<string, File>>>;
}

/** @throws Refusal `tooLarge` */
export async function readBody(request: Request, bytesMax: number): Promise<Body> {
  const bytes = await readBytes(request, bytesMax);
  const type = (request.headers.get("content-type") ?? "").split(";")[0]?.trim().toLowerCase();
  let formData: Promise<FormData> | null = null;
  const readForm = (): Promise<FormData> => {
    if (type !== "application/x-www-form-urlencoded" && type !== "multipart/form-data") {
      throw new Refusal("wrongType", "expected a form");
    }
    const headers = { "content-type": request.headers.get("content-type") ?? "" };
    formData ??= new Response(bytes, { headers }).formData().catch(() => {
      throw new Refusal("malformed", "the form cannot be read");
    });
    return formData;
  };
  return {
    json() {
      if (type !== "application/json" && type !== "application/merge-patch+json") {
        throw new Refusal("wrongType", "expected application/json");
      }
      try {
        return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
      } catch {
        throw new Refusal("malformed", "the body is not JSON in UTF-8");
      }
    },
    async form() {
      const fields: [string, string][] = [];
      for (const [name, value] of await readForm()) {
        if (typeof value === "string") fields.push([name, value]);
      }
      return Object.fromEntries(fields);
    },
    async files() {
      const files: [string, File][] = [];
      for (const [name, value] of await readForm()) {
        if (typeof value !== "string") files.push([name, value]);
      }
      return Object.fromEntries(files);
    },
  };
}

async function readBytes(request: Request, bytesMax: number): Promise<Uint8Array<ArrayBuffer>> {
  const tooLarge = () => new Refusal("tooLarge", `at most ${bytesMax} bytes`);
  if (Number(request.headers.get("content-length") ?? 0) > bytesMax) throw tooLarge();
  if (request.body === null) return new Uint8Array(0);
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body) {
    size += chunk.byteLength;
    if (size > bytesMax) throw tooLarge();
    chunks.push(chunk);
  }
  const whole = new Uint8Array(size);
  let offset = 0;
  for (const chunk of chunks) {
    whole.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return whole;
}

/** `["groups", 0]` as `groups[0]`. */
export function writePath(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === "number") return `${text}[${key}]`;
    return text === "" ? String(key) : `${text}.${String(key)}`;
  }, "");
}

/** Every unknown key becomes an error of its own, with its path. */
export function fieldErrors(error: z.ZodError): FieldError[] {
  return error.issues.flatMap((issue) => {
    if (issue.code === "unrecognized_keys") {
      return issue.keys.map((key) => ({
        path: writePath([...issue.path, key]),
        message: "unknown key",
      }));
    }
    return [{ path: writePath(issue.path), message: issue.message }];
  });
}

/** @throws Refusal `invalid` with the path of each error */
export function check<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new Refusal("invalid", "", fieldErrors(result.error));
}
