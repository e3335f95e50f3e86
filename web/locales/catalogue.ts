// Messages by key in two languages. A message may hold {name} and, for what is counted,
// {n|one|many}: the first form when n is 1. Data only, so that islands can be handed a part of it.
import type { Language } from "../route.ts";
import { en } from "./en.ts";
import { zhCn } from "./zh-cn.ts";

export const languages: readonly Language[] = ["zh-CN", "en"];

export type MessageKey = keyof typeof zhCn;
export type Messages = Readonly<Record<MessageKey, string>>;
export type Params = Readonly<Record<string, string | number>>;
/** Text of a message with its parameters put in; an unknown parameter stays visible as {name}. */
export type Translate = (key: MessageKey, params?: Params) => string;

export const catalogues: Readonly<Record<Language, Messages>> = { "zh-CN": zhCn, en };

/** Puts parameters into a message. Pure; never throws. */
export function fill(message: string, params: Params = {}): string {
  return message.replace(
    /\{(\w+)(?:\|([^|}]*)\|([^}]*))?\}/g,
    (whole, name: string, one?: string, many?: string) => {
      const value = params[name];
      if (value === undefined) return whole;
      if (one === undefined) return String(value);
      return (value === 1 ? one : (many ?? "")).replace("#", String(value));
    },
  );
}

export function translator(language: Language): Translate {
  const messages = catalogues[language];
  return (key, params) => fill(messages[key], params);
}

/** All messages whose key begins with one of the prefixes: what an island is given. */
export function messagesFor(language: Language, ...prefixes: readonly string[]) {
  return Object.fromEntries(
    Object.entries(catalogues[language]).filter(([key]) =>
      prefixes.some((prefix) => key.startsWith(prefix)),
    ),
  );
}
