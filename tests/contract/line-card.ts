// The contract of a line card, run on every implementation: what it reports and what it does, at
// the line. Each test has ports of its own, so that all run at the same time.
import { afterAll, beforeAll, describe } from "bun:test";
import { bridgeContract } from "./bridges.ts";
import { exchangeContract } from "./exchange-lines.ts";
import { mediaContract } from "./media.ts";
import { EventLog, type Rig, settings } from "./rig.ts";
import { telephoneContract } from "./telephones.ts";

export interface Context {
  readonly rig: Rig;
  readonly events: EventLog;
}

export function lineCardContract(name: string, open: () => Promise<Rig>): void {
  describe(`line card: ${name}`, () => {
    let context: Context | null = null;
    const get = () => {
      if (context === null) throw new Error("the card is not open");
      return context;
    };
    beforeAll(async () => {
      const rig = await open();
      context = { rig, events: new EventLog(rig.card) };
      rig.card.configure(settings);
      const ports = Array.from({ length: 40 }, (_, at) => at + 1);
      rig.card.setPorts([
        ...ports.map((n) => `fxs/${n}` as const),
        ...ports.map((n) => `fxo/${n}` as const),
      ]);
    });
    afterAll(() => context?.rig.close());
    telephoneContract(get);
    exchangeContract(get);
    bridgeContract(get);
    mediaContract(get);
  });
}
