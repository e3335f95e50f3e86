// Draws the two voices of a recording under its player: peaks of each channel, read from the WAV
// as it arrives, the played part in colour. The sound itself is the browser's business.

/** A longer recording is played without its picture: 64 MB is about half an hour in stereo. */
const maxBytes = 64 * 1024 * 1024;
const peakCount = 400;

interface WavShape {
  readonly channels: number;
  readonly dataAt: number;
  readonly dataBytes: number;
}

/** Shape of 16-bit PCM as this box records it.
 *  @returns null for anything else */
export function wavShape(bytes: Uint8Array): WavShape | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const tag = (at: number) =>
    String.fromCharCode(...Array.from({ length: 4 }, (_, i) => bytes[at + i] ?? 0));
  if (bytes.length < 44 || tag(0) !== "RIFF" || tag(8) !== "WAVE") return null;
  let channels = 0;
  for (let at = 12; at + 8 <= bytes.length; ) {
    const size = view.getUint32(at + 4, true);
    if (tag(at) === "fmt ") {
      if (at + 24 > bytes.length) return null;
      if (view.getUint16(at + 8, true) !== 1 || view.getUint16(at + 22, true) !== 16) return null;
      channels = view.getUint16(at + 10, true);
    }
    if (tag(at) === "data") {
      const dataBytes = Math.min(size, bytes.length - at - 8);
      return channels === 0 ? null : { channels, dataAt: at + 8, dataBytes };
    }
    at += 8 + size + (size % 2);
  }
  return null;
}

/** Highest magnitude (0 to 1) in each of `count` equal stretches of one channel. */
export function wavPeaks(bytes: Uint8Array, shape: WavShape, channel: number, count: number) {
  const frames = Math.floor(shape.dataBytes / 2 / shape.channels);
  const view = new DataView(bytes.buffer, bytes.byteOffset + shape.dataAt, shape.dataBytes);
  const peaks = new Float32Array(count);
  for (let index = 0; index < count; index++) {
    const end = Math.floor(((index + 1) * frames) / count);
    let peak = 0;
    for (let frame = Math.floor((index * frames) / count); frame < end; frame++) {
      peak = Math.max(peak, Math.abs(view.getInt16((frame * shape.channels + channel) * 2, true)));
    }
    peaks[index] = peak / 32768;
  }
  return peaks;
}

function draw(canvas: HTMLCanvasElement, peaks: Float32Array, played: number): void {
  const ratio = window.devicePixelRatio || 1;
  canvas.width = Math.max(1, canvas.clientWidth * ratio);
  canvas.height = Math.max(1, canvas.clientHeight * ratio);
  const context = canvas.getContext("2d");
  if (!context) return;
  // Ready colours: the tokens themselves hold one for light and one for dark.
  const { color: rest, outlineColor: done } = getComputedStyle(canvas);
  const step = canvas.width / peaks.length;
  peaks.forEach((peak, index) => {
    // Square root: quiet speech stays visible beside loud speech.
    const height = Math.max(ratio, Math.sqrt(peak) * canvas.height * 0.94);
    context.fillStyle = index / peaks.length < played ? done : rest;
    context.fillRect(index * step, (canvas.height - height) / 2, Math.max(1, step * 0.62), height);
  });
}

async function setUpPlayer(player: HTMLElement): Promise<void> {
  const audio = player.querySelector("audio");
  if (!audio) return;
  const broken = player.querySelector<HTMLElement>("[role=alert]");
  audio.addEventListener("error", () => {
    if (broken) broken.hidden = false;
  });
  const answer = await fetch(player.dataset.player ?? "", { credentials: "same-origin" });
  if (!answer.ok || Number(answer.headers.get("content-length") ?? 0) > maxBytes) return;
  const bytes = new Uint8Array(await answer.arrayBuffer());
  const shape = wavShape(bytes);
  if (!shape) return;
  const waves = [...player.querySelectorAll<HTMLElement>(".wave")].slice(0, shape.channels);
  const drawn = waves.flatMap((wave, channel) => {
    const canvas = wave.querySelector("canvas");
    wave.hidden = false;
    return canvas ? [{ canvas, peaks: wavPeaks(bytes, shape, channel, peakCount) }] : [];
  });
  const redraw = () => {
    const played = audio.duration > 0 ? audio.currentTime / audio.duration : 0;
    for (const { canvas, peaks } of drawn) draw(canvas, peaks, played);
  };
  for (const { canvas } of drawn) {
    canvas.addEventListener("click", (event) => {
      if (audio.duration > 0) {
        audio.currentTime = (event.offsetX / canvas.clientWidth) * audio.duration;
      }
    });
  }
  audio.addEventListener("timeupdate", redraw);
  window.addEventListener("resize", redraw);
  redraw();
}

export function setUpPlayers(): void {
  for (const player of document.querySelectorAll<HTMLElement>("[data-player]")) {
    setUpPlayer(player).catch((error: unknown) => console.warn("waveform not drawn", error));
  }
}
