// Offices for tests: the demo office of the contract, and how to vary it.
import type { Extension, Office, OfficeSettings, Trunk } from "../../src/core/office.ts";

export const demoSettings: OfficeSettings = {
  country: "cn",
  accessPrefix: "9",
  operatorExtension: "801",
  ringSeconds: 30,
  firstDigitSeconds: 15,
  interDigitSeconds: 5,
  busyToneSeconds: 40,
  howlerSeconds: 60,
  silenceReleaseSeconds: 60,
  dialToneWaitSeconds: 4,
  callerIdWaitSeconds: 4,
  greetingRounds: 3,
  recordCalls: true,
};

/** `stations` telephones 801…, all in group 800; `trunks` lines on the greeting. */
export function demoOffice(stations = 8, trunks = 4): Office {
  return {
    settings: demoSettings,
    extensions: numbers(stations).map((n) => ({
      number: String(800 + n),
      name: `Desk ${n}`,
      port: `fxs/${n}`,
      directTrunk: null,
      groups: ["800"],
    })),
    trunks: numbers(trunks).map((n) => ({
      id: `line${n}`,
      name: `Line ${n}`,
      port: `fxo/${n}`,
      directExtension: null,
      group: null,
      linePrefix: "",
    })),
    groups: [{ number: "800", name: "All desks" }],
  };
}

export interface OfficeChange {
  readonly settings?: Partial<OfficeSettings>;
  readonly trunks?: Readonly<Record<string, Partial<Trunk>>>;
  readonly extensions?: Readonly<Record<string, Partial<Extension>>>;
}

/** A new office that differs from `office` in what `change` names. */
export function changeOffice(office: Office, change: OfficeChange): Office {
  return {
    settings: { ...office.settings, ...change.settings },
    extensions: office.extensions.map((e) => ({ ...e, ...change.extensions?.[e.number] })),
    trunks: office.trunks.map((t) => ({ ...t, ...change.trunks?.[t.id] })),
    groups: office.groups,
  };
}

/** A4/B6: extension and trunk wired to each other. */
export function directLine(extension: string, trunk: string): OfficeChange {
  return {
    extensions: { [extension]: { directTrunk: trunk } },
    trunks: { [trunk]: { directExtension: extension } },
  };
}

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}
