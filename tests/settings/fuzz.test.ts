import { expect, test } from "bun:test";
import fc from "fast-check";
import { differences, reverse } from "../../src/settings/differences.ts";
import { SettingsError } from "../../src/settings/issues.ts";
import type { Site } from "../../src/settings/model.ts";
import { parseSite } from "../../src/settings/parse-site.ts";
import { readSiteFile, writeSiteFile } from "../../src/settings/site-file.ts";

const name = fc.string({ maxLength: 20, unit: "grapheme" });

/** Sound configurations: distinct ports and numbers by construction. */
const soundSite = fc
  .record({
    phones: fc.uniqueArray(fc.integer({ min: 1, max: 20 }), { maxLength: 12 }),
    lines: fc.uniqueArray(fc.integer({ min: 1, max: 8 }), { maxLength: 6 }),
    groups: fc.uniqueArray(fc.integer({ min: 500, max: 520 }), { maxLength: 5 }),
    names: fc.array(name, { minLength: 1, maxLength: 5 }),
    pick: fc.infiniteStream(fc.nat()),
    ringSeconds: fc.integer({ min: 5, max: 300 }),
    recordCalls: fc.boolean(),
  })
  .map(({ phones, lines, groups, names, pick, ringSeconds, recordCalls }) => {
    const next = () => Number(pick.next().value);
    const nameOf = () => names[next() % names.length] ?? "";
    const wired = phones.slice(0, next() % (Math.min(phones.length, lines.length) + 1));
    const sides = wired.map(() => next() % 3);
    return {
      version: 1 as const,
      office: { name: nameOf() },
      settings: { ringSeconds, recordCalls },
      cards: [{ id: "virtual", kind: "virtual" as const, fxo: 8, fxs: 20 }],
      trunks: lines.map((line, at) => ({
        id: `line${line}`,
        name: nameOf(),
        port: `fxo/${line}`,
        directExtension:
          sides[at] !== undefined && sides[at] !== 1 ? `${800 + (wired[at] ?? 0)}` : null,
        group: groups.length > 0 && next() % 2 === 0 ? `${groups[next() % groups.length]}` : null,
      })),
      extensions: phones.map((phone, at) => ({
        number: `${800 + phone}`,
        name: nameOf(),
        port: `fxs/${phone}`,
        directTrunk: sides[at] !== undefined && sides[at] !== 0 ? `line${lines[at]}` : null,
        groups: groups.filter(() => next() % 2 === 0).map(String),
      })),
      groups: groups.map((number) => ({ number: `${number}`, name: nameOf() })),
    };
  });

function siteOf(raw: unknown): Site | null {
  const parsed = parseSite(raw);
  return parsed.ok ? parsed.site : null;
}

test("export and import give the same configuration", () => {
  let sound = 0;
  fc.assert(
    fc.property(soundSite, (raw) => {
      const site = siteOf(raw);
      if (site === null) return;
      sound++;
      expect(readSiteFile(writeSiteFile(site))).toEqual(site);
    }),
    { numRuns: 300 },
  );
  // Names with control characters are refused; nearly everything else must have been sound.
  expect(sound).toBeGreaterThan(200);
});

test("both ends of a direct line always agree", () => {
  fc.assert(
    fc.property(soundSite, (raw) => {
      const site = siteOf(raw);
      if (site === null) return;
      for (const trunk of site.trunks) {
        const phone = site.extensions.find((one) => one.directTrunk === trunk.id);
        expect(phone?.number ?? null).toBe(trunk.directExtension);
      }
    }),
    { numRuns: 200 },
  );
});

test("any change can be turned round", () => {
  fc.assert(
    fc.property(soundSite, soundSite, (a, b) => {
      const [before, after] = [siteOf(a), siteOf(b)];
      if (before === null || after === null) return;
      const reversed = reverse(after, differences(before, after));
      if ("changedSince" in reversed) throw new Error(reversed.changedSince);
      expect(siteOf(reversed.draft)).toEqual(before);
    }),
    { numRuns: 200 },
  );
});

test("no text whatever brings the reader down", () => {
  const anything = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.json(),
    soundSite.chain((site) => mutated(JSON.stringify(site))),
  );
  fc.assert(
    fc.property(anything, (text) => {
      try {
        readSiteFile(text);
      } catch (error) {
        expect(error).toBeInstanceOf(SettingsError);
      }
    }),
    { numRuns: 400 },
  );
});

test("any value in any place is refused with a path, or accepted and kept", () => {
  fc.assert(
    fc.property(soundSite, fc.jsonValue(), fc.nat(), (raw, value, at) => {
      const places: [object, string][] = [];
      const walk = (part: object): void => {
        for (const [key, inner] of Object.entries(part)) {
          places.push([part, key]);
          if (typeof inner === "object" && inner !== null) walk(inner);
        }
      };
      const copy = structuredClone(raw);
      walk(copy);
      const [part, key] = places[at % places.length] ?? [copy, "version"];
      Object.assign(part, { [key]: value });
      const parsed = parseSite(copy);
      // Through JSON on both sides: it has no -0.
      const plain = (site: Site | null): unknown => JSON.parse(JSON.stringify(site));
      if (parsed.ok) {
        expect(plain(siteOf(JSON.parse(writeSiteFile(parsed.site))))).toEqual(plain(parsed.site));
      } else for (const found of parsed.issues) expect(found.message.length).toBeLessThan(200);
    }),
    { numRuns: 500 },
  );
});

/** A text with a few of its characters replaced, removed or doubled. */
function mutated(text: string): fc.Arbitrary<string> {
  const spot = fc.record({ at: fc.nat(text.length), put: fc.string({ maxLength: 3 }) });
  return fc
    .array(spot, { minLength: 1, maxLength: 4 })
    .map((spots) =>
      spots.reduce((now, { at, put }) => now.slice(0, at) + put + now.slice(at + 1), text),
    );
}
