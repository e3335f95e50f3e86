// Which of the page's languages a browser asks for.
import { parseAccept } from "hono/utils/accept";
import type { Language } from "./route.ts";

/** Best language of an Accept-Language header; `otherwise` when it names neither of ours. */
export function chooseLanguage(header: string | undefined, otherwise: Language): Language {
  const wishes = parseAccept(header ?? "").toSorted((a, b) => b.q - a.q);
  for (const wish of wishes) {
    const base = wish.type.toLowerCase().split("-")[0];
    if (wish.q > 0 && base === "zh") return "zh-CN";
    if (wish.q > 0 && base === "en") return "en";
  }
  return otherwise;
}
