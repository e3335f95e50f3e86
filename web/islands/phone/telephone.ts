// The telephone behind the page: handset, ringer, caller's number, dialled digits. Ties line and
// sound together and tells the page what to draw; draws nothing itself.
import { type CallerIdentity, FskReceiver, parseCallerId } from "./fsk.ts";
import { createHandset } from "./handset.ts";
import { type Line, type LineState, openLine } from "./line.ts";
import { createSound, type MicState, type Sound } from "./sound.ts";

export interface PhoneView {
  readonly line: LineState;
  readonly reason: string;
  readonly offHook: boolean;
  /** Whether the handset was lifted while it rang. */
  readonly answered: boolean;
  /** Epoch ms of lifting the handset. */
  readonly since: number;
  readonly ringing: boolean;
  readonly caller: CallerIdentity | null;
  readonly dialled: string;
  readonly muted: boolean;
  readonly volume: number;
  readonly mic: MicState;
  readonly awake: boolean;
  /** Whether this browser can play sound at all. */
  readonly soundFailed: boolean;
}

export interface Telephone {
  /** Shows the view now and at every change. @returns stop */
  watch(show: (view: PhoneView) => void): () => void;
  lift(): void;
  hang(): void;
  press(key: string): void;
  /** Lifts when needed, waits for dial tone, dials. */
  call(number: string): void;
  flash(): void;
  mute(): void;
  volume(level: number): void;
  wake(): void;
  again(): void;
  close(): void;
}

/** Longer than the silence of any country's cadence: after it the ringing is over. */
const ringOverMs = 6000;
const dialledMost = 40;

const start: PhoneView = {
  line: "connecting",
  reason: "",
  offHook: false,
  answered: false,
  since: 0,
  ringing: false,
  caller: null,
  dialled: "",
  muted: false,
  volume: 0.8,
  mic: "unasked",
  awake: false,
  soundFailed: false,
};

export function createTelephone(options: {
  readonly line: string;
  readonly worklet: string;
  readonly flashMs: number;
  readonly hangUpMs: number;
}): Telephone {
  let view = start;
  const watchers = new Set<(view: PhoneView) => void>();
  let sound: Sound | null = null;
  let ringOver: ReturnType<typeof setTimeout> | undefined;
  let closed = false;
  const set = (change: Partial<PhoneView>) => {
    view = { ...view, ...change };
    for (const show of watchers) show(view);
  };
  const receiver = new FskReceiver((message) => {
    const caller = parseCallerId(message);
    if (caller) set({ caller });
  });
  const handset = createHandset(options.hangUpMs, {
    hook(off) {
      line.hook(off);
      sound?.order({ kind: "hook", off });
    },
    dial: (digits) => sound?.order({ kind: "dial", digits }),
  });
  const line: Line = openLine(options.line, {
    state(state, reason) {
      // A lost line is hung up by the box; the handset here follows.
      if (state !== "open") putDown();
      set({ line: state, reason });
    },
    audio(pcm) {
      if (view.offHook) sound?.order({ kind: "frame", pcm });
      else receiver.push(pcm);
    },
    ring,
  });
  createSound(options.worklet, {
    frame: (frame) => line.audio(frame),
    mic: (mic) => set({ mic }),
    awake: (awake) => set({ awake }),
  }).then(
    (created) => {
      if (closed) return created.close();
      sound = created;
      if (view.offHook) sound.order({ kind: "hook", off: true });
    },
    (error: unknown) => {
      console.warn("no sound", error);
      set({ soundFailed: true });
    },
  );

  function ring(on: boolean): void {
    clearTimeout(ringOver);
    sound?.ring(on && !view.offHook);
    if (on) set({ ringing: !view.offHook });
    else if (view.ringing) ringOver = setTimeout(stopRinging, ringOverMs);
  }

  function stopRinging(): void {
    receiver.reset();
    set({ ringing: false, ...(view.offHook ? {} : { caller: null }) });
  }

  function putDown(): void {
    clearTimeout(ringOver);
    sound?.ring(false);
    handset.hang();
    receiver.reset();
    set({ offHook: false, ringing: false, caller: null, dialled: "", muted: false });
    sound?.order({ kind: "mute", muted: false });
  }

  function lift(): void {
    sound?.wake();
    if (view.offHook || view.line !== "open") return;
    clearTimeout(ringOver);
    sound?.ring(false);
    handset.lift();
    set({ offHook: true, answered: view.ringing, ringing: false, since: Date.now(), dialled: "" });
  }

  function dial(digits: string): void {
    handset.dial(digits);
    set({ dialled: (view.dialled + digits).slice(-dialledMost) });
  }

  return {
    watch(show) {
      watchers.add(show);
      show(view);
      return () => watchers.delete(show);
    },
    lift,
    hang: putDown,
    press(key) {
      sound?.wake();
      if (view.offHook) dial(key);
    },
    call(number) {
      lift();
      if (view.offHook) dial(number);
    },
    flash() {
      if (view.offHook) line.flash(options.flashMs);
    },
    mute() {
      set({ muted: !view.muted });
      sound?.order({ kind: "mute", muted: view.muted });
    },
    volume(level) {
      set({ volume: level });
      sound?.volume(level);
    },
    wake: () => sound?.wake(),
    again: () => line.again(),
    close() {
      closed = true;
      clearTimeout(ringOver);
      line.close();
      sound?.close();
    },
  };
}
