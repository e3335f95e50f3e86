// A4 / B6: a telephone wired to an outside line, both ways.
import { directLine } from "../../support/offices.ts";
import { scenario } from "../../support/scenario.ts";

const office = directLine("805", "line3");
const caller = "02088888888";

scenario(
  "A4 B6 lifting reaches the exchange at once; numbers need no prefix",
  { golden: "direct-line-out", office },
  ({ station, exchange, clock, expect }) => {
    const [phone, line] = [station(805), exchange("line3")];
    phone.offHook();
    expect(line).isSeized();
    clock.advance({ ms: 400 });
    expect(phone).hears("dial of fxo/3");
    phone.dials("13800138000");
    clock.advance({ s: 2 });
    expect(line).received("13800138000");
    expect(phone).hears("ringback of fxo/3");
    clock.advance({ s: 12 });
    expect(phone).talksTo(line);
    phone.onHook();
    expect(line).isReleased();
    expect.cdr({
      direction: "outbound",
      callerNumber: "805",
      calledNumber: "13800138000",
      trunk: "line3",
      disposition: "answered",
      answerBasis: "ringbackVoice",
    });
  },
);

scenario(
  "A4 B6 a call on the line rings that phone alone",
  { golden: "direct-line-in", office },
  ({ station, exchange, clock, expect }) => {
    const [phone, other, line] = [station(805), station(801), exchange("line3")];
    line.rings(caller);
    clock.advance({ s: 3 });
    expect(phone).rings(caller);
    expect(other).isQuiet();
    phone.offHook();
    expect(phone).talksTo(line);
    clock.advance({ s: 5 });
    phone.onHook();
    expect.cdr({ direction: "inbound", extension: "805", trunk: "line3", callerNumber: caller });
  },
);

scenario(
  "A4 lifting during the first ring answers the caller",
  { office },
  ({ station, exchange, clock, expect }) => {
    const [phone, line] = [station(805), exchange("line3")];
    line.rings(caller);
    clock.advance({ ms: 500 });
    phone.offHook();
    expect(phone).talksTo(line);
  },
);

scenario(
  "A4 the line is taken: the phone hears congestion or inside dial tone",
  { office },
  ({ station, exchange, clock, expect }) => {
    const [phone, line] = [station(805), exchange("line3")];
    line.far.unplugs();
    clock.advance({ s: 1 });
    phone.offHook();
    expect(phone).hearsAnyOf("congestion", "dial", "busy");
  },
);

scenario(
  "A4 glare on a direct line: the user has the caller",
  { office },
  ({ station, exchange, clock, expect }) => {
    const [phone, line] = [station(805), exchange("line3")];
    line.clashes(caller);
    phone.offHook();
    clock.advance({ s: 1 });
    line.far.says();
    clock.advance({ s: 1 });
    expect(phone).talksTo(line);
    expect(phone).hears("voice of fxo/3");
  },
);

scenario(
  "A4 keys pressed after the far end has answered do not make the ringing negative",
  { office },
  ({ station, exchange, clock, expect }) => {
    const [phone, line] = [station(805), exchange("line3")];
    line.far.manners.subscriber = () => ({ kind: "answers", ringMs: 3_000 });
    phone.offHook();
    clock.advance({ ms: 500 });
    phone.dials("10086");
    clock.advance({ ms: 4_800 });
    expect(phone).hears("voice of fxo/3");
    phone.dials("1");
    clock.advance({ s: 10 });
    phone.onHook();
    expect.cdr({ answerBasis: "ringbackVoice", ringSeconds: 0 });
  },
);

scenario(
  "A4 a rotary telephone on a direct line: its pulses are sent on as tones",
  { office },
  ({ station, exchange, clock, expect }) => {
    const [phone, line] = [station(805), exchange("line3")];
    phone.offHook();
    clock.advance({ ms: 500 });
    phone.dials("10086", "pulse");
    clock.advance({ s: 3 });
    expect(line).received("10086");
    phone.onHook();
    expect.cdr({ calledNumber: "10086", direction: "outbound" });
  },
);

scenario(
  "A4 glare on a direct line is an incoming call in the books",
  { office: { ...office, settings: { silenceReleaseSeconds: 20 } } },
  ({ station, exchange, clock, expect }) => {
    const [phone, line] = [station(805), exchange("line3")];
    line.clashes(caller);
    phone.offHook();
    clock.advance({ s: 5 });
    expect(phone).talksTo(line);
    clock.advance({ s: 20 });
    expect(line).isReleased();
    expect.cdr({ direction: "inbound", extension: "805", releasedBy: "silence" });
  },
);
