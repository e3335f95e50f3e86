// Rows of the bench: what was measured, what is to be reached, printed as one table and as JSON.

export interface Row {
  readonly what: string;
  readonly unit: string;
  /** Figures by name, e.g. p50 and p99; one figure is called `value`. */
  readonly figures: Readonly<Record<string, number>>;
  /** The figure that has a limit, and whether it must stay below or above it. */
  readonly limit?: { readonly figure: string; readonly atMost?: number; readonly atLeast?: number };
}

export function reached(row: Row): boolean | null {
  if (row.limit === undefined) return null;
  const figure = row.figures[row.limit.figure] ?? Number.NaN;
  return figure <= (row.limit.atMost ?? Infinity) && figure >= (row.limit.atLeast ?? -Infinity);
}

export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export const spread = (values: readonly number[]) => ({
  p50: percentile(values, 0.5),
  p99: percentile(values, 0.99),
  max: Math.max(...values),
});

export function formatRow(row: Row): string {
  const round = (value: number) => (Math.abs(value) < 1 ? value.toFixed(3) : value.toFixed(1));
  const figures = Object.entries(row.figures)
    .map(([name, value]) => (name === "value" ? round(value) : `${name} ${round(value)}`))
    .join("  ");
  const limit =
    row.limit === undefined
      ? ""
      : row.limit.atMost === undefined
        ? `≥ ${row.limit.atLeast}`
        : `≤ ${row.limit.atMost}`;
  const verdict = { true: "reached", false: "MISSED", null: "" }[`${reached(row)}`];
  const measured = `${figures} ${row.unit}`.padEnd(46);
  return `${row.what.padEnd(66)} ${measured} ${limit.padEnd(8)} ${verdict}`;
}
