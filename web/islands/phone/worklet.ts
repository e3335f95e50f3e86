// The audio worklet: LineAudio on the browser's audio thread, frames by message port.
import { type AudioOrder, LineAudio } from "./line-audio.ts";

// What the worklet's global scope has; TypeScript's DOM library does not describe it.
declare const sampleRate: number;
declare class AudioWorkletProcessor {
  readonly port: MessagePort;
}
declare function registerProcessor(name: string, processor: new () => AudioWorkletProcessor): void;

class LineProcessor extends AudioWorkletProcessor {
  readonly #audio = new LineAudio(sampleRate, (frame) =>
    this.port.postMessage(frame, [frame.buffer]),
  );

  constructor() {
    super();
    this.port.onmessage = (event: MessageEvent<AudioOrder>) => this.#audio.order(event.data);
  }

  process(inputs: Float32Array[][], outputs: Float32Array[][]): boolean {
    const [output] = outputs[0] ?? [];
    if (output) this.#audio.process(inputs[0]?.[0] ?? null, output);
    return true;
  }
}

registerProcessor("line", LineProcessor);
