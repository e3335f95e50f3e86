// Text messages of `line.v1`: parsing what a far end sends. Pure.
// Source: the line protocol of the contract, section 3.

export type FarEndMessage =
  | { readonly hook: "on" | "off" }
  | { readonly flash: number }
  | { readonly ring: boolean }
  | { readonly polarity: "normal" | "reversed" }
  | { readonly battery: boolean };

export type CardKind = "fxs" | "fxo";

/** The longest message there is has 23 characters; blanks are allowed. */
export const MESSAGE_CHARACTERS_MAX = 256;
/** Of a timed flash. Shorter is contact bounce; longer is a hang-up on any exchange. */
export const FLASH_MS_MIN = 1;
export const FLASH_MS_MAX = 5_000;

/** @returns the message, or why it is malformed (a sentence for the close reason) */
export function parseMessage(text: string, card: CardKind): FarEndMessage | string {
  if (text.length > MESSAGE_CHARACTERS_MAX) return "message too long";
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return "not JSON";
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) return "not an object";
  const entries = Object.entries(value);
  const [entry] = entries;
  if (entries.length !== 1 || entry === undefined) return "not exactly one key";
  return parseEntry(entry[0], entry[1], card);
}

function parseEntry(key: string, value: unknown, card: CardKind): FarEndMessage | string {
  switch (`${card} ${key}`) {
    case "fxs hook":
      return value === "on" || value === "off" ? { hook: value } : "hook is on or off";
    case "fxs flash":
      if (typeof value !== "number" || !Number.isInteger(value)) return "flash is whole ms";
      if (value < FLASH_MS_MIN || value > FLASH_MS_MAX) {
        return `flash is ${FLASH_MS_MIN} to ${FLASH_MS_MAX} ms`;
      }
      return { flash: value };
    case "fxo ring":
      return typeof value === "boolean" ? { ring: value } : "ring is true or false";
    case "fxo battery":
      return typeof value === "boolean" ? { battery: value } : "battery is true or false";
    case "fxo polarity":
      if (value !== "normal" && value !== "reversed") return "polarity is normal or reversed";
      return { polarity: value };
    default:
      return `unknown key on an ${card} line`;
  }
}
