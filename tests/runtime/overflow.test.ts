// A card that lost events says so; the runtime then reads the ports back, so that no telephone and
// no line stays what it is not.
import { expect, test } from "bun:test";
import type { LineEvent } from "../../src/core/line.ts";
import { createWorld } from "../../src/core/switchboard.ts";
import type { CallLog } from "../../src/ports/store.ts";
import { Runtime } from "../../src/runtime/runtime.ts";
import { SimulatedCard } from "../support/card.ts";
import { VirtualClock } from "../support/clock.ts";
import { Exchange } from "../support/exchange.ts";
import { demoOffice } from "../support/offices.ts";
import { Telephone } from "../support/telephone.ts";

const noLog: CallLog = {
  append() {},
  flush: () => Promise.resolve(),
  backlog: () => 0,
  onTrouble() {},
  close: () => Promise.resolve(),
};

test("lost hook changes and a lost battery are found out after an overflow", () => {
  const office = demoOffice(2, 1);
  const clock = new VirtualClock();
  let listener: (events: readonly LineEvent[]) => void = () => {};
  let deaf = false;
  const names = [...office.extensions, ...office.trunks].map(({ port }) => port);
  const card = new SimulatedCard(names, clock, (event) => {
    if (!deaf) listener([event]);
  });
  const runtime = new Runtime({
    card: {
      perform: (command) => card.perform(command),
      readBack: () => card.readBack(),
      configure() {},
      close() {},
      onEvents: (next) => {
        listener = next;
      },
    },
    clock,
    callLog: noLog,
    log: { write() {} },
    world: createWorld(office, 1),
    onBug: (error) => {
      throw error;
    },
  });
  const stateOf = (port: string) => runtime.snapshot().ports.find((p) => p.port === port)?.state;
  runtime.start();
  const [a, b] = [new Telephone(card, "fxs/1"), new Telephone(card, "fxs/2")];
  const exchange = new Exchange(card, clock, "fxo/1");
  a.lift();
  expect(stateOf("fxs/1")).toBe("offHook");

  deaf = true;
  a.hangUp();
  b.lift();
  exchange.unplugs();
  expect([stateOf("fxs/1"), stateOf("fxs/2"), stateOf("fxo/1")]).toEqual([
    "offHook",
    "idle",
    "idle",
  ]);

  deaf = false;
  listener([{ at: clock.now(), port: "fxs/1", kind: "overflow", lost: 3 }]);
  expect([stateOf("fxs/1"), stateOf("fxs/2"), stateOf("fxo/1")]).toEqual([
    "idle",
    "offHook",
    "unplugged",
  ]);
  expect(b.hears).toBe("dial");
});
