// A state table as a Mermaid state diagram, drawn from its `exits` and `timers`. Pure text.

interface DrawnRow {
  readonly exits: readonly string[];
  readonly timers?: readonly string[];
  readonly on: object;
}

/** Draws a table.
 *  @param first the state in which a machine begins
 *  @returns a Markdown page with the diagram and a table of what each state takes notice of */
export function drawTable(
  title: string,
  table: Readonly<Record<string, DrawnRow>>,
  first: readonly string[],
): string {
  const states = Object.entries(table);
  const arrows = states.flatMap(([from, { exits }]) => exits.map((to) => `  ${from} --> ${to}`));
  const ends = states.filter(([, { exits }]) => exits.length === 0).map(([end]) => end);
  return [
    `# ${title}`,
    "",
    "Drawn from the table's `exits` by `npm run diagrams`; a test compares the two.",
    "",
    "```mermaid",
    "stateDiagram-v2",
    ...first.map((state) => `  [*] --> ${state}`),
    ...arrows,
    ...ends.map((end) => `  ${end} --> [*]`),
    "```",
    "",
    "| state | timers it starts | acts on |",
    "| --- | --- | --- |",
    ...states.map(
      ([state, row]) =>
        `| ${state} | ${(row.timers ?? []).join(", ")} | ${eventsOf(row).join(", ")} |`,
    ),
    "",
  ].join("\n");
}

/** Events for which the state has something to do; `stay` and `fault` are left out. */
const eventsOf = (row: DrawnRow): readonly string[] =>
  Object.entries(row.on).flatMap(([event, cell]) => (typeof cell === "function" ? [event] : []));
