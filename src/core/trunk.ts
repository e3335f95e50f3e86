// A trunk: an FXO port with an exchange at its far end. It knows the line's conduct (ringing, dial
// tone, answer, release); where its calls go, the call knows.
import type { Cause } from "./cause.ts";
import type { AnswerBasis, ReleasedBy } from "./cdr.ts";
import type { CallId } from "./effect.ts";
import { type Go, go, type Table } from "./fsm.ts";
import type { CallerId, HeardTone, LineSignal } from "./line.ts";
import {
  type Context,
  type Expired,
  line,
  type MachineEffect,
  start,
  stop,
  type TrunkOrder,
  tell,
} from "./message.ts";
import { spans } from "./timers.ts";

export type TrunkState =
  /** On-hook, quiet: the only state in which a call may seize it. */
  | { readonly kind: "idle" }
  /** Caller ID or a reversal came before any ring. Out: `ringStart`, or the timer. */
  | { readonly kind: "primed"; readonly callerId: CallerId | null }
  /** Rings; caller ID is awaited. Out: it came, the second ring, the timer, or no more ringing. */
  | { readonly kind: "ringing"; readonly call: CallId }
  /** Rings and the call has been routed. Out: `answer`, `release`, no more ringing. */
  | { readonly kind: "offered"; readonly call: CallId }
  /** Rings on though its call is over. Out: no more ringing. */
  | { readonly kind: "ignored" }
  /** We closed the loop and wait for dial tone. A ring now is glare. */
  | { readonly kind: "seizing"; readonly call: CallId; readonly digits: string }
  /** Digits are being sent. */
  | { readonly kind: "dialling"; readonly call: CallId }
  /** A direct line before the first digit: the user hears the exchange. */
  | { readonly kind: "opened"; readonly call: CallId }
  /** Dialled and cut through; listens for the answer. */
  | {
      readonly kind: "progressing";
      readonly call: CallId;
      /** `none` not heard yet, `on` now, `over` ended at `since`. */
      readonly ringback: "none" | "on" | "over";
      readonly since: number;
      /** When speech began, if it goes on. */
      readonly voiceSince: number | null;
      readonly joined: boolean;
    }
  /** Answered, either way round. */
  | {
      readonly kind: "connected";
      readonly call: CallId;
      readonly since: number;
      /** The next reversal means the far end has gone. */
      readonly reversalEnds: boolean;
      readonly media: "none" | "play" | "tone" | "bridge";
      /** The far end makes a sound now. The card reports changes alone, so a call that is joined
       *  later has to be told. */
      readonly speaking: boolean;
    }
  /** Released; the exchange needs a moment. Not seized, but a ring is a new call. */
  | { readonly kind: "guard" }
  /** No battery: out of rotation, alarm. */
  | { readonly kind: "unplugged" };

/** Signals of a line card that mean something on a trunk. */
export type TrunkSignal = Exclude<
  LineSignal,
  { readonly kind: "offHook" | "onHook" | "hookFlash" | "overflow" | "unknown" }
>;
export type TrunkEvent = TrunkSignal | TrunkOrder | Expired;

type Next = Go<TrunkState, MachineEffect>;
type InCall = Extract<TrunkState, { readonly call: CallId }>;

const idle: TrunkState = { kind: "idle" };
const guard: TrunkState = { kind: "guard" };

const alarm = (c: Context, on: boolean): MachineEffect => ({
  kind: "alarm",
  code: "trunkUnplugged",
  port: c.self,
  on,
});
const hangUp = (c: Context): MachineEffect => line({ kind: "release", port: c.self });
const join = (c: Context, call: CallId, recording: string | null): readonly MachineEffect[] => {
  const joined = line({ kind: "join", port: c.self, bridge: call, gainDb: 0 });
  return recording === null
    ? [joined]
    : [joined, line({ kind: "record", port: c.self, recording })];
};

/** Ends whatever the line hears, before it is released or hears something else. */
function quieten(s: InCall, c: Context): readonly MachineEffect[] {
  if (s.kind === "opened" || (s.kind === "progressing" && s.joined)) {
    return [line({ kind: "leave", port: c.self })];
  }
  if (s.kind !== "connected") return [];
  if (s.media === "bridge") return [line({ kind: "leave", port: c.self })];
  if (s.media === "play") return [line({ kind: "stopPlay", port: c.self })];
  return s.media === "tone" ? [line({ kind: "toneOff", port: c.self })] : [];
}

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

function unplug(_s: TrunkState, _e: TrunkEvent, c: Context): Next {
  return go<TrunkState, MachineEffect>({ kind: "unplugged" }, alarm(c, true));
}

function unplugRinging(s: InCall, _e: TrunkEvent, c: Context): Next {
  return go<TrunkState, MachineEffect>(
    { kind: "unplugged" },
    alarm(c, true),
    tell(s.call, { kind: "gone" }),
  );
}

function unplugInCall(s: InCall, _e: TrunkEvent, c: Context): Next {
  return go<TrunkState, MachineEffect>(
    { kind: "unplugged" },
    ...quieten(s, c),
    hangUp(c),
    alarm(c, true),
    tell(s.call, { kind: "lost", port: c.self, cause: 27, by: "batteryLost" }),
  );
}

/** The far end is gone: hang up first, then say so. */
function lose(s: InCall, c: Context, cause: Cause, by: ReleasedBy): Next {
  return go<TrunkState, MachineEffect>(
    guard,
    ...quieten(s, c),
    hangUp(c),
    tell(s.call, { kind: "lost", port: c.self, cause, by }),
  );
}

function release(s: InCall, _e: TrunkEvent, c: Context): Next {
  return go<TrunkState, MachineEffect>(guard, ...quieten(s, c), hangUp(c));
}

function noDialTone(s: InCall, _e: TrunkEvent, c: Context): Next {
  return go<TrunkState, MachineEffect>(
    guard,
    hangUp(c),
    tell(s.call, { kind: "noDialTone", port: c.self }),
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
      speaking: false,
    },
    tell(s.call, { kind: "glare", port: c.self }),
    { kind: "open", call: c.nextCall, origin: { kind: "answered", port: c.self } },
  );
}

const progressing = (call: CallId, now: number, joined: boolean): TrunkState => ({
  kind: "progressing",
  call,
  ringback: "none",
  since: now,
  voiceSince: null,
  joined,
});

type Progressing = Extract<TrunkState, { readonly kind: "progressing" }>;

function answered(s: Progressing, c: Context, basis: AnswerBasis, at: number): Next {
  return go<TrunkState, MachineEffect>(
    {
      kind: "connected",
      call: s.call,
      since: c.now,
      reversalEnds: basis === "reversal",
      media: s.joined ? "bridge" : "none",
      speaking: s.voiceSince !== null,
    },
    tell(s.call, { kind: "farAnswered", basis, at }),
    ...speech(s.voiceSince !== null, s.call, c),
  );
}

const failures: Readonly<Partial<Record<HeardTone, readonly [Cause, ReleasedBy]>>> = {
  busy: [17, "busyTone"],
  congestion: [34, "congestionTone"],
  sit: [1, "congestionTone"],
  howler: [34, "congestionTone"],
};

function progressTone(s: Progressing, tone: HeardTone, c: Context): Next {
  const failure = failures[tone];
  if (failure !== undefined) {
    // Busy tone after ringback: the exchange gave up ringing.
    return s.ringback === "none" ? lose(s, c, ...failure) : lose(s, c, 19, failure[1]);
  }
  if (tone === "ringback") {
    return go<TrunkState, MachineEffect>(
      { ...s, ringback: "on" },
      stop("assumedAnswer"),
      stop("silentAnswer"),
    );
  }
  // A machine's answering tone is as good as a voice.
  if (tone === "faxAnswer") return answered(s, c, "ringbackVoice", c.now);
  // Dial tone right after dialling may be the second dial tone behind a line prefix; after
  // ringback it means that the far end has gone.
  if (tone === "dial" && s.ringback !== "none") return lose(s, c, 16, "dialTone");
  return go<TrunkState, MachineEffect>(s);
}

function progressQuiet(s: Progressing, tone: HeardTone, c: Context): Next {
  if (tone !== "ringback" || s.ringback !== "on") return go<TrunkState, MachineEffect>(s);
  if (s.voiceSince !== null) return answered(s, c, "ringbackVoice", s.voiceSince);
  return go<TrunkState, MachineEffect>(
    { ...s, ringback: "over", since: c.now },
    start("silentAnswer"),
  );
}

function progressVoice(s: Progressing, c: Context): Next {
  const heard = { ...s, voiceSince: c.now };
  return s.ringback === "over"
    ? answered(heard, c, "ringbackVoice", c.now)
    : go<TrunkState, MachineEffect>(heard);
}

const speech = (speaking: boolean, call: CallId, c: Context): readonly MachineEffect[] =>
  speaking ? [tell(call, { kind: "voice", port: c.self })] : [];

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

function expiredInProgress(s: Progressing, e: Expired, c: Context): Next {
  return answered(s, c, "assumed", e.timer === "silentAnswer" ? s.since : c.now);
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
            speaking: false,
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
      connect: (s, e, c) =>
        hearing(s, c, "bridge", ...join(c, s.call, e.recording), ...speech(s.speaking, s.call, c)),
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
      voice: (s, _e, c) => go({ ...s, speaking: true }, ...speech(true, s.call, c)),
      silence: (s, _e, c) =>
        go({ ...s, speaking: false }, tell(s.call, { kind: "silence", port: c.self })),
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
      speaking: false,
    },
    line({ kind: "seize", port: c.self }),
  );
}

function sendIfPulsed(send: boolean, digits: string, c: Context): readonly MachineEffect[] {
  return send ? [line({ kind: "dial", port: c.self, digits })] : [];
}
