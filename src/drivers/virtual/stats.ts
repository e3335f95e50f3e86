// The engine's own figures (struct lf_stats), for the bench, the health page and alarms.
import { layout } from "./native.ts";

export interface Percentiles {
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

const fields = [
  ...(["version", "nowUs", "realTime", "ticks", "ticksLost", "lateMaxUs"] as const),
  ...(["engineCpuUs", "benchCpuUs", "recordCpuUs", "eventsLost", "commandsRefused"] as const),
  ...(["framesLost", "samplesDropped", "underruns", "signalsMerged"] as const),
  ...(["recordBytes", "recordLost", "recordFailures"] as const),
  ...(["ports", "farEnds", "bridges", "recorders", "delayPulses"] as const),
];

/** Counters since the start; `linefinder.h` explains each. */
export type EngineStats = Readonly<Record<(typeof fields)[number], number>> & {
  /** Lateness of ticks, µs, in steps of 50. */
  readonly late: Percentiles;
  /** Way of a click from port to port between far ends inside the engine, µs, in steps of 100. */
  readonly delay: Percentiles;
  /** SCHED_FIFO was not permitted: ticks may come late under load. */
  readonly warning: "notRealTime" | null;
};

const buckets = 256;

export function readStats(bytes: Uint8Array): EngineStats {
  const view = new DataView(bytes.buffer, bytes.byteOffset, layout.stats);
  const values = Object.fromEntries(
    fields.map((name, at) => [name, Number(view.getBigUint64(8 * at, true))]),
  ) as Record<(typeof fields)[number], number>;
  const late = percentiles(view, 8 * fields.length, 50);
  const delay = percentiles(view, 8 * fields.length + 4 * buckets, 100);
  return {
    ...values,
    late: { ...late, max: values.lateMaxUs },
    delay,
    warning: values.realTime === 1 ? null : "notRealTime",
  };
}

/** Upper bounds of the buckets in which the percentiles lie. */
function percentiles(view: DataView, start: number, stepUs: number): Percentiles {
  const counts = Array.from({ length: buckets }, (_, at) => view.getUint32(start + 4 * at, true));
  const count = counts.reduce((sum, n) => sum + n, 0);
  const at = (share: number) => {
    let seen = 0;
    for (const [bucket, n] of counts.entries()) {
      seen += n;
      if (n > 0 && seen >= count * share) return (bucket + 1) * stepUs;
    }
    return 0;
  };
  return { count, p50: at(0.5), p99: at(0.99), max: at(1) };
}
