// Which methods a path knows, for 405 and its Allow header.
import type { Route } from "./route.ts";

/** Methods of all routes whose path matches; empty = no such path. */
export function allowedMethods(routes: readonly Route[], path: string): readonly string[] {
  const given = path.split("/");
  const found = new Set<string>();
  for (const route of routes) {
    const [method = "", pattern = ""] = route.key.split(" ");
    if (!matches(pattern.split("/"), given)) continue;
    found.add(method);
    if (method === "GET") found.add("HEAD");
  }
  return [...found];
}

function matches(pattern: readonly string[], given: readonly string[]): boolean {
  if (pattern.at(-1) === "*") {
    return (
      given.length >= pattern.length &&
      matches(pattern.slice(0, -1), given.slice(0, pattern.length - 1))
    );
  }
  if (pattern.length !== given.length) return false;
  return pattern.every((part, index) =>
    part.startsWith(":") ? given[index] !== "" : part === given[index],
  );
}
