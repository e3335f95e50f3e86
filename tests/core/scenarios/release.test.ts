// By which signs a trunk is released, and by which it never is.
import type { ReleasedBy } from "../../../src/core/cdr.ts";
import type { ClearSign } from "../../support/exchange.ts";
import { type Line, type Stage, type Station, scenario } from "../../support/scenario.ts";

const caller = "02088888888";
const office = { trunks: { line1: { group: "800" } } };

/** 802 talks with a caller on line1, who has said something. */
function talking({ station, exchange, clock, expect }: Stage): { phone: Station; line: Line } {
  const [phone, line] = [station(802), exchange("line1")];
  line.rings(caller);
  clock.advance({ s: 3 });
  phone.offHook();
  clock.advance({ s: 1 });
  line.far.says();
  clock.advance({ s: 5 });
  expect(phone).talksTo(line);
  return { phone, line };
}

const signs: readonly (readonly [ClearSign, ReleasedBy])[] = [
  ["busyTone", "busyTone"],
  ["congestionTone", "congestionTone"],
  ["dialTone", "dialTone"],
  ["reversal", "reversal"],
  ["openInterval", "openInterval"],
];
for (const [sign, releasedBy] of signs) {
  scenario(
    `a trunk is released by ${sign} within 5 s`,
    { golden: `release-${sign}`, stations: 3, office },
    (s) => {
      const { phone, line } = talking(s);
      line.far.hangsUp(sign);
      s.clock.advance({ s: 5 });
      s.expect(line).isReleased();
      s.expect(phone).hears("busy");
      s.expect.cdr({ releasedBy, cause: 16, disposition: "answered" });
    },
  );
}

scenario(
  "a trunk is released by silence beyond the setting",
  {
    golden: "release-silence",
    stations: 3,
    office: { ...office, settings: { silenceReleaseSeconds: 30 } },
  },
  (s) => {
    const { phone, line } = talking(s);
    line.far.hangsUp("silence");
    s.clock.advance({ s: 29 });
    s.expect(line).isSeized();
    s.clock.advance({ s: 2 });
    s.expect(line).isReleased();
    s.expect(phone).hears("busy");
    s.expect.cdr({ releasedBy: "silence", disposition: "answered" });
  },
);

scenario(
  "silence never releases where the setting is 0",
  {
    office: { ...office, settings: { silenceReleaseSeconds: 0 } },
  },
  (s) => {
    const { line } = talking(s);
    line.far.fallsSilent();
    s.clock.advance({ s: 3_600 });
    s.expect(line).isSeized();
  },
);

scenario(
  "speech of either side keeps a silent line",
  {
    office: { ...office, settings: { silenceReleaseSeconds: 30 } },
  },
  (s) => {
    const { phone, line } = talking(s);
    phone.telephone.says();
    line.far.fallsSilent();
    s.clock.advance({ s: 120 });
    s.expect(line).isSeized();
    phone.telephone.fallsSilent();
    s.clock.advance({ s: 20 });
    line.far.says();
    s.clock.advance({ s: 600 });
    s.expect(line).isSeized();
    s.expect(phone).talksTo(line);
  },
);

scenario(
  "speech that began before the answer was known keeps the line",
  { office: { settings: { silenceReleaseSeconds: 30 } } },
  ({ station, exchange, clock, expect }) => {
    const [a, line] = [station(801), exchange("line1")];
    a.offHook();
    a.dials("913800138000");
    clock.advance({ s: 14 });
    expect(line).hears("silence of fxs/1");
    expect(a).hears("voice of fxo/1");
    clock.advance({ s: 300 });
    expect(a).talksTo(line);
    a.onHook();
    expect.cdr({ answerBasis: "ringbackVoice", releasedBy: "caller" });
  },
);

scenario("ringback and fax tones within a call release nothing", { office }, (s) => {
  const { phone, line } = talking(s);
  for (const tone of ["ringback", "faxCalling", "faxAnswer"] as const) {
    line.far.plays(tone);
    s.clock.advance({ s: 20 });
    s.expect(line).isSeized();
    line.far.says();
    s.clock.advance({ s: 10 });
  }
  s.expect(phone).talksTo(line);
});

scenario(
  "an unplugged trunk: the call ends with cause 27, an alarm stands until it is back",
  { golden: "unplugged-in-call", stations: 3, office },
  (s) => {
    const { phone, line } = talking(s);
    line.far.unplugs();
    s.clock.advance({ ms: 100 });
    s.expect(phone).hearsAnyOf("busy", "congestion");
    s.expect.alarm("trunkUnplugged", "fxo/1");
    s.expect.cdr({ releasedBy: "batteryLost", cause: 27, disposition: "answered" });
    phone.onHook();
    const other = s.station(803);
    other.offHook();
    other.dials("913800138000");
    s.expect(s.exchange("line2")).isSeized();
    line.far.plugsIn();
    s.clock.advance({ ms: 100 });
    s.expect.alarm("trunkUnplugged", "fxo/1", false);
  },
);

scenario("a trunk unplugged while it rings", { office }, ({ station, exchange, clock, expect }) => {
  const line = exchange("line1");
  line.rings(caller);
  clock.advance({ s: 3 });
  expect(station(801)).rings();
  line.far.unplugs();
  clock.advance({ ms: 100 });
  expect(station(801)).isQuiet();
  expect.cdr({ direction: "inbound", answeredAt: null });
});
