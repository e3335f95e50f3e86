// temporary until the core's own arrives
import type { Turn } from "./effect.ts";
export const printLadder = (turns: readonly Turn[]): string => JSON.stringify(turns, null, 1);
