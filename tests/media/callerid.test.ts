// Caller ID and judges nobody here wrote: minimodem reads the FSK we send and sends what we read;
// multimon-ng reads the DTMF form; sox makes the DTMF forms of other exchanges.
import { beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildNounTool, play, raw8k, run, silence, sox, soxMake } from "../support/noun.ts";

beforeAll(buildNounTool, 120_000);

type Form = "bell202" | "v23";
const pitches = { bell202: ["1200", "2200"], v23: ["1300", "2100"] } as const;
const forms: readonly Form[] = ["bell202", "v23"];

/** minimodem reads and writes files only. */
function withWav<T>(use: (path: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), "callerid-"));
  try {
    return use(join(folder, "audio.wav"));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const modem = (form: Form) => ["-8", "-M", pitches[form][0], "-S", pitches[form][1], "1200"];

function minimodemReads(audio: Buffer, form: Form): Buffer {
  return withWav((path) => {
    run(["sox", "-q", "-R", ...raw8k, "-", path], audio);
    return run(["minimodem", "--rx", "-q", "-f", path, ...modem(form)]).out;
  });
}

/** The bytes as minimodem sends them: no seizure, so its own leading mark is all there is. */
function minimodemSends(bytes: Uint8Array, form: Form): Buffer {
  return withWav((path) => {
    const start = ["minimodem", "--tx", "-R", "8000", "-v", "0.3", "-f", path];
    run([...start, ...modem(form)], bytes);
    const audio = run(["sox", "-q", "-R", path, ...raw8k, "-"]).out;
    // Its leader is two bits of mark; a telephone exchange sends 180.
    const mark = soxMake("synth", "0.15", "sine", pitches[form][0], "gain", "-10");
    return Buffer.concat([silence(200), mark, audio, silence(300)]);
  });
}

const checksummed = (message: readonly number[]) =>
  Uint8Array.from([...message, -message.reduce((sum, byte) => sum + byte, 0) & 0xff]);
const codes = (text: string) => [...text].map((c) => c.charCodeAt(0));
const sdmf = (number: string) => {
  const body = [...codes("11201030"), ...codes(number)];
  return checksummed([0x04, body.length, ...body]);
};

/** What our receiver says, without the time. */
const received = (audio: Buffer): string[] =>
  run([join(import.meta.dir, "../../build/native/noun_cli"), "callerid-receive"], audio)
    .out.toString()
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => line.replace(/^\d+ /, ""));

describe("minimodem reads what we send", () => {
  for (const form of forms)
    test(`${form}: type, length, number, name, checksum`, () => {
      const bytes = minimodemReads(play("callerid-send", form, "13800138000", "Smith"), form);
      const at = bytes.indexOf(Buffer.from([0x80]));
      const message = bytes.subarray(at, at + (bytes[at + 1] ?? 0) + 3);
      expect(message.includes(Buffer.from("\x02\x0b13800138000"))).toBe(true);
      expect(message.includes(Buffer.from("\x07\x05Smith"))).toBe(true);
      expect(message.reduce((sum, byte) => sum + byte, 0) % 256).toBe(0);
      // Before it: 30 bytes of seizure.
      expect(bytes.subarray(0, at).filter((byte) => byte === 0x55).length).toBeGreaterThan(25);
    });

  test("a number alone is SDMF in Bell 202, Chinese names are GB 2312", () => {
    const bytes = minimodemReads(play("callerid-send", "bell202", "801"), "bell202");
    expect(bytes.includes(Buffer.from(sdmf("801")))).toBe(true);
    const named = minimodemReads(play("callerid-send", "v23", "801", "王小明"), "v23");
    expect(named.includes(Buffer.from([7, 6, 0xcd, 0xf5, 0xd0, 0xa1, 0xc3, 0xf7]))).toBe(true);
  });
});

describe("we read what minimodem sends", () => {
  for (const form of forms)
    test(form, () => {
      for (const number of ["801", "13800138000", "00441632960000"])
        expect(received(minimodemSends(sdmf(number), form))).toEqual([
          `${form} allowed ${number} -`,
        ]);
    });

  test("a wrong checksum is bad, never a number", () => {
    const message = sdmf("13800138000");
    message[15] = (message[15] ?? 0) ^ 1;
    expect(received(minimodemSends(message, "bell202"))).toEqual(["bell202 bad"]);
  });
});

describe("there and back", () => {
  test("every form, with noise under it", () => {
    for (const form of ["bell202", "v23", "dtmf"])
      for (const level of ["-20", "0", "5"]) {
        const audio = play("callerid-send", form, "02188889999");
        const seconds = String(audio.length / 16_000);
        const noise = soxMake("synth", seconds, "whitenoise", "gain", "-45");
        const mixed = withWav((path) => {
          writeFileSync(path, noise);
          const line = ["sox", "-q", "-R", "-m", ...raw8k, "-", ...raw8k, path, ...raw8k, "-"];
          return run(line, sox(audio, "gain", level)).out;
        });
        expect(received(mixed)).toEqual([`${form} allowed 02188889999 -`]);
      }
  });

  test("withheld and unavailable", () => {
    for (const form of ["bell202", "v23", "dtmf"]) {
      expect(received(play("callerid-send", form, "P"))).toEqual([`${form} private - -`]);
      expect(received(play("callerid-send", form, "O"))).toEqual([`${form} unavailable - -`]);
    }
  });
});

describe("DTMF forms", () => {
  const keys = "123A456B789C*0#D";
  const rows = [697, 770, 852, 941];
  const columns = [1209, 1336, 1477, 1633];
  const sent = (digits: string, seconds = "0.07") =>
    Buffer.concat([
      silence(300),
      ...[...digits].flatMap((digit) => {
        const key = keys.indexOf(digit);
        const [low, high] = [String(rows[key >> 2]), String(columns[key & 3])];
        const made = ["synth", seconds, "sine", low, "sine", high, "remix", "1,2", "gain", "-12"];
        return [soxMake(...made), silence(70)];
      }),
      silence(800),
    ]);

  test("of other exchanges, made by sox", () => {
    for (const form of ["A5551234C", "D5551234C", "A5551234#", "5551234#", "A5551234D999B00C"])
      expect(received(sent(form))).toEqual(["dtmf allowed 5551234 -"]);
    expect(received(sent("D1#"))).toEqual(["dtmf private - -"]);
    expect(received(sent("B00C"))).toEqual(["dtmf unavailable - -"]);
  });

  test("no end digit, no number", () => {
    expect(received(sent("A5551234"))).toEqual(["dtmf bad"]);
    expect(received(sent("5551234"))).toEqual([]);
  });

  test("multimon-ng reads ours", () => {
    const audio = play("callerid-send", "dtmf", "13800138000");
    const wide = run(
      ["sox", "-q", "-R", ...raw8k, "-", "-t", "raw", "-r", "22050", "-"],
      audio,
    ).out;
    const said = run(["multimon-ng", "-q", "-a", "DTMF", "-t", "raw", "-"], wide).out.toString();
    expect([...said.matchAll(/DTMF: (.)/g)].map((m) => m[1]).join("")).toBe("D13800138000C");
  });
});

test("espeak-ng's speech identifies nobody", () => {
  const speech = withWav((path) => {
    run(["espeak-ng", "-w", path, "The quick brown fox jumps over the lazy dog. ".repeat(20)]);
    return sox(run(["sox", "-q", "-R", path, ...raw8k, "-"]).out);
  });
  expect(speech.length).toBeGreaterThan(16_000 * 20);
  expect(received(speech)).toEqual([]);
});
