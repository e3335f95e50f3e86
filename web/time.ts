// Times as the API writes them.

/** ISO 8601 with the offset of the box's time zone: `2026-11-20T19:03:05.120+08:00`.
 *  @param at epoch ms */
export function isoTime(at: number): string {
  const date = new Date(at);
  const offset = -date.getTimezoneOffset();
  const two = (value: number) => String(Math.floor(Math.abs(value))).padStart(2, "0");
  const local = new Date(date.getTime() + offset * 60_000).toISOString().slice(0, -1);
  return `${local}${offset < 0 ? "-" : "+"}${two(offset / 60)}:${two(offset % 60)}`;
}

export const isoTimeOrNull = (at: number | null): string | null =>
  at === null ? null : isoTime(at);
