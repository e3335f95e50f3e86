// Reads a WAV file into samples the engine can play. Not a converter: 16-bit mono PCM at 8 kHz.

export type WavResult =
  | { readonly ok: true; readonly pcm: Int16Array }
  | { readonly ok: false; readonly reason: string };

/** @param bytes  a whole RIFF/WAVE file; trailing or odd chunks are skipped
 *  @returns samples (mono int16 at 8000 Hz), or the reason in words; never throws */
export function parseWav(bytes: Uint8Array): WavResult {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const tag = (at: number) => String.fromCharCode(...bytes.subarray(at, at + 4));
  if (bytes.length < 12 || tag(0) !== "RIFF" || tag(8) !== "WAVE") {
    return { ok: false, reason: "not a WAV file" };
  }
  let format = "";
  for (let at = 12; at + 8 <= bytes.length; ) {
    const size = view.getUint32(at + 4, true);
    const body = at + 8;
    if (tag(at) === "fmt " && body + 16 <= bytes.length) {
      const [kind, channels] = [view.getUint16(body, true), view.getUint16(body + 2, true)];
      const [rate, bits] = [view.getUint32(body + 4, true), view.getUint16(body + 14, true)];
      const coding = kind === 1 ? "PCM" : `format ${kind}`;
      format = `${coding}, ${channels} channel, ${rate} Hz, ${bits} bit`;
    }
    if (tag(at) === "data") {
      if (format !== "PCM, 1 channel, 8000 Hz, 16 bit") {
        return {
          ok: false,
          reason: `needs PCM, 1 channel, 8000 Hz, 16 bit; has ${format || "none"}`,
        };
      }
      const end = Math.min(body + size, bytes.length);
      const samples = new Int16Array((end - body) >> 1);
      for (let i = 0; i < samples.length; i += 1) samples[i] = view.getInt16(body + 2 * i, true);
      return { ok: true, pcm: samples };
    }
    at = body + size + (size & 1);
  }
  return { ok: false, reason: "has no audio data" };
}
