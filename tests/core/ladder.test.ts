import { expect, test } from "bun:test";
import { ladderOf, printLadder } from "../../src/core/ladder.ts";
import { Desk } from "./desk.ts";

test("a call inside as a ladder: order can be read, nothing of ids or started timers", () => {
  const desk = new Desk();
  desk.lift(1);
  desk.now += 900;
  desk.dial(1, "802");
  desk.pass(3);
  desk.lift(2);
  desk.pass(10);
  desk.hang(2);
  desk.pass(30);
  desk.hang(1);
  const label = (port: string) => (port === "fxs/1" ? "801" : null);
  expect(printLadder(desk.turns, { label })).toBe(
    `
time    801 fxs/1         fxs/2             call
0.000   > off-hook        .                 [initiated]
        < dial tone       .                 serviceInitiated fxs/1
1.000   > 8               .                 [collecting]
        < tone off        .
1.100   > 0               .
1.200   > 2               .                 [delivered]
        .                 < ring, from 801
        < ringback tone   .                 originated fxs/1
        .                 .                 delivered fxs/2
4.200   .                 > off-hook        [established]
        .                 < ring off
        < tone off        .
        < join            .
        < record          < join            established fxs/2
14.200  .                 > on-hook         [failed]
        .                 < leave
        < stop recording  .
        < leave           .
        < busy tone       .                 record: answered (station) by called
        .                 .                   16 normalClearing, rang 3 s, talked 10 s
        .                 .                 connectionCleared fxs/2 16 normalClearing
        .                 .                 failed fxs/1 16 normalClearing
44.200  ~ busyTone        .
        < howler tone     .
        > on-hook         .
        < tone off        .                 connectionCleared fxs/1 16 normalClearing
        .                 .                 callCleared 16 normalClearing
`.trimStart(),
  );
});

test("digits that lead to nothing else share a line", () => {
  const desk = new Desk();
  desk.lift(1);
  desk.dial(1, "95551234#");
  expect(printLadder(desk.turns)).toContain("> 5551234 ");
});

test("a ladder of one call has its ports and events alone", () => {
  const desk = new Desk();
  desk.lift(1);
  desk.lift(3);
  desk.dial(1, "802");
  desk.dial(3, "804");
  expect(ladderOf(desk.turns, { call: 2 }).lanes).toEqual(["fxs/3", "fxs/4"]);
  expect(printLadder(desk.turns, { call: 2 })).not.toContain("fxs/1");
  expect(printLadder([])).toBe("");
});
