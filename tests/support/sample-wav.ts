// A stereo recording of two voices taking turns, as 16-bit PCM at 8 kHz.
const rateHz = 8000;

export function sampleWav(seconds: number): Uint8Array {
  const frames = seconds * rateHz;
  const bytes = new Uint8Array(44 + frames * 4);
  const view = new DataView(bytes.buffer);
  const tag = (at: number, text: string) => bytes.set(new TextEncoder().encode(text), at);
  tag(0, "RIFF");
  view.setUint32(4, 36 + frames * 4, true);
  tag(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 2, true);
  view.setUint32(24, rateHz, true);
  view.setUint32(28, rateHz * 4, true);
  view.setUint16(32, 4, true);
  view.setUint16(34, 16, true);
  tag(36, "data");
  view.setUint32(40, frames * 4, true);
  for (let n = 0; n < frames; n++) {
    const second = n / rateHz;
    const left = Math.floor(second / 2) % 2 === 0;
    const envelope = Math.abs(Math.sin(second * 5.1) * Math.sin(second * 17.3));
    const voice = 9000 * envelope * Math.sin(2 * Math.PI * 220 * second);
    view.setInt16(44 + n * 4, left ? voice : 0, true);
    view.setInt16(46 + n * 4, left ? 0 : voice * 0.8, true);
  }
  return bytes;
}
