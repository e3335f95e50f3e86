// The whole configuration as one schema: database, API, page, console and site file all use it.
// Rules that need more than one field are in cross-checks.ts. Pure; imports core types alone.
import { z } from "zod";
import type { PortName } from "../core/line.ts";
import type { Office } from "../core/office.ts";
import {
  accessPrefix,
  countries,
  dialNumber,
  identifier,
  languages,
  linePrefix,
  passwordHash,
  plainName,
  program,
  stationPort,
  trunkPort,
  userName,
  wholeMs,
  wholeSeconds,
} from "./fields.ts";

/** Bounds of one office. Ports: twice the largest box we design for (48 analog + 64 SIP). */
export const portsPerCardMost = 512;
const extensionsMost = 512;
const trunksMost = 512;
const groupsMost = 256;
const usersMost = 500;
const cardsMost = 16;

/** One setting's meta: unit as shown beside the field, help = key in the message catalogue. */
const setting = (unit: "s" | "ms" | null, name: string) => ({
  unit,
  label: `setting.${name}`,
  help: `setting.${name}.help`,
});

export const settingsSchema = z.strictObject({
  country: z.enum(countries).default("cn").meta(setting(null, "country")),
  /** A12 */
  accessPrefix: accessPrefix.default("9").meta(setting(null, "accessPrefix")),
  operatorExtension: dialNumber.nullable().default(null).meta(setting(null, "operatorExtension")),
  /** B15 */
  ringSeconds: wholeSeconds(5, 300).default(30).meta(setting("s", "ringSeconds")),
  // Chinese exchanges wait 10 to 20 s for the first digit.
  firstDigitSeconds: wholeSeconds(3, 60).default(15).meta(setting("s", "firstDigitSeconds")),
  interDigitSeconds: wholeSeconds(1, 30).default(5).meta(setting("s", "interDigitSeconds")),
  // Busy and howler: 40 to 60 s each on Chinese exchanges.
  busyToneSeconds: wholeSeconds(5, 300).default(40).meta(setting("s", "busyToneSeconds")),
  howlerSeconds: wholeSeconds(5, 600).default(60).meta(setting("s", "howlerSeconds")),
  /** 0 = never */
  silenceReleaseSeconds: wholeSeconds(0, 7200)
    .default(180)
    .meta(setting("s", "silenceReleaseSeconds")),
  dialToneWaitSeconds: wholeSeconds(1, 30).default(5).meta(setting("s", "dialToneWaitSeconds")),
  // Reaches from the first ring to the second (5 s in China, 6 s in the US).
  callerIdWaitSeconds: wholeSeconds(0, 12).default(5).meta(setting("s", "callerIdWaitSeconds")),
  greetingRounds: z.int().min(1).max(10).default(3).meta(setting(null, "greetingRounds")),
  recordCalls: z.boolean().default(true).meta(setting(null, "recordCalls")),
  // R keys of Chinese telephones give 100, 300 or 600 ms; a dialled pulse breaks for 60 ms.
  flashMinMs: wholeMs(40, 500).default(80).meta(setting("ms", "flashMinMs")),
  flashMaxMs: wholeMs(150, 1500).default(700).meta(setting("ms", "flashMaxMs")),
  echoCancel: z.boolean().default(true).meta(setting(null, "echoCancel")),
  /** Speech program, called with espeak-ng's arguments. */
  speechCommand: program.default("espeak-ng").meta(setting(null, "speechCommand")),
});

export const officeSchema = z.strictObject({
  name: plainName.default(""),
  language: z.enum(languages).default("zh-CN"),
});

/** Ports are numbered through all cards in their order: the second card's follow the first's. */
export const cardSchema = z.strictObject({
  id: identifier,
  kind: z.enum(["virtual"]),
  fxo: z.int().min(0).max(portsPerCardMost),
  fxs: z.int().min(0).max(portsPerCardMost),
});

export const trunkSchema = z.strictObject({
  id: identifier,
  name: plainName.default(""),
  port: trunkPort,
  /** A4, the other side of an extension's `directTrunk`: giving one of the two is enough. */
  directExtension: dialNumber.nullable().default(null),
  group: dialNumber.nullable().default(null),
  /** A11 */
  linePrefix: linePrefix.default(""),
});

export const extensionSchema = z.strictObject({
  number: dialNumber,
  name: plainName.default(""),
  port: stationPort,
  /** B6 */
  directTrunk: identifier.nullable().default(null),
  /** B7 */
  groups: z.array(dialNumber).max(groupsMost).default([]),
});

export const groupSchema = z.strictObject({ number: dialNumber, name: plainName.default("") });

export const userSchema = z.strictObject({
  name: userName,
  role: z.enum(["owner", "staff"]),
  passwordHash,
  /** The extension whose browser phone this user may open. */
  extension: dialNumber.nullable().default(null),
});

/** Shape alone. `parseSite` (parse-site.ts) adds the rules between objects; use that. */
export const siteSchema = z.strictObject({
  $schema: z.string().max(200).optional(),
  version: z.literal(1),
  office: officeSchema.prefault({}),
  settings: settingsSchema.prefault({}),
  cards: z.array(cardSchema).max(cardsMost).default([]),
  trunks: z.array(trunkSchema).max(trunksMost).default([]),
  extensions: z.array(extensionSchema).max(extensionsMost).default([]),
  groups: z.array(groupSchema).max(groupsMost).default([]),
  users: z.array(userSchema).max(usersMost).default([]),
});

type Frozen<T> = T extends readonly (infer Item)[]
  ? readonly Frozen<Item>[]
  : T extends object
    ? { readonly [K in keyof T]: Frozen<T[K]> }
    : T;

/** A whole, checked configuration. Deeply frozen; lists are in the office's order (see below). */
export type Site = Omit<Frozen<z.output<typeof siteSchema>>, "$schema">;
/** What may stand in a site file: everything with a default may be left out. */
export type SiteInput = z.input<typeof siteSchema>;
export type SiteSettings = Site["settings"];
export type SiteCard = Site["cards"][number];
export type SiteTrunk = Site["trunks"][number];
export type SiteExtension = Site["extensions"][number];
export type SiteGroup = Site["groups"][number];
export type SiteUser = Site["users"][number];

/** The number behind the slash. */
export const portIndex = (port: string): number => Number(port.slice(port.indexOf("/") + 1));

/** The part that call control reads. Extensions and trunks stand in order of their ports. */
export function officeOf(site: Site): Office {
  const s = site.settings;
  return {
    settings: {
      country: s.country,
      accessPrefix: s.accessPrefix,
      operatorExtension: s.operatorExtension,
      ringSeconds: s.ringSeconds,
      firstDigitSeconds: s.firstDigitSeconds,
      interDigitSeconds: s.interDigitSeconds,
      busyToneSeconds: s.busyToneSeconds,
      howlerSeconds: s.howlerSeconds,
      silenceReleaseSeconds: s.silenceReleaseSeconds,
      dialToneWaitSeconds: s.dialToneWaitSeconds,
      callerIdWaitSeconds: s.callerIdWaitSeconds,
      greetingRounds: s.greetingRounds,
      recordCalls: s.recordCalls,
    },
    extensions: site.extensions,
    trunks: site.trunks,
    groups: site.groups,
  };
}

/** The same object schema with every field optional and without defaults: bodies of PATCH. */
export function patchOf<Shape extends z.ZodRawShape>(schema: z.ZodObject<Shape>) {
  const fields = Object.entries(schema.shape).map(([name, field]) => {
    const bare = field instanceof z.ZodDefault ? field.unwrap() : field;
    return [name, z.optional(bare)] as const;
  });
  return z.strictObject(Object.fromEntries(fields)) as unknown as z.ZodType<
    Partial<z.output<z.ZodObject<Shape>>>,
    Partial<z.input<z.ZodObject<Shape>>>
  >;
}

/** Every port of the office's cards, FXO first, each kind from 1 upwards through all cards. */
export function portsOf(site: Site): PortName[] {
  const count = (kind: "fxo" | "fxs") => site.cards.reduce((sum, card) => sum + card[kind], 0);
  const names = (kind: "fxo" | "fxs") =>
    Array.from({ length: count(kind) }, (_, at): PortName => `${kind}/${at + 1}`);
  return [...names("fxo"), ...names("fxs")];
}
