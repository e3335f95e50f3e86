// Q.850 causes this box uses, by number and name. Source: ITU-T Q.850 table 1.

import type { ToneName } from "./line.ts";

export const causeNames = {
  1: "unallocatedNumber",
  16: "normalClearing",
  17: "userBusy",
  19: "noAnswer",
  21: "callRejected",
  27: "destinationOutOfOrder",
  28: "invalidNumberFormat",
  31: "normalUnspecified",
  34: "noCircuitAvailable",
  41: "temporaryFailure",
  102: "recoveryOnTimerExpiry",
} as const;

export type Cause = keyof typeof causeNames;
export type CauseName = (typeof causeNames)[Cause];

/** What a phone hears when its call ends with this cause. Source: E.182 where it says; 19 gives
 *  busy tone as Chinese exchanges do after ringing too long. */
export const causeTones: Readonly<Record<Cause, ToneName>> = {
  1: "unobtainable",
  16: "busy",
  17: "busy",
  19: "busy",
  21: "busy",
  27: "congestion",
  28: "unobtainable",
  31: "busy",
  34: "congestion",
  41: "congestion",
  102: "congestion",
};
