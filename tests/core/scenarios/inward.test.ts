// Calls from outside: to a group's telephones, to one telephone, and to the greeting.
import { scenario } from "../../support/scenario.ts";

const caller = "02088888888";
const toGroup = { trunks: { line1: { group: "800" } } };

scenario(
  "P2 a caller to the group: all ring with the number shown, the first to answer has the call",
  { golden: "group-first-answer-wins", stations: 3, office: toGroup },
  ({ station, exchange, clock, expect }) => {
    const [a, b, c, line] = [station(801), station(802), station(803), exchange("line1")];
    line.rings(caller);
    clock.advance({ s: 3 });
    for (const phone of [a, b, c]) expect(phone).rings(caller);
    expect(line).isReleased();
    b.offHook();
    expect(a).isQuiet();
    expect(c).isQuiet();
    expect(line).isSeized();
    expect(b).talksTo(line);
    clock.advance({ s: 10 });
    b.onHook();
    expect(line).isReleased();
    expect.cdr({
      direction: "inbound",
      callerNumber: caller,
      calledNumber: "800",
      group: "800",
      trunk: "line1",
      extension: "802",
      disposition: "answered",
      answerBasis: "station",
      releasedBy: "called",
    });
  },
);

scenario(
  "B15 P2 nobody in the group answers: a missed call",
  { golden: "group-no-answer", stations: 3, office: { ...toGroup, settings: { ringSeconds: 15 } } },
  ({ station, exchange, clock, expect }) => {
    const [a, line] = [station(801), exchange("line1")];
    line.rings(caller);
    clock.advance({ s: 20 });
    expect(a).isQuiet();
    clock.advance({ s: 10 });
    line.far.hangsUp();
    clock.advance({ s: 15 });
    expect.cdr({ disposition: "noAnswer", cause: 19, callerNumber: caller, answeredAt: null });
    expect.cdrs(1);
  },
);

scenario(
  "the caller gives up: the phones stop when the ringing does not come back",
  { golden: "group-caller-gives-up", stations: 3, office: toGroup },
  ({ station, exchange, clock, expect }) => {
    const [a, line] = [station(801), exchange("line1")];
    line.rings(caller);
    clock.advance({ s: 12 });
    expect(a).rings();
    line.far.hangsUp();
    clock.advance({ s: 9 });
    expect(a).isQuiet();
    expect.cdr({ disposition: "abandoned", callerNumber: caller, releasedBy: "caller" });
  },
);

scenario(
  "all phones of the group busy: the caller waits and is offered to the first free one",
  { golden: "group-all-busy", stations: 3, office: toGroup },
  ({ station, exchange, clock, expect }) => {
    const phones = [801, 802, 803].map(station);
    const line = exchange("line1");
    for (const phone of phones) phone.offHook();
    clock.advance({ s: 1 });
    line.rings(caller);
    clock.advance({ s: 8 });
    for (const phone of phones) expect(phone).isQuiet();
    station(802).onHook();
    clock.advance({ s: 1 });
    expect(station(802)).rings(caller);
    station(802).offHook();
    expect(station(802)).talksTo(line);
  },
);

scenario(
  "caller ID before the first ring",
  {
    golden: "caller-id-before-ring",
    stations: 3,
    office: toGroup,
  },
  ({ station, exchange, clock, expect }) => {
    const line = exchange("line1", { callerIdWhen: "beforeRing" });
    line.rings(caller);
    clock.advance({ s: 1 });
    expect(station(801)).rings(caller);
  },
);

scenario(
  "caller ID that arrives damaged: the phones ring without a number",
  {
    office: toGroup,
  },
  ({ station, exchange, clock, expect }) => {
    const line = exchange("line1", { callerIdFails: true });
    line.rings(caller);
    clock.advance({ s: 7 });
    expect(station(801)).rings();
    line.far.hangsUp();
    clock.advance({ s: 15 });
    expect.cdr({ callerNumber: "", disposition: "abandoned" });
  },
);

scenario(
  "no caller ID at all: the call is offered after its waiting time",
  {
    office: { ...toGroup, settings: { callerIdWaitSeconds: 3 } },
  },
  ({ station, exchange, clock, expect }) => {
    const line = exchange("line1", { callerIdWhen: "never" });
    line.rings(null);
    clock.advance({ ms: 2_900 });
    expect(station(801)).isQuiet();
    clock.advance({ ms: 200 });
    expect(station(801)).rings();
  },
);

scenario(
  "G2 C4 the greeting: the caller dials an extension and is connected",
  { golden: "greeting-extension" },
  ({ station, exchange, clock, expect }) => {
    const [b, line] = [station(803), exchange("line2")];
    line.rings(caller);
    clock.advance({ s: 3 });
    expect(line).isSeized();
    expect(line).hears("clip greeting");
    line.dials("803");
    clock.advance({ ms: 100 });
    expect(line).hears("ringback");
    expect(b).rings(caller);
    clock.advance({ s: 4 });
    b.offHook();
    expect(b).talksTo(line);
    clock.advance({ s: 10 });
    line.far.hangsUp("busyTone");
    clock.advance({ s: 4 });
    expect(line).isReleased();
    expect(b).hears("busy");
    expect.cdr({
      direction: "inbound",
      callerNumber: caller,
      calledNumber: "803",
      trunk: "line2",
      extension: "803",
      disposition: "answered",
      releasedBy: "busyTone",
    });
  },
);

scenario(
  "C4 G2 0 reaches the operator",
  { golden: "greeting-operator" },
  ({ station, exchange, clock, expect }) => {
    const [operator, line] = [station(801), exchange("line1")];
    line.rings(caller);
    clock.advance({ s: 3 });
    line.dials("0");
    clock.advance({ ms: 100 });
    expect(operator).rings(caller);
    operator.offHook();
    expect(operator).talksTo(line);
  },
);

scenario(
  "C4 a wrong number is refused and the greeting comes again",
  { golden: "greeting-invalid" },
  ({ station, exchange, clock, expect }) => {
    const line = exchange("line1");
    line.rings(caller);
    clock.advance({ s: 3 });
    line.dials("77");
    clock.advance({ ms: 100 });
    expect(line).hears("clip invalid greeting");
    clock.advance({ s: 4 });
    line.dials("802");
    clock.advance({ ms: 100 });
    expect(station(802)).rings(caller);
  },
);

scenario("C4 a greeting's caller can't get an outside line", {}, ({ exchange, clock, expect }) => {
  const [line, other] = [exchange("line1"), exchange("line2")];
  line.rings(caller);
  clock.advance({ s: 3 });
  line.dials("913800138000");
  clock.advance({ s: 8 });
  expect(other).isReleased();
  expect(exchange("line3")).isReleased();
});

scenario(
  "C4 the extension is busy: the caller hears so and may dial another",
  { golden: "greeting-busy" },
  ({ station, exchange, clock, expect }) => {
    const line = exchange("line1");
    station(802).offHook();
    line.rings(caller);
    clock.advance({ s: 3 });
    line.dials("802");
    clock.advance({ ms: 100 });
    expect(line).hears("clip busy greeting");
    clock.advance({ s: 4 });
    line.dials("803");
    clock.advance({ ms: 100 });
    expect(station(803)).rings(caller);
  },
);

scenario(
  "C4 B15 the extension does not answer: the caller may dial another",
  { golden: "greeting-no-answer", office: { settings: { ringSeconds: 10 } } },
  ({ station, exchange, clock, expect }) => {
    const line = exchange("line1");
    line.rings(caller);
    clock.advance({ s: 3 });
    line.dials("802");
    clock.advance({ s: 11 });
    expect(station(802)).isQuiet();
    expect(line).hears("clip noAnswer greeting");
    line.far.hangsUp();
    clock.advance({ s: 4 });
    expect(line).isReleased();
    expect.cdr({ direction: "inbound", callerNumber: caller, extension: "802" });
  },
);

scenario(
  "C4 nobody dials: the greeting is repeated, then the operator rings",
  { golden: "greeting-nobody-dials", office: { settings: { greetingRounds: 2 } } },
  ({ station, exchange, clock, expect }) => {
    const line = exchange("line1");
    line.rings(caller);
    clock.advance({ s: 3 });
    line.far.says();
    clock.advance({ s: 16 });
    expect(station(801)).rings(caller);
    expect(line).hears("ringback");
  },
);

scenario(
  "C4 nobody dials and there is no operator: the caller is released",
  {
    office: { settings: { greetingRounds: 1, operatorExtension: null } },
  },
  ({ exchange, clock, expect }) => {
    const line = exchange("line1");
    line.rings(caller);
    clock.advance({ s: 3 });
    expect(line).isSeized();
    clock.advance({ s: 15 });
    expect(line).isReleased();
    expect.cdr({ direction: "inbound", cause: 19 });
  },
);

scenario("the caller hangs up during the greeting", {}, ({ exchange, clock, expect }) => {
  const line = exchange("line1");
  line.rings(caller);
  clock.advance({ s: 3 });
  line.far.hangsUp("busyTone");
  clock.advance({ s: 4 });
  expect(line).isReleased();
  expect.cdr({ releasedBy: "busyTone", callerNumber: caller });
});

scenario(
  "the caller gives up after a single ring",
  { stations: 3, office: toGroup },
  ({ station, exchange, clock, expect }) => {
    const line = exchange("line1");
    line.rings(caller);
    clock.advance({ s: 3 });
    expect(station(801)).rings(caller);
    line.far.hangsUp();
    clock.advance({ s: 8 });
    expect(station(801)).isQuiet();
    expect.cdr({ disposition: "abandoned", callerNumber: caller });
  },
);
