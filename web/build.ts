// Builds what the browser is sent: scripts bundled, stylesheet and icon, each under a name that
// holds its content's hash, and compressed once. A second start finds them unchanged and builds
// nothing.
import { mkdir, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const root = join(import.meta.dir, "..");
export const assetDirectory = join(root, "build", "web");

export interface BuiltAsset {
  /** `page.js` */
  readonly name: string;
  /** `page-3f9a1c20.js` */
  readonly file: string;
  readonly type: string;
}

export interface AssetManifest {
  /** Hash of everything the files were made from. */
  readonly inputs: string;
  readonly assets: readonly BuiltAsset[];
}

/** Scripts the browser runs, each bundled on its own. */
const bundles: Readonly<Record<string, string>> = {
  "page.js": "web/islands/page.ts",
  "phone.js": "web/islands/phone/phone.tsx",
  "worklet.js": "web/islands/phone/worklet.ts",
};

/** Sent as they are, one after the other. */
const copies: Readonly<Record<string, readonly string[]>> = {
  "htmx.js": [
    "node_modules/htmx.org/dist/htmx.min.js",
    "node_modules/htmx.org/dist/ext/hx-sse.min.js",
  ],
  "look.css": [
    "tokens",
    "shell",
    "controls",
    "paper",
    "card",
    "tables",
    "call",
    "gate",
    "phone",
  ].map((name) => `web/assets/look/${name}.css`),
  "mark.svg": ["web/assets/mark.svg"],
};

const types: Readonly<Record<string, string>> = {
  js: "text/javascript; charset=utf-8",
  css: "text/css; charset=utf-8",
  svg: "image/svg+xml",
};

/** Builds into `output` unless what is there was made from the same inputs.
 *  @throws an AggregateError with the bundler's messages when a script does not build */
export async function buildAssets(output = assetDirectory): Promise<AssetManifest> {
  const inputs = await hashInputs();
  const known = await readManifest(output);
  if (known?.inputs === inputs) return known;
  const fresh = `${output}.${process.pid}`;
  await rm(fresh, { recursive: true, force: true });
  await mkdir(fresh, { recursive: true });
  const assets: BuiltAsset[] = [];
  for (const [name, content] of await allContents()) {
    assets.push(await writeAsset(fresh, name, content));
  }
  const manifest: AssetManifest = { inputs, assets };
  await Bun.write(join(fresh, "manifest.json"), JSON.stringify(manifest, null, 2));
  await rm(output, { recursive: true, force: true });
  await rename(fresh, output);
  return manifest;
}

async function readManifest(output: string): Promise<AssetManifest | null> {
  const file = Bun.file(join(output, "manifest.json"));
  return (await file.exists()) ? ((await file.json()) as AssetManifest) : null;
}

async function hashInputs(): Promise<string> {
  const hasher = new Bun.CryptoHasher("sha256");
  const islands = await readdir(join(root, "web/islands"), { recursive: true });
  const files = [
    "web/build.ts",
    "package-lock.json",
    ...Object.values(copies).flat(),
    ...islands
      .filter((one) => /\.tsx?$/.test(one))
      .sort()
      .map((one) => `web/islands/${one}`),
  ];
  for (const file of files) {
    hasher.update(file);
    hasher.update(await Bun.file(join(root, file)).bytes());
  }
  return hasher.digest("hex");
}

async function allContents(): Promise<Map<string, Uint8Array>> {
  const contents = new Map<string, Uint8Array>();
  for (const [name, entry] of Object.entries(bundles)) {
    const built = await Bun.build({
      entrypoints: [join(root, entry)],
      target: "browser",
      format: "esm",
      minify: true,
      define: { "process.env.NODE_ENV": '"production"' },
    });
    const [script] = built.outputs;
    if (!script) throw new Error(`nothing was built from ${entry}`);
    contents.set(name, new Uint8Array(await script.arrayBuffer()));
  }
  for (const [name, sources] of Object.entries(copies)) {
    const parts = await Promise.all(sources.map((one) => Bun.file(join(root, one)).text()));
    // A source map is not sent, so that the browser doesn't ask for it either.
    const text = parts.join("\n").replace(/^\/[/*]# sourceMappingURL=.*$/gm, "");
    contents.set(name, new TextEncoder().encode(text));
  }
  return contents;
}

async function writeAsset(directory: string, name: string, content: Uint8Array) {
  const dot = name.lastIndexOf(".");
  const hash = new Bun.CryptoHasher("sha256").update(content).digest("hex").slice(0, 12);
  const file = `${name.slice(0, dot)}-${hash}${name.slice(dot)}`;
  const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } };
  await Bun.write(join(directory, file), content);
  await Bun.write(join(directory, `${file}.br`), brotliCompressSync(content, quality));
  await Bun.write(join(directory, `${file}.gz`), gzipSync(content, { level: 9 }));
  return { name, file, type: types[name.slice(dot + 1)] ?? "application/octet-stream" };
}

if (import.meta.main) {
  const { assets } = await buildAssets();
  console.log(`web assets: ${assets.map((one) => one.file).join(" ")}`);
}
