// Configuration changes while calls are up, and the commands of page and API.
import { scenario } from "../../support/scenario.ts";

const mobile = "13800138000";

scenario(
  "a changed office does not touch the calls under way",
  {
    golden: "office-changed-in-call",
  },
  ({ station, exchange, clock, office, expect }) => {
    const [a, b, c, line] = [station(801), station(802), station(803), exchange("line1")];
    a.offHook();
    a.dials("802");
    b.offHook();
    c.offHook();
    c.dials(`9${mobile}`);
    clock.advance({ s: 15 });
    office.change({
      settings: { accessPrefix: "0", ringSeconds: 5, recordCalls: false },
      extensions: { "802": { number: "822" }, "803": { groups: [] } },
      trunks: { line1: { group: "800", linePrefix: "17909" } },
    });
    expect(a).talksTo(b);
    expect(c).talksTo(line);
    clock.advance({ s: 10 });
    a.onHook();
    expect.cdr({ callerNumber: "801", calledNumber: "802", disposition: "answered" });
    b.onHook();
    c.onHook();
    expect.cdr({ trunk: "line1", calledNumber: mobile, disposition: "answered" });
    a.offHook();
    a.dials("822");
    expect(b).rings("801");
  },
);

scenario(
  "a phone that leaves the group while it rings for it may still answer",
  {
    office: { trunks: { line1: { group: "800" } } },
  },
  ({ station, exchange, clock, office, expect }) => {
    const [phone, line] = [station(804), exchange("line1")];
    line.rings("02088888888");
    clock.advance({ s: 3 });
    office.change({ extensions: { "804": { groups: [] } } });
    expect(phone).rings();
    phone.offHook();
    expect(phone).talksTo(line);
  },
);

scenario(
  "clearConnection ends a call that stands",
  {
    golden: "clear-connection",
  },
  ({ station, clock, office, expect }) => {
    const [a, b] = [station(801), station(802)];
    a.offHook();
    a.dials("802");
    b.offHook();
    clock.advance({ s: 5 });
    const [call = 0] = office.liveCalls();
    const answer = office.command({ service: "clearConnection", call });
    expect.equal("accepted", answer?.accepted, true);
    expect(a).hears("busy");
    expect(b).hears("busy");
    expect.cdr({ releasedBy: "command", disposition: "answered" });
  },
);

scenario(
  "clearConnection ends a call that rings",
  {
    office: { trunks: { line1: { group: "800" } } },
  },
  ({ station, exchange, clock, office, expect }) => {
    exchange("line1").rings("02088888888");
    clock.advance({ s: 3 });
    const [call = 0] = office.liveCalls();
    office.command({ service: "clearConnection", call });
    expect(station(801)).isQuiet();
    expect.cdr({ releasedBy: "command", answeredAt: null });
  },
);

scenario("clearConnection of a call that is not there is refused", {}, ({ office, expect }) => {
  const answer = office.command({ service: "clearConnection", call: 4711 });
  expect.equal("reason", answer?.accepted === false ? answer.reason : null, "noSuchCall");
});

scenario(
  "makeCall rings the caller's own phone, then calls",
  {
    golden: "make-call",
  },
  ({ station, clock, office, expect }) => {
    const [a, b] = [station(801), station(802)];
    const answer = office.command({ service: "makeCall", extension: "801", number: "802" });
    expect.equal("accepted", answer?.accepted, true);
    expect(a).rings();
    expect(b).isQuiet();
    clock.advance({ s: 2 });
    a.offHook();
    expect(b).rings("801");
    expect(a).hears("ringback");
    b.offHook();
    expect(a).talksTo(b);
    b.onHook();
    expect.cdr({ callerNumber: "801", calledNumber: "802", disposition: "answered" });
  },
);

scenario("A12 makeCall to the outside", {}, ({ station, exchange, clock, office, expect }) => {
  const [a, line] = [station(801), exchange("line1")];
  office.command({ service: "makeCall", extension: "801", number: `9${mobile}` });
  clock.advance({ s: 1 });
  a.offHook();
  clock.advance({ s: 6 });
  expect(line).received(mobile);
});

scenario(
  "makeCall: the caller's own phone is not answered",
  {
    office: { settings: { ringSeconds: 10 } },
  },
  ({ station, clock, office, expect }) => {
    office.command({ service: "makeCall", extension: "801", number: "802" });
    clock.advance({ s: 11 });
    expect(station(801)).isQuiet();
    expect(station(802)).isQuiet();
  },
);

scenario(
  "makeCall is refused for a busy or unknown extension",
  {},
  ({ station, office, expect }) => {
    station(801).offHook();
    const busy = office.command({ service: "makeCall", extension: "801", number: "802" });
    expect.equal("reason", busy?.accepted === false ? busy.reason : null, "extensionBusy");
    const unknown = office.command({ service: "makeCall", extension: "899", number: "802" });
    expect.equal("reason", unknown?.accepted === false ? unknown.reason : null, "noSuchExtension");
  },
);

scenario(
  "clearConnection ends an outside call",
  {},
  ({ station, exchange, clock, office, expect }) => {
    const [a, line] = [station(801), exchange("line1")];
    a.offHook();
    a.dials(`9${mobile}`);
    clock.advance({ s: 15 });
    const [call = 0] = office.liveCalls();
    office.command({ service: "clearConnection", call });
    expect(line).isReleased();
    expect(a).hears("busy");
    expect.cdr({ releasedBy: "command", disposition: "answered", trunk: "line1" });
  },
);
