import { describe, expect, test } from "bun:test";
import { wavPeaks, wavShape } from "../../web/islands/player.ts";
import { translator } from "../../web/locales/catalogue.ts";
import { ladderOf } from "../../web/pages/call-ladder.ts";
import {
  clockMs,
  dayName,
  duration,
  isoDay,
  nextDay,
  phoneNumber,
  startOfDay,
  timer,
} from "../../web/parts/format.ts";
import { partyName, peerName, portLabel } from "../../web/parts/names.ts";
import { sampleNow, sampleOffice, sampleTurns, sampleView } from "../support/page-samples.ts";
import { sampleWav } from "../support/sample-wav.ts";

const t = translator("en");

describe("times and numbers", () => {
  const view = sampleView({ language: "en" });

  test("clock, timer, duration", () => {
    expect(clockMs(view, sampleNow)).toBe("10:42:15.300");
    expect([0, 59, 134, 3600, 3661, -5].map(timer)).toEqual([
      "00:00",
      "00:59",
      "02:14",
      "1:00:00",
      "1:01:01",
      "00:00",
    ]);
    expect([4.44, 58.6, 315, 4000].map((one) => duration(t, one))).toEqual([
      "4.4 s",
      "59 s",
      "5 min 15 s",
      "1 h 6 min",
    ]);
  });

  test("days begin at the office's midnight, also when the clocks change", () => {
    expect(startOfDay("Asia/Shanghai", "2026-11-20")).toBe(Date.parse("2026-11-19T16:00:00Z"));
    const spring = startOfDay("Europe/Berlin", "2026-03-29") ?? 0;
    const after = startOfDay("Europe/Berlin", nextDay("2026-03-29")) ?? 0;
    expect((after - spring) / 3_600_000).toBe(23);
    const autumn = startOfDay("Europe/Berlin", "2026-10-25") ?? 0;
    const later = startOfDay("Europe/Berlin", nextDay("2026-10-25")) ?? 0;
    expect((later - autumn) / 3_600_000).toBe(25);
    expect(nextDay("2026-12-31")).toBe("2027-01-01");
    for (const wrong of ["", "2026-02-30", "20-11-2026", "2026-13-01", "x"]) {
      expect(startOfDay("Asia/Shanghai", wrong)).toBeNull();
    }
  });

  test("today and yesterday by the office's day, not by 24 hours", () => {
    expect(dayName(view, sampleNow - 10 * 3_600_000)).toBe("Today");
    expect(dayName(view, sampleNow - 11 * 3_600_000)).toBe("Yesterday");
    expect(dayName(view, Date.parse("2026-11-02T03:00:00Z"))).toBe("2 Nov");
    expect(dayName(view, Date.parse("2025-11-02T03:00:00Z"))).toBe("2 Nov 2025");
    expect(isoDay(view, sampleNow - 11 * 3_600_000)).toBe("2026-11-19");
  });

  test("Chinese mobile numbers are spaced, all else is as it came", () => {
    expect(phoneNumber("13800138000")).toBe("138 0013 8000");
    expect(phoneNumber("01055550100")).toBe("01055550100");
    expect(phoneNumber("1380013800")).toBe("1380013800");
  });
});

test("parties are named as people know them", () => {
  expect(partyName(sampleOffice, "803")).toBe("803 店长");
  expect(partyName(sampleOffice, "808")).toBe("808");
  expect(partyName(sampleOffice, "800")).toBe("800 全店");
  expect(peerName(sampleOffice, "line2")).toBe("外线2");
  expect(portLabel(sampleOffice, "fxs/9")).toBe("fxs/9");
});

describe("ladder of a call", () => {
  const ladder = ladderOf(t, sampleOffice, sampleTurns, "13800138000");
  const named = ladder.rows.map(
    (row) => `${ladder.columns[row.from]?.label} ${ladder.columns[row.to]?.label} ${row.what}`,
  );

  test("trunk, box, who answered; the others that only rang share a column", () => {
    expect(ladder.columns.map((one) => one.label)).toEqual(["外线2", "Box", "802", "7 others"]);
    expect(ladder.columns[0]?.sub).toBe("138 0013 8000");
    expect(named.filter((one) => one.startsWith("Box 7 others ring"))).toHaveLength(1);
  });

  test("digits are gathered, two joins are one row, times go down", () => {
    expect(named).toContain("802 Box dials 12");
    expect(named).toContain("外线2 802 connect speech");
    const times = ladder.rows.map((row) => row.at);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(named.at(-1)).toBe("802 Box on-hook");
  });

  test("an internal call has its caller left of the box", () => {
    const turns = sampleTurns.slice(2, 5);
    const inside = ladderOf(
      t,
      sampleOffice,
      turns.map((turn) => ({ ...turn, effects: [] })),
      "",
    );
    expect(inside.columns.map((one) => one.label)).toEqual(["802", "Box"]);
  });
});

describe("waveform", () => {
  const wav = sampleWav(4);

  test("each voice shows when it speaks", () => {
    const shape = wavShape(wav);
    if (!shape) throw new Error("no shape");
    expect(shape).toEqual({ channels: 2, dataAt: 44, dataBytes: 4 * 8000 * 4 });
    const [left, right] = [0, 1].map((channel) => wavPeaks(wav, shape, channel, 4));
    expect([...(left ?? [])].map((one) => one > 0.1)).toEqual([true, true, false, false]);
    expect([...(right ?? [])].map((one) => one > 0.1)).toEqual([false, false, true, true]);
  });

  test("a file that grows, is cut or is no WAV does no harm", () => {
    const growing = wav.slice();
    new DataView(growing.buffer).setUint32(40, 0xffffffff, true);
    expect(wavShape(growing)?.dataBytes).toBe(4 * 8000 * 4);
    for (let length = 0; length < 60; length++) wavShape(wav.subarray(0, length));
    expect(wavShape(wav.subarray(0, 40))).toBeNull();
    expect(wavShape(new Uint8Array(100))).toBeNull();
  });
});
