// The hook switch under the handset. A telephone lifted again at once has been flashed, not hung
// up, and a key pressed at once is not heard yet: this puts the time between that hands need.

/** The box has to notice the lifted handset before it listens for keys. */
const settleMs = 300;

export interface Handset {
  /** Lifts, at once or as soon as the box has taken the last hang-up for one. */
  lift(): void;
  hang(): void;
  /** Sends digits when the line can hear them; `,` is a pause of half a second. */
  dial(digits: string): void;
}

/** @param hangUpMs longer than the longest flash: what the box takes for hanging up */
export function createHandset(
  hangUpMs: number,
  line: { hook(off: boolean): void; dial(digits: string): void },
): Handset {
  let up = false;
  let turnedAt = Number.NEGATIVE_INFINITY;
  let lifting: ReturnType<typeof setTimeout> | undefined;
  let waiting = "";

  function raise(): void {
    up = true;
    turnedAt = Date.now();
    line.hook(true);
    if (waiting !== "") line.dial(`,${waiting}`);
    waiting = "";
  }
  return {
    lift() {
      if (up) return;
      clearTimeout(lifting);
      const restMs = turnedAt + hangUpMs - Date.now();
      if (restMs > 0) lifting = setTimeout(raise, restMs);
      else raise();
    },
    hang() {
      clearTimeout(lifting);
      waiting = "";
      if (!up) return;
      up = false;
      turnedAt = Date.now();
      line.hook(false);
    },
    dial(digits) {
      if (!up) waiting += digits;
      else if (Date.now() - turnedAt < settleMs) line.dial(`,${digits}`);
      else line.dial(digits);
    },
  };
}
