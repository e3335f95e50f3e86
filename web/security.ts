// Headers that every answer carries, cookies, and where a request came from.
import type { Context } from "hono";

/** No inline script or style anywhere; the browser phone needs the worklet (script-src) and its
 *  socket (connect-src). */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "worker-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "font-src 'self'",
  "media-src 'self' blob:",
  "connect-src 'self'",
  "manifest-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join("; ");

const fixedHeaders: Readonly<Record<string, string>> = {
  "Content-Security-Policy": CONTENT_SECURITY_POLICY,
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "DENY",
  "Referrer-Policy": "same-origin",
  "Permissions-Policy": "microphone=(self), camera=(), geolocation=(), payment=(), usb=()",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
};

export const isTls = (c: Context): boolean => new URL(c.req.url).protocol === "https:";

export function setSecurityHeaders(c: Context): void {
  const headers = c.res.headers;
  for (const [name, value] of Object.entries(fixedHeaders)) headers.set(name, value);
  if (isTls(c)) headers.set("Strict-Transport-Security", "max-age=31536000");
  // What is not said to be cacheable (style sheets, scripts) is somebody's own.
  if (!headers.has("Cache-Control")) headers.set("Cache-Control", "no-store");
}

/** Browsers tell where a request comes from; a request that says "elsewhere" is refused.
 *  @returns `same`, `other`, or `silent` for a program that sends neither header */
export function originOf(headers: Headers): "same" | "other" | "silent" {
  const site = headers.get("sec-fetch-site");
  const origin = headers.get("origin");
  if (site !== null && site !== "same-origin" && site !== "none") return "other";
  if (origin === null) return site === null ? "silent" : "same";
  const host = headers.get("host");
  const named = URL.canParse(origin) ? new URL(origin).host : null;
  return named !== null && named === host ? "same" : "other";
}

/** A path of ours to go to next; anything else leads home. */
export function safeNext(next: string | undefined): string {
  return next !== undefined && /^\/(?![/\\])[\x21-\x5b\x5d-\x7e]*$/.test(next) ? next : "/";
}

export function redirect(to: string): Response {
  return new Response(null, { status: 303, headers: { Location: to } });
}
