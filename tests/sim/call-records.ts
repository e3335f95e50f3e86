// The books: every call has one row from its first event on, and one closing row with a cause.
import { causeNames } from "../../src/core/cause.ts";
import type { Cdr } from "../../src/core/cdr.ts";
import type { CallEventName, CallId } from "../../src/core/effect.ts";
import type { CallSnapshot } from "../../src/core/snapshot.ts";
import { CheckFailure } from "./check-failure.ts";

export class CallRecords {
  closed = 0;
  /** Calls by direction, disposition, and basis or sign, to see what a run has tried. */
  readonly kinds = new Map<string, number>();
  readonly #open = new Map<CallId, Cdr>();
  readonly #closed = new Set<CallId>();
  /** Calls in which nothing was dialled yet; lifting a handset alone leaves no row. */
  readonly #begun = new Set<CallId>();
  readonly #recordings = new Set<string>();

  /** Calls that stand open, with their last row. */
  get open(): ReadonlyMap<CallId, Cdr> {
    return this.#open;
  }

  row(cdr: Cdr): void {
    const before = this.#open.get(cdr.id);
    if (before === undefined) {
      if (this.#closed.has(cdr.id)) throw fail(cdr, "has a row after its closing row");
      this.#begun.delete(cdr.id);
    } else this.#sameCall(before, cdr);
    if (cdr.endedAt === null) this.#open.set(cdr.id, cdr);
    else this.#close(cdr);
  }

  event(call: CallId, event: CallEventName): void {
    const isEnd = event === "failed" || event === "connectionCleared" || event === "callCleared";
    if (event === "serviceInitiated" && !this.#open.has(call)) this.#begun.add(call);
    const isKnown = this.#open.has(call) || this.#begun.has(call);
    if (!isKnown && !(isEnd && this.#closed.has(call))) {
      throw new CheckFailure("one CDR per call", `${event} of a call that has no open row`);
    }
    if (event === "callCleared") this.#begun.delete(call);
  }

  recording(name: string): void {
    if (this.#recordings.has(name)) {
      throw new CheckFailure("recordings", "a recording's name is used again");
    }
    this.#recordings.add(name);
  }

  turned(): void {
    if (this.#recordings.size === 0) return;
    for (const name of this.#recordings) {
      if (![...this.#open.values()].some((cdr) => cdr.recordingId === name)) {
        throw new CheckFailure("recordings", "a recording stands in no open row");
      }
    }
  }

  /** Live calls and open rows are the same calls, but for those that never were more than a
   *  lifted handset, and those that are over while a telephone still hears why. */
  compare(live: readonly CallSnapshot[]): void {
    let rows = 0;
    for (const { id, state } of live) {
      if (this.#open.has(id)) {
        rows += 1;
        if (state === "failed") throw new CheckFailure("one CDR per call", "failed, row is open");
      } else if (!this.#begun.has(id) && !(state === "failed" && this.#closed.has(id))) {
        throw new CheckFailure("one CDR per call", `a call is ${state} without a row`);
      }
    }
    if (rows === this.#open.size) return;
    for (const [id, cdr] of this.#open) {
      if (!live.some((call) => call.id === id)) throw fail(cdr, "has ended without a closing row");
    }
  }

  settled(): void {
    for (const cdr of this.#open.values()) throw fail(cdr, "has no closing row after quiet");
  }

  /** The process was killed: open rows are for the store's audit to close. */
  restarted(): void {
    this.#open.clear();
    this.#closed.clear();
    this.#begun.clear();
    this.#recordings.clear();
  }

  #sameCall(before: Cdr, cdr: Cdr): void {
    if (before.startedAt !== cdr.startedAt) throw fail(cdr, "changes its start");
    if (before.answeredAt !== null && before.answeredAt !== cdr.answeredAt) {
      throw fail(cdr, "changes its answer time");
    }
    if (before.direction !== cdr.direction && before.answeredAt !== null) {
      throw fail(cdr, "changes its direction after answer");
    }
  }

  #close(cdr: Cdr): void {
    const { startedAt, answeredAt, endedAt, ringSeconds, talkSeconds } = cdr;
    if (endedAt === null) return;
    if (!(cdr.cause in causeNames)) throw fail(cdr, `has no known cause (${cdr.cause})`);
    if (cdr.releasedBy === null) throw fail(cdr, "does not say who released it");
    if (endedAt < startedAt || (answeredAt !== null && answeredAt < startedAt)) {
      throw new CheckFailure("CDR times ordered", "it starts after its end or answer");
    }
    if (answeredAt !== null && endedAt < answeredAt) {
      throw new CheckFailure("CDR times ordered", "it is answered after its end");
    }
    if (ringSeconds < 0 || ringSeconds * 1000 > endedAt - startedAt + 1000) {
      throw new CheckFailure("CDR times ordered", `rings ${ringSeconds} s, longer than the call`);
    }
    const talkMs = answeredAt === null ? 0 : endedAt - answeredAt;
    if (Math.abs(talkSeconds * 1000 - talkMs) > 1000) {
      throw new CheckFailure("CDR times ordered", `talks ${talkSeconds} s of ${talkMs} ms`);
    }
    if ((cdr.disposition === "answered") !== (answeredAt !== null)) {
      throw fail(cdr, `is ${cdr.disposition} with answer time ${answeredAt}`);
    }
    if (cdr.direction === "inbound" && cdr.trunk === null) throw fail(cdr, "came in on no trunk");
    if (answeredAt === null && cdr.answerBasis !== null && cdr.answerBasis !== "greeting") {
      throw fail(cdr, `has the basis ${cdr.answerBasis} and no answer`);
    }
    if (cdr.recordingId !== null && !this.#recordings.delete(cdr.recordingId)) {
      throw new CheckFailure("recordings", "a row names a recording that was never made");
    }
    this.#open.delete(cdr.id);
    this.#closed.add(cdr.id);
    this.closed += 1;
    const how = answeredAt === null ? "" : ` ${cdr.answerBasis}`;
    const kind = `${cdr.direction} ${cdr.disposition}${how} by ${cdr.releasedBy}`;
    this.kinds.set(kind, (this.kinds.get(kind) ?? 0) + 1);
  }
}

function fail(cdr: Cdr, what: string): CheckFailure {
  return new CheckFailure("one CDR per call", `${cdr.direction} call ${cdr.id} ${what}`);
}
