// A ladder: one rail a party, time running down, an arrow for each thing that happened. Wide
// screens see the drawing; narrow screens and screen readers get the same as a list.
import { clockMs } from "./format.ts";
import type { View } from "./view.ts";

export type LadderKind = "go" | "ring" | "end" | "quiet";

export interface LadderRow {
  /** Epoch ms. */
  readonly at: number;
  /** Columns by index; equal = something a party did for itself. */
  readonly from: number;
  readonly to: number;
  readonly kind: LadderKind;
  readonly what: string;
  readonly both: boolean;
}

export interface Ladder {
  readonly columns: readonly { readonly label: string; readonly sub: string }[];
  readonly rows: readonly LadderRow[];
}

const timeWidth = 112;
const sideWidth = 62;
const headHeight = 48;
const rowHeight = 36;

/** CJK glyphs are about twice as wide as Latin ones. Widths in px at 13 px. */
function textWidth(text: string): number {
  return [...text].reduce((sum, one) => sum + ((one.codePointAt(0) ?? 0) > 0x2e80 ? 13 : 7.2), 0);
}

function Arrow({ x1, x2, y, kind }: { x1: number; x2: number; y: number; kind: LadderKind }) {
  const way = x2 > x1 ? 1 : -1;
  const tip = x2 - way * 1;
  return <path class={kind} d={`M${tip} ${y}l${-8 * way} -4.5v9z`} stroke="none" />;
}

function Row({ view, row, x, y }: { view: View; row: LadderRow; x: number[]; y: number }) {
  const x1 = x[row.from] ?? 0;
  const x2 = x[row.to] ?? 0;
  const widest = textWidth(row.what) / 2 + 4;
  const last = x.at(-1) ?? 0;
  // Keep a label that is wider than its arrow inside the drawing.
  const middle = Math.min(Math.max((x1 + x2) / 2, timeWidth + widest), last + sideWidth - widest);
  return (
    <g>
      <text class="at" x={4} y={y + 4}>
        {clockMs(view, row.at)}
      </text>
      {x1 === x2 ? (
        <circle class={`self ${row.kind}`} cx={x1} cy={y} r={4.5} />
      ) : (
        <>
          <line class={row.kind} x1={x1} x2={x2} y1={y} y2={y} />
          <Arrow x1={x1} x2={x2} y={y} kind={row.kind} />
          {row.both && <Arrow x1={x2} x2={x1} y={y} kind={row.kind} />}
        </>
      )}
      <text class="what" x={middle} y={y - 7}>
        {row.what}
      </text>
    </g>
  );
}

export function LadderDrawing({ view, ladder }: { view: View; ladder: Ladder }) {
  const { columns, rows } = ladder;
  const gap = columns.length <= 3 ? 185 : 150;
  const x = columns.map((_, index) => timeWidth + sideWidth + gap * index);
  const width = timeWidth + sideWidth * 2 + gap * (columns.length - 1);
  const height = headHeight + rowHeight * rows.length + 14;
  return (
    <div class="ladder">
      <svg viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
        {columns.map((column, index) => (
          <g key={column.label}>
            <text class="head-text" x={x[index]} y={18}>
              {column.label}
            </text>
            <text class="head-sub" x={x[index]} y={34}>
              {column.sub}
            </text>
            <line class="rail" x1={x[index]} x2={x[index]} y1={42} y2={height} />
          </g>
        ))}
        {rows.map((row, index) => (
          <Row
            key={`${row.at} ${index}`}
            view={view}
            row={row}
            x={x}
            y={headHeight + rowHeight * index + 24}
          />
        ))}
      </svg>
    </div>
  );
}

/** The same rows to be read one after the other. */
export function LadderSteps({ view, ladder }: { view: View; ladder: Ladder }) {
  const name = (index: number) => ladder.columns[index]?.label ?? "";
  return (
    <ol class="steps" aria-label={view.t("ladder.label")}>
      {ladder.rows.map((row, index) => (
        <li key={`${row.at} ${index}`} class={row.kind}>
          <time>{clockMs(view, row.at)}</time>
          <span>
            {row.from === row.to
              ? `${name(row.from)} ${row.what}`
              : view.t("ladder.caption", {
                  from: name(row.from),
                  to: name(row.to),
                  what: row.what,
                })}
          </span>
        </li>
      ))}
    </ol>
  );
}
