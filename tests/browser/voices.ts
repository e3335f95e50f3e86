// What people say into Chromium's false microphone, as 16-bit WAV files.

const rateHz = 48_000;

function wavOf(seconds: number, sampleAt: (n: number) => number): Uint8Array {
  const count = rateHz * seconds;
  const bytes = new Uint8Array(44 + count * 2);
  const view = new DataView(bytes.buffer);
  const words = [0x46464952, bytes.length - 8, 0x45564157, 0x20746d66, 16, 0x10001, rateHz];
  [...words, rateHz * 2].forEach((word, n) => {
    view.setUint32(n * 4, word, true);
  });
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  view.setUint32(36, 0x61746164, true);
  view.setUint32(40, count * 2, true);
  for (let n = 0; n < count; n++) view.setInt16(44 + n * 2, sampleAt(n), true);
  return bytes;
}

/** A steady tone, 2 s, looped by the browser. */
export function toneWav(hz: number): Uint8Array {
  return wavOf(2, (n) => 9000 * Math.sin((2 * Math.PI * hz * n) / rateHz));
}

/** Syllables of two people who let each other finish, 6 s: voice 0 begins, voice 1 replies. */
export function speechWav(voice: number): Uint8Array {
  const pitchHz = voice === 0 ? 180 : 115;
  return wavOf(6, (n) => {
    const at = n / rateHz;
    const speaks = Math.floor(at / 1.5) % 2 === voice && at % 1.5 < 1.3;
    if (!speaks) return 0;
    const syllable = Math.sin(Math.PI * ((at * 4.3 + voice * 0.3) % 1)) ** 2;
    const stress = 0.45 + 0.55 * Math.abs(Math.sin(at * 2.7 + voice));
    let wave = 0;
    for (let k = 1; k < 12; k++) wave += Math.sin(2 * Math.PI * pitchHz * k * at) / (k + 1);
    return 7000 * syllable * stress * wave;
  });
}
