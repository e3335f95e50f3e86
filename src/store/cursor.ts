// Where a page of the call history ended. Opaque to the outside and checked when it comes back.

export interface Cursor {
  readonly startedAt: number;
  readonly id: number;
}

export function writeCursor(cursor: Cursor): string {
  return Buffer.from(`${cursor.startedAt}_${cursor.id}`).toString("base64url");
}

/** @returns null for anything that `writeCursor` did not write; never throws */
export function readCursor(text: string): Cursor | null {
  if (text.length > 80 || !/^[A-Za-z0-9_-]+$/.test(text)) return null;
  const match = /^(-?\d+(?:\.\d+)?)_(\d{1,16})$/.exec(Buffer.from(text, "base64url").toString());
  const [startedAt, id] = [Number(match?.[1]), Number(match?.[2])];
  return Number.isFinite(startedAt) && Number.isSafeInteger(id) ? { startedAt, id } : null;
}
