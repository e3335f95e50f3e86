// Keypad digits and judges nobody here wrote: multimon-ng decodes what our sender sends; sox makes
// and spoils what our receiver hears; espeak-ng talks for ten minutes without dialling.
import { beforeAll, describe, expect, test } from "bun:test";
import { buildNounTool, hear, play, raw8k, run, silence, sox, soxMake } from "../support/noun.ts";

beforeAll(buildNounTool, 120_000);

const keys = "123A456B789C*0#D";
const rowHz = [697, 770, 852, 941];
const columnHz = [1209, 1336, 1477, 1633];

/** multimon-ng listens at 22050 Hz. Its names for * and # are E and F in some builds. */
function multimonHears(audio: Uint8Array): string {
  const wide = run(["sox", "-q", "-V1", ...raw8k, "-", "-t", "raw", "-r", "22050", "-"], audio).out;
  const said = run(["multimon-ng", "-q", "-a", "DTMF", "-t", "raw", "-"], wide).out.toString();
  return [...said.matchAll(/DTMF: (.)/g)]
    .map((m) => m[1])
    .join("")
    .replace(/E/g, "*")
    .replace(/F/g, "#");
}

describe("multimon-ng decodes what we send", () => {
  test("every key", () => expect(multimonHears(play("dtmf-send", keys))).toBe(keys));

  test("numbers with equal digits and pauses", () => {
    for (const number of ["01062226666", "9,0085223456789", "*57*80013800138000#", "8888888888"])
      expect(multimonHears(play("dtmf-send", number))).toBe(number.replace(",", ""));
  });
});

/** Digits as sox makes them: 50 ms on, 50 ms off, -13 dBm0 each, both pitches shifted. */
function soxDigits(digits: string, shift = 1, seconds = 0.05): Buffer {
  const parts = [...digits].map((digit) => {
    const key = keys.indexOf(digit);
    const hz = [rowHz[key >> 2] ?? 0, columnHz[key & 3] ?? 0].map((f) => String(f * shift));
    return ["synth", String(seconds), "sine", hz[0] ?? "", "sine", hz[1] ?? ""];
  });
  const made = parts.flatMap((synth) => [
    soxMake(...synth, "remix", "1,2", "gain", "-10"),
    silence(50),
  ]);
  return Buffer.concat([silence(100), ...made, silence(100)]);
}

const heard = (audio: Uint8Array) => hear("dtmf-receive", audio).join("");

describe("our receiver hears what sox makes and spoils", () => {
  const number = "13800138000*2#ABCD9977";
  const whole = () => soxDigits(number);

  test("clean", () => expect(heard(whole())).toBe(number));

  test("1.5 % high and low", () => {
    expect(heard(soxDigits(number, 1.015))).toBe(number);
    expect(heard(soxDigits(number, 0.985))).toBe(number);
  });

  test("3.5 % high or low is no digit, however long", () => {
    expect(heard(soxDigits(number, 1.035, 0.2))).toBe("");
    expect(heard(soxDigits(number, 0.965, 0.2))).toBe("");
  });

  test("23 ms is no digit", () => expect(heard(soxDigits(number, 1, 0.023))).toBe(""));

  test("at -28 dBm0", () => expect(heard(sox(whole(), "gain", "-15"))).toBe(number));

  test("clipped by 6 dB", () => expect(heard(sox(whole(), "gain", "16"))).toBe(number));

  test("through a telephone band of 300 to 3400 Hz and an echo", () => {
    expect(heard(sox(whole(), "sinc", "300-3400"))).toBe(number);
    expect(heard(sox(whole(), "echo", "0.8", "0.9", "12", "0.2"))).toBe(number);
  });

  for (const codec of ["mu-law", "a-law", "gsm-full-rate", "ima-adpcm"]) {
    test(`through ${codec}`, () => {
      const format = codec === "gsm-full-rate" ? "gsm" : codec === "ima-adpcm" ? "ima" : "raw";
      const how = ["-t", format, "-r", "8000", "-c", "1"];
      const law = format === "raw" ? ["-e", codec] : [];
      const coded = run(["sox", "-q", "-V1", ...raw8k, "-", ...how, ...law, "-"], whole()).out;
      expect(heard(run(["sox", "-q", "-V1", ...how, ...law, "-", ...raw8k, "-"], coded).out)).toBe(
        number,
      );
    });
  }

  test("with white noise 13 dB below", () => {
    const audio = whole();
    const seconds = String(audio.length / 16_000);
    const noise = soxMake("synth", seconds, "whitenoise", "gain", "-24");
    const mixed = Buffer.from(audio);
    for (let i = 0; i + 1 < Math.min(mixed.length, noise.length); i += 2)
      mixed.writeInt16LE(mixed.readInt16LE(i) + noise.readInt16LE(i), i);
    expect(heard(mixed)).toBe(number);
  });
});

describe("talk-off", () => {
  const text =
    "The north wind and the sun were disputing which was the stronger, when a traveller came " +
    "along wrapped in a warm cloak. Please hold the line, all our agents are busy. You are " +
    "caller number three. We were away a year ago; nobody phoned. Seven, ninety nine, zero. ";
  const chinese =
    "北风跟太阳正在那儿争论谁的本领大。请稍候，话务员正忙，您前面还有三位客户。一二三四五六七八九零。";
  const voices = ["en-us", "en-gb+f2", "en-us+m7", "de+f4", "fr+m3", "es+f2", "ru", "ja+f4"];

  /** Ten minutes in nine voices, each at its loudest. */
  function speech(): Buffer {
    const say = (voice: string, pitch: string, words: string) => {
      const wav = run(["espeak-ng", "-v", voice, "-p", pitch, "-s", "150", "--stdout", words]).out;
      return run(["sox", "-q", "-V1", "-t", "wav", "-", ...raw8k, "-", "norm", "-3"], wav).out;
    };
    const parts = voices.flatMap((voice) =>
      ["20", "50", "80"].map((pitch) => say(voice, pitch, text)),
    );
    for (const pitch of ["30", "60"]) parts.push(say("cmn", pitch, chinese.repeat(2)));
    return Buffer.concat(parts);
  }

  test("ten minutes of speech dial nothing and are no fax", () => {
    const audio = speech();
    expect(audio.length / 16_000).toBeGreaterThan(540);
    expect(heard(audio)).toBe("");
    expect(hear("faxtone", audio)).toEqual([]);
  }, 60_000);

  test("a minute of plucked strings dials nothing", () => {
    const notes = ["C4", "E4", "G4", "C5", "A4", "F5", "D5", "B5", "G5", "E6"];
    const chords = notes.flatMap((note, i) => {
      const other = notes[(i * 3 + 2) % notes.length] ?? note;
      return [soxMake("synth", "6", "pluck", note, "pluck", other, "remix", "1,2", "gain", "-6")];
    });
    expect(heard(Buffer.concat(chords))).toBe("");
  });
});
