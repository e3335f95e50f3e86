// How a trunk tells that the far end answered, from what the line shows and sounds like.
import type { Cause } from "./cause.ts";
import type { AnswerBasis, ReleasedBy } from "./cdr.ts";
import type { CallId } from "./effect.ts";
import { go } from "./fsm.ts";
import type { HeardTone } from "./line.ts";
import { type Context, type Expired, type MachineEffect, start, stop, tell } from "./message.ts";
import { lose, type Next } from "./trunk-release.ts";
import type { TrunkState } from "./trunk-state.ts";

export const progressing = (call: CallId, now: number, joined: boolean): TrunkState => ({
  kind: "progressing",
  call,
  ringback: "none",
  since: now,
  voiceSince: null,
  joined,
});

type Progressing = Extract<TrunkState, { readonly kind: "progressing" }>;

export function answered(s: Progressing, c: Context, basis: AnswerBasis, at: number): Next {
  return go<TrunkState, MachineEffect>(
    {
      kind: "connected",
      call: s.call,
      since: c.now,
      reversalEnds: basis === "reversal",
      media: s.joined ? "bridge" : "none",
    },
    tell(s.call, { kind: "farAnswered", basis, at }),
  );
}

export const failures: Readonly<Partial<Record<HeardTone, readonly [Cause, ReleasedBy]>>> = {
  busy: [17, "busyTone"],
  congestion: [34, "congestionTone"],
  sit: [1, "congestionTone"],
  howler: [34, "congestionTone"],
};

export function progressTone(s: Progressing, tone: HeardTone, c: Context): Next {
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

export function progressQuiet(s: Progressing, tone: HeardTone, c: Context): Next {
  if (tone !== "ringback" || s.ringback !== "on") return go<TrunkState, MachineEffect>(s);
  if (s.voiceSince !== null) return answered(s, c, "ringbackVoice", s.voiceSince);
  return go<TrunkState, MachineEffect>(
    { ...s, ringback: "over", since: c.now },
    start("silentAnswer"),
  );
}

export function progressVoice(s: Progressing, c: Context): Next {
  if (s.ringback === "over") return answered(s, c, "ringbackVoice", c.now);
  return go<TrunkState, MachineEffect>({ ...s, voiceSince: c.now });
}

export function expiredInProgress(s: Progressing, e: Expired, c: Context): Next {
  return answered(s, c, "assumed", e.timer === "silentAnswer" ? s.since : c.now);
}
