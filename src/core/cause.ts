// Q.850 causes this box uses, by number and name. Source: ITU-T Q.850 table 1.

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
