// The world around the box as a seed draws it: ports, people, exchanges, faults.
import type { Office, OfficeSettings } from "../../src/core/office.ts";
import type { ClearSign, ExchangeManners, Subscriber } from "../support/exchange.ts";
import { changeOffice, demoOffice, demoSettings, directLine } from "../support/offices.ts";
import type { Random } from "../support/random.ts";

export interface Environment {
  readonly office: Office;
  /** Line events take up to this long from the card to call control. */
  readonly latencyMs: number;
  /** Share of line events that get lost, come twice, or come after their successors. */
  readonly lost: number;
  readonly doubled: number;
  readonly late: number;
  /** Share of stopped timers whose expiry was already on its way. */
  readonly lateExpiries: number;
  /** Share of hook changes that bounce, of people who press wrong keys or stop half-way. */
  readonly clumsiness: number;
  readonly answers: number;
  /** Mean times, ms. */
  readonly idleMs: number;
  readonly talkMs: number;
  readonly patienceMs: number;
  /** Mean time between such events on the whole box; 0 = never. */
  readonly unplugEveryMs: number;
  readonly configEveryMs: number;
  readonly commandEveryMs: number;
  readonly restartEveryMs: number;
  /** A row is safe this long after it was written; now and then the disk is full for a while. */
  readonly storeDelayMs: number;
  readonly diskFullEveryMs: number;
}

const minuteMs = 60_000;

export function drawEnvironment(random: Random): Environment {
  const talkMs = random.pick([2_000, 15_000, 90_000]);
  const calm = random.chance(0.3);
  const rate = (most: number): number => (calm || random.chance(0.4) ? 0 : random.next() * most);
  const every = (minutes: number): number =>
    calm || random.chance(0.3) ? 0 : random.int(1, minutes) * minuteMs;
  return {
    office: drawOffice(random),
    latencyMs: random.pick([0, 5, 20, 60]),
    lost: rate(0.01),
    doubled: rate(0.02),
    late: rate(0.01),
    lateExpiries: rate(0.1),
    clumsiness: rate(0.25),
    answers: 0.3 + 0.7 * random.next(),
    idleMs: talkMs * random.pick([0.3, 2, 8]),
    talkMs,
    patienceMs: random.pick([3_000, 12_000, 40_000]),
    unplugEveryMs: every(20),
    configEveryMs: every(5),
    commandEveryMs: every(3),
    restartEveryMs: every(30),
    storeDelayMs: random.pick([1, 20, 50]),
    diskFullEveryMs: every(30),
  };
}

function drawOffice(random: Random): Office {
  const stations = random.int(2, 8);
  const trunks = random.int(1, 4);
  let office = changeOffice(demoOffice(stations, trunks), { settings: drawSettings(random) });
  for (const trunk of office.trunks) {
    const fate = random.weighted({ greeting: 5, group: 3, direct: 2, prefix: 1 });
    const extension = random.pick(office.extensions);
    const isFree = extension.directTrunk === null;
    if (fate === "direct" && isFree) {
      office = changeOffice(office, directLine(extension.number, trunk.id));
    } else if (fate === "group") {
      office = changeOffice(office, { trunks: { [trunk.id]: { group: "800" } } });
    } else if (fate === "prefix") {
      office = changeOffice(office, { trunks: { [trunk.id]: { linePrefix: "17909" } } });
    }
  }
  return office;
}

function drawSettings(random: Random): OfficeSettings {
  return {
    ...demoSettings,
    accessPrefix: random.pick(["9", "9", "0", "99"]),
    operatorExtension: random.pick(["801", "802", "899", null]),
    ringSeconds: random.pick([5, 15, 30, 60]),
    firstDigitSeconds: random.pick([5, 15]),
    interDigitSeconds: random.pick([2, 5]),
    busyToneSeconds: random.pick([5, 40]),
    howlerSeconds: random.pick([5, 60]),
    silenceReleaseSeconds: random.pick([0, 20, 60]),
    dialToneWaitSeconds: random.pick([1, 4]),
    callerIdWaitSeconds: random.pick([0.5, 4]),
    greetingRounds: random.pick([1, 3]),
    recordCalls: random.chance(0.6),
  };
}

/** A live change somebody makes on the page while calls are up. */
export function drawChange(random: Random, office: Office): Office {
  const extension = random.pick(office.extensions);
  const trunk = random.pick(office.trunks);
  switch (random.weighted({ settings: 3, trunk: 3, regroup: 2, direct: 1, rename: 1 })) {
    case "settings":
      return changeOffice(office, { settings: drawSettings(random) });
    case "trunk": {
      const group = random.chance(0.5) ? "800" : null;
      return changeOffice(office, { trunks: { [trunk.id]: { directExtension: null, group } } });
    }
    case "regroup": {
      const groups = extension.groups.length > 0 ? [] : ["800"];
      return changeOffice(office, { extensions: { [extension.number]: { groups } } });
    }
    case "direct": {
      const directTrunk = extension.directTrunk === null ? trunk.id : null;
      const directExtension = directTrunk === null ? null : extension.number;
      return changeOffice(office, {
        extensions: { [extension.number]: { directTrunk } },
        trunks: { [trunk.id]: { directExtension } },
      });
    }
    case "rename": {
      const number = String(random.int(801, 819));
      if (office.extensions.some((e) => e.number === number)) return office;
      return changeOffice(office, { extensions: { [extension.number]: { number } } });
    }
    default:
      return office;
  }
}

/** How the exchange behind a trunk treats the next call. */
export function drawManners(random: Random): ExchangeManners {
  const reverses = random.chance(0.3);
  const clears: ClearSign = random.weighted({
    busyTone: 6,
    congestionTone: 2,
    dialTone: 1,
    reversal: reverses ? 6 : 0,
    openInterval: 2,
    silence: 1,
  });
  return {
    dialToneMs: random.chance(0.95) ? random.int(50, 1_500) : null,
    reverses,
    clears,
    callerIdWhen: random.pick(["beforeRing", "afterFirstRing", "afterFirstRing", "never"]),
    callerIdFails: random.chance(0.1),
    subscriber: () => drawSubscriber(random),
    lastDigitWaitMs: random.int(200, 4_000),
  };
}

function drawSubscriber(random: Random): Subscriber {
  const fate = random.weighted({
    answers: 8,
    answersSilently: 2,
    rings: 1,
    busy: 2,
    congestion: 1,
    sit: 1,
    nothing: 1,
  });
  if (fate === "answers") return { kind: fate, ringMs: random.wait(8_000) };
  if (fate === "answersSilently") return { kind: fate, afterMs: random.wait(3_000) };
  if (fate === "rings" || fate === "nothing") return { kind: fate };
  return { kind: "tone", tone: fate };
}

/** One line that says which world a seed made. */
export function printEnvironment(environment: Environment): string {
  const { office, ...rest } = environment;
  const { country: _, ...settings } = office.settings;
  const trunks = office.trunks.map(
    (t) => `${t.id}:${t.directExtension ?? t.group ?? "greeting"}${t.linePrefix}`,
  );
  return JSON.stringify({ stations: office.extensions.length, trunks, ...rest, ...settings })
    .replaceAll('"', "")
    .replaceAll(/(\.\d{3})\d+/g, "$1");
}
