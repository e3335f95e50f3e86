// The runtime as page, API and console see it: snapshots out, commands in. Nothing else.

import type { Cause } from "../core/cause.ts";
import type { CallCommand, CallEventName, CallId, CommandAnswer } from "../core/effect.ts";
import type { PortName } from "../core/line.ts";
import type { Snapshot } from "../core/snapshot.ts";

export interface CallEvent {
  readonly at: number;
  readonly call: CallId;
  readonly event: CallEventName;
  readonly port: PortName | null;
  readonly cause: Cause | null;
}

export interface RuntimeApi {
  /** The latest snapshot; the same object until something changes. */
  snapshot(): Snapshot;
  /** Called after every published change, once per turn of the loop. @returns unsubscribe */
  onSnapshot(listener: (snapshot: Snapshot) => void): () => void;
  onCallEvent(listener: (event: CallEvent) => void): () => void;
  /** Enters the same queue as a hook event; resolves with the core's answer. */
  command(command: CallCommand): Promise<CommandAnswer>;
}
