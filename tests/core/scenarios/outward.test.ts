// Calls to the outside: access prefix, trunk choice, line prefix, and what comes back.
import { scenario } from "../../support/scenario.ts";

const mobile = "13800138000";

scenario(
  "A12 an outside call with the access prefix: ringback, answer by voice, talk",
  { golden: "outside-answered-by-voice" },
  ({ station, exchange, clock, expect }) => {
    const [a, line] = [station(801), exchange("line1")];
    a.offHook();
    a.dials(`9${mobile}`);
    expect(line).isSeized();
    clock.advance({ s: 5 });
    expect(line).received(mobile);
    expect(a).hears("ringback of fxo/1");
    clock.advance({ s: 10 });
    expect(a).hears("voice of fxo/1");
    expect(a).talksTo(line);
    clock.advance({ s: 30 });
    a.onHook();
    expect(line).isReleased();
    expect.cdr({
      direction: "outbound",
      callerNumber: "801",
      calledNumber: mobile,
      trunk: "line1",
      extension: "801",
      disposition: "answered",
      answerBasis: "ringbackVoice",
      releasedBy: "caller",
      cause: 16,
    });
  },
);

scenario(
  "A11 a line behind another exchange gets its own prefix first",
  {
    golden: "outside-line-prefix",
    office: { trunks: { line1: { linePrefix: "0" } } },
  },
  ({ station, exchange, clock, expect }) => {
    const [a, line] = [station(801), exchange("line1")];
    a.offHook();
    a.dials(`9${mobile}`);
    clock.advance({ s: 6 });
    expect(line).received(`0${mobile}`);
    a.onHook();
    expect.cdr({ calledNumber: mobile, trunk: "line1", disposition: "abandoned" });
  },
);

scenario(
  "the answer is known by polarity reversal",
  {
    golden: "outside-answered-by-reversal",
  },
  ({ station, exchange, clock, expect }) => {
    const [a, line] = [station(801), exchange("line1", { reverses: true, clears: "reversal" })];
    a.offHook();
    a.dials(`9${mobile}`);
    clock.advance({ s: 20 });
    line.far.hangsUp();
    expect(a).hears("busy");
    expect(line).isReleased();
    expect.cdr({ disposition: "answered", answerBasis: "reversal", releasedBy: "reversal" });
  },
);

scenario(
  "an answer without any ringback is assumed in the end",
  {
    golden: "outside-answer-assumed",
  },
  ({ station, exchange, clock, expect }) => {
    const [a, line] = [station(801), exchange("line1")];
    line.far.manners.subscriber = () => ({ kind: "answersSilently", afterMs: 2_000 });
    a.offHook();
    a.dials(`9${mobile}`);
    clock.advance({ s: 50 });
    expect(a).talksTo(line);
    a.onHook();
    expect.cdr({ disposition: "answered", answerBasis: "assumed" });
  },
);

scenario(
  "nobody outside answers and the caller gives up",
  {
    golden: "outside-no-answer",
  },
  ({ station, exchange, clock, expect }) => {
    const [a, line] = [station(801), exchange("line1")];
    line.far.manners.subscriber = () => ({ kind: "rings" });
    a.offHook();
    a.dials(`9${mobile}`);
    clock.advance({ s: 90 });
    expect(line).isSeized();
    expect(a).hears("ringback of fxo/1");
    a.onHook();
    expect(line).isReleased();
    expect.cdr({ disposition: "abandoned", answeredAt: null });
  },
);

for (const [tone, cause, disposition, golden] of [
  ["busy", 17, "busy", "outside-busy"],
  ["congestion", 34, "failed", "outside-congestion"],
  ["sit", 1, "failed", "outside-sit"],
] as const) {
  scenario(
    `outside ${tone} tone: cause ${cause} and the trunk is free again`,
    {
      golden,
    },
    ({ station, exchange, clock, expect }) => {
      const [a, line] = [station(801), exchange("line1")];
      line.far.manners.subscriber = () => ({ kind: "tone", tone });
      a.offHook();
      a.dials(`9${mobile}`);
      clock.advance({ s: 12 });
      expect(line).isReleased();
      expect(a).hearsAnyOf("busy", "congestion", "sit", "unobtainable");
      expect.cdr({ direction: "outbound", cause, disposition, answeredAt: null });
    },
  );
}

scenario(
  "a number of unknown length ends by the inter-digit timer or #",
  {},
  ({ station, exchange, clock, expect }) => {
    const [a, b] = [station(801), station(802)];
    const [line1, line2] = [exchange("line1"), exchange("line2")];
    a.offHook();
    a.dials("95551234");
    expect(line1).isReleased();
    clock.advance({ s: 6 });
    expect(line1).isSeized();
    b.offHook();
    b.dials("95551234#");
    expect(line2).isSeized();
    clock.advance({ s: 5 });
    expect(line1).received("5551234");
    expect(line2).received("5551234");
  },
);

scenario(
  "all lines taken: congestion tone and cause 34",
  {
    golden: "no-circuit",
  },
  ({ station, exchange, clock, expect }) => {
    for (const n of [1, 2, 3, 4]) {
      exchange(`line${n}`).rings(null);
    }
    clock.advance({ s: 1 });
    const a = station(801);
    a.offHook();
    a.dials(`9${mobile}`);
    expect(a).hears("congestion");
    expect.cdr({ direction: "outbound", cause: 34, disposition: "failed", trunk: null });
  },
);

scenario(
  "an exchange without dial tone: the next line is tried",
  {
    golden: "no-dial-tone-next-line",
  },
  ({ station, exchange, clock, expect }) => {
    const [a, dead, good] = [
      station(801),
      exchange("line1", { dialToneMs: null }),
      exchange("line2"),
    ];
    a.offHook();
    a.dials(`9${mobile}`);
    expect(dead).isSeized();
    clock.advance({ s: 5 });
    expect(dead).isReleased();
    expect(good).isSeized();
    clock.advance({ s: 5 });
    expect(good).received(mobile);
    a.onHook();
    expect.cdr({ trunk: "line2", calledNumber: mobile });
  },
);

scenario("no line gives dial tone: cause 27", {}, ({ station, exchange, clock, expect }) => {
  for (const n of [1, 2, 3, 4]) exchange(`line${n}`, { dialToneMs: null });
  const a = station(801);
  a.offHook();
  a.dials(`9${mobile}`);
  clock.advance({ s: 30 });
  expect(a).hearsAnyOf("busy", "congestion");
  expect.cdr({ cause: 27, disposition: "failed" });
});

scenario(
  "glare: the box seizes as the exchange rings; the call takes the next line, the caller is served",
  { golden: "glare" },
  ({ station, exchange, clock, expect }) => {
    const [a, line1, line2] = [station(801), exchange("line1"), exchange("line2")];
    a.offHook();
    a.dials(`9${mobile.slice(0, -1)}`);
    line1.clashes("02088888888");
    a.dials(mobile.slice(-1));
    expect(line1).hears("clip greeting");
    expect(line2).isSeized();
    line1.dials("803");
    clock.advance({ ms: 100 });
    expect(station(803)).rings();
    clock.advance({ s: 15 });
    expect(line2).received(mobile);
    expect(a).talksTo(line2);
  },
);

scenario(
  "glare that no ring betrays: no dial tone, the call takes the next line",
  {},
  ({ station, exchange, clock, expect }) => {
    const [a, line1, line2] = [station(801), exchange("line1"), exchange("line2")];
    a.offHook();
    a.dials(`9${mobile.slice(0, -1)}`);
    line1.ringsSoon("02088888888", 4_000);
    a.dials(mobile.slice(-1));
    expect(line1).isSeized();
    clock.advance({ s: 25 });
    expect(line1).isReleased();
    expect(line2).received(mobile);
    expect(a).talksTo(line2);
  },
);

scenario(
  "digits pressed during an outside call pass through",
  {},
  ({ station, exchange, clock, expect }) => {
    const [a, line] = [station(801), exchange("line1")];
    a.offHook();
    a.dials(`9${mobile}`);
    clock.advance({ s: 15 });
    let heard = "";
    line.far.onDigit = (digit) => {
      heard += digit;
    };
    a.dials("42#");
    expect.equal("digits at the far end", heard, "42#");
    expect(a).talksTo(line);
  },
);

scenario(
  "C4 a caller inside does not reach the outside without the prefix",
  {},
  ({ station, exchange, clock, expect }) => {
    const a = station(801);
    a.offHook();
    a.dials(mobile);
    clock.advance({ s: 10 });
    expect(a).hears("unobtainable");
    expect(exchange("line1")).isReleased();
  },
);

scenario(
  "somebody answers and says nothing: answered when the ringback has been over for a while",
  {},
  ({ station, exchange, clock, expect }) => {
    const [a, line] = [station(801), exchange("line1")];
    line.far.manners.subscriber = () => ({ kind: "rings" });
    a.offHook();
    a.dials(`9${mobile}`);
    clock.advance({ s: 12 });
    line.far.answers();
    clock.advance({ s: 12 });
    expect(a).talksTo(line);
    a.onHook();
    expect.cdr({ disposition: "answered", answerBasis: "assumed", releasedBy: "caller" });
  },
);

scenario(
  "the exchange takes the line back with dial tone after ringing in vain",
  {},
  ({ station, exchange, clock, expect }) => {
    const [a, line] = [station(801), exchange("line1")];
    line.far.manners.subscriber = () => ({ kind: "rings" });
    a.offHook();
    a.dials(`9${mobile}`);
    clock.advance({ s: 60 });
    line.far.plays("dial");
    clock.advance({ s: 2 });
    expect(line).isReleased();
    expect.cdr({ releasedBy: "dialTone", answeredAt: null });
  },
);

scenario(
  "an outgoing call that falls silent is released as well",
  { office: { settings: { silenceReleaseSeconds: 30 } } },
  ({ station, exchange, clock, expect }) => {
    const [a, line] = [station(801), exchange("line1")];
    line.far.manners.subscriber = () => ({ kind: "rings" });
    a.offHook();
    a.dials(`9${mobile}`);
    clock.advance({ s: 12 });
    line.far.answers();
    clock.advance({ s: 50 });
    expect(line).isReleased();
    expect(a).hears("busy");
    expect.cdr({ releasedBy: "silence" });
  },
);

scenario(
  "a polarity that bounces at the answer ends nothing; a later turn does",
  {},
  ({ station, exchange, clock, expect }) => {
    const [a, line] = [station(801), exchange("line1", { reverses: true })];
    line.far.manners.subscriber = () => ({ kind: "rings" });
    a.offHook();
    a.dials(`9${mobile}`);
    clock.advance({ s: 12 });
    line.far.answers();
    clock.advance({ ms: 100 });
    line.far.flips();
    clock.advance({ ms: 100 });
    line.far.flips();
    clock.advance({ s: 20 });
    expect(a).talksTo(line);
    line.far.flips();
    expect(line).isReleased();
    expect.cdr({ answerBasis: "reversal", releasedBy: "reversal" });
  },
);

scenario(
  "what is no number is refused: * and endless digits",
  {},
  ({ station, exchange, clock, expect }) => {
    const [a, b] = [station(801), station(802)];
    a.offHook();
    a.dials("*");
    expect(a).hears("unobtainable");
    expect.cdr({ cause: 28, disposition: "failed" });
    b.offHook();
    b.dials(`9${"5".repeat(40)}`);
    expect(exchange("line1")).isSeized();
    clock.advance({ s: 10 });
    expect(exchange("line1")).received("5".repeat(31));
  },
);
