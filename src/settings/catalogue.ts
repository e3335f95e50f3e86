// The settings as a list, for forms, help and the API's documentation: derived from the schema.
import { z } from "zod";
import { settingsSchema } from "./model.ts";

export interface SettingEntry {
  readonly name: keyof typeof settingsSchema.shape;
  readonly kind: "number" | "switch" | "choice" | "text";
  readonly unit: "s" | "ms" | null;
  readonly least: number | null;
  readonly most: number | null;
  readonly choices: readonly string[];
  readonly default: unknown;
  /** Keys of the message catalogue: the name and one line of help. */
  readonly label: string;
  readonly help: string;
}

/** Every setting, in the order of the schema. */
export const settingsCatalogue: readonly SettingEntry[] = Object.entries(settingsSchema.shape).map(
  ([name, field]) => {
    const bare: unknown = field.unwrap();
    const meta = field.meta() ?? {};
    return {
      name: name as SettingEntry["name"],
      kind: kindOf(bare),
      unit: meta.unit === "s" || meta.unit === "ms" ? meta.unit : null,
      least: bare instanceof z.ZodNumber ? bare.minValue : null,
      most: bare instanceof z.ZodNumber ? bare.maxValue : null,
      choices: bare instanceof z.ZodEnum ? bare.options.map(String) : [],
      default: field.def.defaultValue,
      label: String(meta.label),
      help: String(meta.help),
    };
  },
);

function kindOf(field: unknown): SettingEntry["kind"] {
  if (field instanceof z.ZodNumber) return "number";
  if (field instanceof z.ZodBoolean) return "switch";
  return field instanceof z.ZodEnum ? "choice" : "text";
}
