// A trunk: an FXO port with an exchange at its far end. It knows the line's conduct (ringing, dial
// tone, answer, release); where its calls go, the call knows.
import type { ReleasedBy } from "./cdr.ts";
import type { CallId } from "./effect.ts";
import { go, type Table } from "./fsm.ts";
import type { CallerId, HeardTone } from "./line.ts";
import { type Context, line, type MachineEffect, start, tell } from "./message.ts";
import { spans } from "./timers.ts";
import {
  answered,
  expiredInProgress,
  failures,
  progressing,
  progressQuiet,
  progressTone,
  progressVoice,
} from "./trunk-answer.ts";
import {
  alarm,
  type InCall,
  lose,
  type Next,
  noDialTone,
  quieten,
  release,
  unplug,
  unplugInCall,
  unplugRinging,
} from "./trunk-release.ts";
import type { TrunkEvent, TrunkState } from "./trunk-state.ts";

const idle: TrunkState = { kind: "idle" };

const join = (c: Context, call: CallId, recording: string | null): readonly MachineEffect[] => {
  const joined = line({ kind: "join", port: c.self, bridge: call, gainDb: 0 });
  return recording === null
    ? [joined]
    : [joined, line({ kind: "record", port: c.self, recording })];
};

function arrive(s: TrunkState, _e: TrunkEvent, c: Context): Next {
  // A line that nobody configured rings in vain.
  if (!c.office.trunkAt.has(c.self)) return go<TrunkState, MachineEffect>(s);
  const open: MachineEffect = {
    kind: "open",
    call: c.nextCall,
    origin: { kind: "ringing", port: c.self },
  };
  // Whoever sets no wait for caller ID wants the phones to ring at once.
  const known = s.kind === "primed" ? s.callerId : null;
  if (known !== null || c.office.settings.callerIdWaitSeconds === 0) {
    const { state, effects } = offer(c.nextCall, known);
    return go<TrunkState, MachineEffect>(state, open, ...effects);
  }
  return go<TrunkState, MachineEffect>({ kind: "ringing", call: c.nextCall }, open);
}

function offer(call: CallId, callerId: CallerId | null): Next {
  return go<TrunkState, MachineEffect>(
    { kind: "offered", call },
    start("ringStopped"),
    tell(call, { kind: "offered", callerId }),
  );
}

/** Our seizure answered a caller: the outgoing call goes elsewhere, the caller gets a call. */
function glare(s: InCall, _e: TrunkEvent, c: Context): Next {
  return go<TrunkState, MachineEffect>(
    {
      kind: "connected",
      call: c.nextCall,
      since: c.now,
      reversalEnds: true,
      media: "none",
    },
    tell(s.call, { kind: "glare", port: c.self }),
    { kind: "open", call: c.nextCall, origin: { kind: "answered", port: c.self } },
  );
}

const endings: Readonly<Partial<Record<HeardTone, ReleasedBy>>> = {
  busy: "busyTone",
  congestion: "congestionTone",
  howler: "congestionTone",
  dial: "dialTone",
};

type Connected = Extract<TrunkState, { readonly kind: "connected" }>;

function reversed(s: Connected, c: Context): Next {
  if (c.now - s.since < spans.polarityGuardMs) return go<TrunkState, MachineEffect>(s);
  if (s.reversalEnds) return lose(s, c, 16, "reversal");
  // The answer was assumed before the exchange said so.
  return go<TrunkState, MachineEffect>({ ...s, reversalEnds: true, since: c.now });
}

/** Another sound for a connected line, after ending the present one. */
const hearing = (
  s: Connected,
  c: Context,
  media: Connected["media"],
  ...effects: readonly MachineEffect[]
): Next => go<TrunkState, MachineEffect>({ ...s, media }, ...quieten(s, c), ...effects);

const noOrders = {
  seize: "fault",
  open: "fault",
  dialled: "fault",
  answer: "fault",
  connect: "fault",
  play: "fault",
  stopPlay: "fault",
  ringback: "fault",
  release: "fault",
} as const;

// What a line card may report in any state without meaning anything there: sounds of a line that
// is on-hook or busy with something else, and media jobs that were ended by us.
const noise = {
  ringStart: "stay",
  ringStop: "stay",
  callerId: "stay",
  callerIdFailed: "stay",
  polarityReversal: "stay",
  openInterval: "stay",
  batteryReturned: "stay",
  tone: "stay",
  toneStopped: "stay",
  voice: "stay",
  silence: "stay",
  digit: "stay",
  playDone: "stay",
  dialDone: "stay",
} as const;

export const trunk: Table<TrunkState, TrunkEvent, MachineEffect, Context> = {
  idle: {
    exits: ["primed", "ringing", "offered", "seizing", "opened", "unplugged"],
    on: {
      ...noise,
      ...noOrders,
      ringStart: arrive,
      callerId: (_s, e) => go({ kind: "primed", callerId: e.callerId }),
      polarityReversal: () => go({ kind: "primed", callerId: null }),
      batteryLost: unplug,
      seize: (_s, e, c) =>
        go(
          { kind: "seizing", call: e.call, digits: e.digits },
          line({ kind: "seize", port: c.self }),
        ),
      open: (_s, e, c) =>
        go(
          { kind: "opened", call: e.call },
          line({ kind: "seize", port: c.self }),
          ...join(c, e.call, null),
        ),
      expired: "fault",
    },
  },
  primed: {
    exits: ["idle", "ringing", "offered", "unplugged"],
    timers: ["primed"],
    on: {
      ...noise,
      ...noOrders,
      ringStart: arrive,
      callerId: (_s, e) => go({ kind: "primed", callerId: e.callerId }),
      batteryLost: unplug,
      expired: () => go(idle),
    },
  },
  ringing: {
    exits: ["idle", "offered", "connected", "ignored", "unplugged"],
    timers: ["callerIdWait", "ringStopped"],
    on: {
      ...noise,
      ...noOrders,
      ringStart: (s) => offer(s.call, null),
      ringStop: (s) => go(s, start("ringStopped")),
      callerId: (s, e) => offer(s.call, e.callerId),
      batteryLost: unplugRinging,
      expired: (s, e) =>
        e.timer === "callerIdWait" ? offer(s.call, null) : go(idle, tell(s.call, { kind: "gone" })),
      // A phone wired to this line was lifted during the first ring.
      answer: (s, _e, c) => pickUp(s, c),
      release: () => go({ kind: "ignored" }),
    },
  },
  offered: {
    exits: ["idle", "connected", "ignored", "unplugged"],
    on: {
      ...noise,
      ...noOrders,
      ringStart: (s) => go(s, start("ringStopped")),
      ringStop: (s) => go(s, start("ringStopped")),
      callerId: (s, e) => go(s, tell(s.call, { kind: "identified", callerId: e.callerId })),
      batteryLost: unplugRinging,
      expired: (s) => go(idle, tell(s.call, { kind: "gone" })),
      answer: (s, _e, c) => pickUp(s, c),
      release: () => go({ kind: "ignored" }),
    },
  },
  ignored: {
    exits: ["idle", "unplugged"],
    timers: ["ringStopped"],
    on: {
      ...noise,
      ...noOrders,
      ringStart: (s) => go(s, start("ringStopped")),
      ringStop: (s) => go(s, start("ringStopped")),
      batteryLost: unplug,
      expired: () => go(idle),
    },
  },
  seizing: {
    exits: ["dialling", "connected", "guard", "unplugged"],
    timers: ["dialToneWait"],
    on: {
      ...noise,
      ...noOrders,
      ringStart: glare,
      tone: (s, e, c) => {
        if (e.tone === "dial") {
          const dial = line({ kind: "dial", port: c.self, digits: s.digits });
          return go({ kind: "dialling", call: s.call }, dial);
        }
        return e.tone in failures ? noDialTone(s, e, c) : go(s);
      },
      batteryLost: unplugInCall,
      expired: noDialTone,
      release,
    },
  },
  dialling: {
    exits: ["progressing", "guard", "unplugged"],
    timers: ["dialling"],
    on: {
      ...noise,
      ...noOrders,
      dialDone: (s, _e, c) =>
        go(progressing(s.call, c.now, false), tell(s.call, { kind: "cutThrough" })),
      openInterval: (s, _e, c) => lose(s, c, 27, "openInterval"),
      batteryLost: unplugInCall,
      expired: (s, _e, c) => lose(s, c, 41, "timer"),
      release,
    },
  },
  opened: {
    exits: ["progressing", "connected", "guard", "unplugged"],
    on: {
      ...noise,
      ...noOrders,
      // The exchange was about to ring: the user now talks to the caller, as on any telephone.
      ringStart: (s, _e, c) =>
        go(
          {
            kind: "connected",
            call: s.call,
            since: c.now,
            reversalEnds: true,
            media: "bridge",
          },
          tell(s.call, { kind: "glare", port: c.self }),
        ),
      dialled: (s, e, c) =>
        go(progressing(s.call, c.now, true), ...sendIfPulsed(e.send, e.digit, c)),
      tone: (s, e, c) => (e.tone in failures ? lose(s, c, 34, "congestionTone") : go(s)),
      openInterval: (s, _e, c) => lose(s, c, 27, "openInterval"),
      batteryLost: unplugInCall,
      expired: "fault",
      release,
    },
  },
  progressing: {
    exits: ["connected", "guard", "unplugged"],
    timers: ["assumedAnswer"],
    on: {
      ...noise,
      ...noOrders,
      connect: (s, e, c) => go({ ...s, joined: true }, ...join(c, s.call, e.recording)),
      dialled: (s, e, c) =>
        go(
          s,
          ...(s.ringback === "none" ? [start("assumedAnswer")] : []),
          ...sendIfPulsed(e.send, e.digit, c),
        ),
      tone: (s, e, c) => progressTone(s, e.tone, c),
      toneStopped: (s, e, c) => progressQuiet(s, e.tone, c),
      voice: (s, _e, c) => progressVoice(s, c),
      silence: (s) => go({ ...s, voiceSince: null }),
      polarityReversal: (s, _e, c) => answered(s, c, "reversal", c.now),
      openInterval: (s, _e, c) => lose(s, c, 16, "openInterval"),
      batteryLost: unplugInCall,
      expired: expiredInProgress,
      release,
    },
  },
  connected: {
    exits: ["guard", "unplugged"],
    on: {
      ...noise,
      ...noOrders,
      connect: (s, e, c) => hearing(s, c, "bridge", ...join(c, s.call, e.recording)),
      play: (s, e, c) =>
        hearing(
          s,
          c,
          "play",
          line({ kind: "play", port: c.self, play: e.play, clips: e.clips, loop: false }),
        ),
      stopPlay: (s, _e, c) => (s.media === "play" ? hearing(s, c, "none") : go(s)),
      ringback: (s, _e, c) =>
        hearing(s, c, "tone", line({ kind: "tone", port: c.self, tone: "ringback" })),
      // Digits the user sends during a call pass in the audio.
      dialled: (s, e, c) => go(s, ...sendIfPulsed(e.send, e.digit, c)),
      digit: (s, e, c) => go(s, tell(s.call, { ...e, port: c.self })),
      playDone: (s, e) => go(s, tell(s.call, { kind: "playDone", play: e.play })),
      voice: (s, _e, c) => go(s, tell(s.call, { kind: "voice", port: c.self })),
      silence: (s, _e, c) => go(s, tell(s.call, { kind: "silence", port: c.self })),
      tone: (s, e, c) => {
        const by = endings[e.tone];
        return by === undefined ? go(s) : lose(s, c, 16, by);
      },
      polarityReversal: (s, _e, c) => reversed(s, c),
      openInterval: (s, _e, c) => lose(s, c, 16, "openInterval"),
      batteryLost: unplugInCall,
      expired: "fault",
      release,
    },
  },
  guard: {
    exits: ["idle", "primed", "ringing", "offered", "unplugged"],
    timers: ["lineGuard"],
    on: {
      ...noise,
      ...noOrders,
      ringStart: arrive,
      callerId: (_s, e) => go({ kind: "primed", callerId: e.callerId }),
      batteryLost: unplug,
      expired: () => go(idle),
    },
  },
  unplugged: {
    exits: ["idle"],
    on: {
      ...noise,
      ...noOrders,
      batteryReturned: (_s, _e, c) => go(idle, alarm(c, false)),
      batteryLost: "stay",
      expired: "fault",
    },
  },
};

function pickUp(s: InCall, c: Context): Next {
  return go<TrunkState, MachineEffect>(
    {
      kind: "connected",
      call: s.call,
      since: c.now,
      reversalEnds: true,
      media: "none",
    },
    line({ kind: "seize", port: c.self }),
  );
}

function sendIfPulsed(send: boolean, digits: string, c: Context): readonly MachineEffect[] {
  return send ? [line({ kind: "dial", port: c.self, digits })] : [];
}
