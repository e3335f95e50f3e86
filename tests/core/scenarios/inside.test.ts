// Extension to extension, and everything that can keep two telephones of the office apart.
import { scenario } from "../../support/scenario.ts";

scenario(
  "801 calls 802: dial tone, ringback, answer, talk, hang up",
  { golden: "inside-answered" },
  ({ station, clock, expect }) => {
    const [a, b] = [station(801), station(802)];
    a.offHook();
    expect(a).hears("dial");
    a.dials("8");
    expect(a).hears("silence");
    a.dials("02");
    expect(a).hears("ringback");
    expect(b).rings("801");
    clock.advance({ s: 5 });
    b.offHook();
    expect(b).isQuiet();
    expect(a).talksTo(b);
    expect(a).isRecorded();
    clock.advance({ s: 20 });
    a.onHook();
    expect(b).hears("busy");
    b.onHook();
    expect.cdr({
      direction: "internal",
      callerNumber: "801",
      calledNumber: "802",
      disposition: "answered",
      answerBasis: "station",
      releasedBy: "caller",
      cause: 16,
      talkSeconds: 20,
    });
    expect.cdrs(1);
  },
);

scenario("the called party hangs up first", {}, ({ station, clock, expect }) => {
  const [a, b] = [station(801), station(802)];
  a.offHook();
  a.dials("802");
  clock.advance({ s: 2 });
  b.offHook();
  clock.advance({ s: 3 });
  b.onHook();
  expect(a).hears("busy");
  expect.cdr({ releasedBy: "called", cause: 16, disposition: "answered" });
});

scenario(
  "busy station gives busy tone and cause 17",
  { golden: "inside-busy" },
  ({ station, clock, expect }) => {
    const [a, b] = [station(801), station(802)];
    b.offHook();
    a.offHook();
    expect(a).hears("dial");
    a.dials("802");
    clock.advance({ s: 5 });
    expect(a).hears("busy");
    expect.cdr({ callerNumber: "801", calledNumber: "802", cause: 17, disposition: "busy" });
  },
);

scenario("calling oneself is busy", {}, ({ station, expect }) => {
  const a = station(801);
  a.offHook();
  a.dials("801");
  expect(a).hears("busy");
  expect.cdr({ cause: 17 });
});

scenario(
  "B15 P2 nobody answers: ringing ends after the ring time and a missed call stands",
  { golden: "inside-no-answer", office: { settings: { ringSeconds: 20 } } },
  ({ station, clock, expect }) => {
    const [a, b] = [station(801), station(802)];
    a.offHook();
    a.dials("802");
    clock.advance({ s: 19 });
    expect(b).rings("801");
    clock.advance({ s: 2 });
    expect(b).isQuiet();
    expect(a).hearsAnyOf("busy", "congestion");
    expect.cdr({
      calledNumber: "802",
      extension: "802",
      disposition: "noAnswer",
      cause: 19,
      releasedBy: "timer",
      ringSeconds: 20,
    });
  },
);

scenario(
  "the caller gives up while 802 rings",
  { golden: "inside-abandoned" },
  ({ station, clock, expect }) => {
    const [a, b] = [station(801), station(802)];
    a.offHook();
    a.dials("802");
    clock.advance({ s: 8 });
    a.onHook();
    expect(b).isQuiet();
    expect.cdr({ disposition: "abandoned", releasedBy: "caller", cause: 16 });
    b.offHook();
    expect(b).hears("dial");
  },
);

scenario(
  "a number that nobody has is unobtainable, cause 1",
  { golden: "inside-unknown-number" },
  ({ station, expect }) => {
    const a = station(801);
    a.offHook();
    a.dials("877");
    expect(a).hears("unobtainable");
    expect.cdr({ calledNumber: "87", disposition: "failed", cause: 1 });
  },
);

scenario(
  "no first digit: the dial tone ends",
  { golden: "first-digit-timeout" },
  ({ station, clock, expect }) => {
    const a = station(801);
    a.offHook();
    clock.advance({ s: 14 });
    expect(a).hears("dial");
    clock.advance({ s: 2 });
    expect(a).hearsAnyOf("busy", "congestion");
  },
);

scenario(
  "digits that stop half-way end by the inter-digit timer",
  { golden: "inter-digit-timeout" },
  ({ station, clock, expect }) => {
    const a = station(801);
    a.offHook();
    a.dials("80");
    clock.advance({ ms: 4_700 });
    expect(a).hears("silence");
    clock.advance({ ms: 500 });
    expect(a).hearsAnyOf("unobtainable", "congestion", "sit");
    expect.cdr({ calledNumber: "80", disposition: "failed", cause: 28 });
  },
);

scenario(
  "a handset left off: busy tone, howler, then lock-out with an alarm until it is replaced",
  { golden: "howler-and-lock-out" },
  ({ station, clock, expect }) => {
    const [a, b] = [station(801), station(802)];
    a.offHook();
    a.dials("802");
    b.offHook();
    b.onHook();
    expect(a).hears("busy");
    clock.advance({ s: 41 });
    expect(a).hears("howler");
    clock.advance({ s: 60 });
    expect(a).hears("silence");
    expect.alarm("stationOffHook", "fxs/1");
    b.offHook();
    b.dials("801");
    expect(b).hears("busy");
    a.onHook();
    expect.alarm("stationOffHook", "fxs/1", false);
    a.offHook();
    expect(a).hears("dial");
  },
);

scenario("a flash in a call changes nothing yet", {}, ({ station, expect }) => {
  const [a, b] = [station(801), station(802)];
  a.offHook();
  a.dials("802");
  b.offHook();
  a.flash();
  expect(a).talksTo(b);
});

scenario(
  "calls are not recorded where the office says so",
  {
    office: { settings: { recordCalls: false } },
  },
  ({ station, expect }) => {
    const [a, b] = [station(801), station(802)];
    a.offHook();
    a.dials("802");
    b.offHook();
    expect(a).talksTo(b);
    expect(a).isRecorded(false);
    b.onHook();
    expect.cdr({ recordingId: null });
  },
);

scenario("801 calls the group 800: the others ring together", {}, ({ station, expect }) => {
  const [a, b, c] = [station(801), station(802), station(803)];
  a.offHook();
  a.dials("800");
  expect(b).rings("801");
  expect(c).rings("801");
  c.offHook();
  expect(b).isQuiet();
  expect(a).talksTo(c);
  c.onHook();
  expect.cdr({ calledNumber: "800", group: "800", extension: "803", disposition: "answered" });
});
