// Serves the built files from memory: hashed names never change, so the browser keeps them a year.
import { join } from "node:path";
import type { AssetManifest } from "./build.ts";

type Encoding = "br" | "gz" | "plain";

interface Held {
  readonly type: string;
  readonly etag: string;
  readonly bodies: Readonly<Record<Encoding, Uint8Array<ArrayBuffer>>>;
}

export interface Assets {
  /** `look.css` → `/assets/look-1f3a….css`. @throws when nothing of that name was built (a bug) */
  address(name: string): string;
  /** The answer for `/assets/<file>`; null when there is no such file. */
  answer(file: string, request: Request): Response | null;
}

const longCache = "public, max-age=31536000, immutable";

/** Reads all built files, some 100 kB, into memory. */
export async function loadAssets(directory: string, manifest: AssetManifest): Promise<Assets> {
  const addresses = new Map<string, string>();
  const files = new Map<string, Held>();
  for (const asset of manifest.assets) {
    const read = (suffix: string) => Bun.file(join(directory, asset.file + suffix)).bytes();
    addresses.set(asset.name, `/assets/${asset.file}`);
    files.set(asset.file, {
      type: asset.type,
      etag: `"${asset.file}"`,
      bodies: { br: await read(".br"), gz: await read(".gz"), plain: await read("") },
    });
  }
  return {
    address(name) {
      const address = addresses.get(name);
      if (address === undefined) throw new Error(`no asset was built under the name ${name}`);
      return address;
    },
    answer(file, request) {
      const held = files.get(file);
      return held ? answerWith(held, request) : null;
    },
  };
}

function answerWith(held: Held, request: Request): Response {
  const headers = new Headers({
    "content-type": held.type,
    "cache-control": longCache,
    etag: held.etag,
    vary: "accept-encoding",
    "x-content-type-options": "nosniff",
  });
  const seen = request.headers.get("if-none-match") ?? "";
  if (seen.split(",").some((one) => one.trim().replace(/^W\//, "") === held.etag)) {
    return new Response(null, { status: 304, headers });
  }
  const accepted = request.headers.get("accept-encoding") ?? "";
  const encoding: Encoding = /\bbr\b/.test(accepted)
    ? "br"
    : /\bgzip\b/.test(accepted)
      ? "gz"
      : "plain";
  if (encoding !== "plain") {
    headers.set("content-encoding", encoding === "br" ? "br" : "gzip");
  }
  return new Response(held.bodies[encoding], { headers });
}
