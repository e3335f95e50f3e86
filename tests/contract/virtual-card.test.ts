import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClock } from "../../src/drivers/clock.ts";
import { openVirtualCard } from "../../src/drivers/virtual/card.ts";
import { lineCardContract } from "./line-card.ts";

lineCardContract("virtual", async () => {
  const folder = mkdtempSync(join(tmpdir(), "linefinder-contract-"));
  const recordingPath = (recording: string) => join(folder, `${recording}.wav`);
  const card = openVirtualCard({ clock: createClock(), recordingPath });
  return {
    card,
    loadClip: (name, pcm) => {
      if (!card.loadClip(name, pcm)) throw new Error(`clip ${name} refused`);
    },
    recordingPath,
    close() {
      card.close();
      rmSync(folder, { recursive: true });
    },
  };
});
