// `npm run trace -- <call> [--json]`: prints a call of this box's data directory as a ladder, or
// as the trace file that replays it. Reads only; the box may be running.
