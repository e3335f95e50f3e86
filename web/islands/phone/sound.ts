// Sound card and microphone of the browser phone. Everything here may be missing: without a
// microphone silence is sent, without a worklet (plain HTTP) the page's own thread does the work.
import { type AudioOrder, LineAudio } from "./line-audio.ts";

export type MicState = "unasked" | "on" | "refused" | "none" | "insecure";

export interface Sound {
  order(order: AudioOrder): void;
  /** Lets the browser play sound and asks for the microphone once; call from a click or key. */
  wake(): void;
  /** 0 to 1. */
  volume(level: number): void;
  ring(on: boolean): void;
  close(): void;
}

export interface SoundListener {
  frame(frame: Int16Array): void;
  mic(state: MicState): void;
  /** Whether the browser plays sound yet. */
  awake(awake: boolean): void;
}

/** Two tones 25 times a second in turn: an electronic ringer. */
const ringToneHz = [1150, 1450] as const;
const ringerTurnsPerSecond = 20;
/** Samples a block where there is no worklet: 21 ms at 48 kHz. */
const scriptBlock = 1024;

interface LineNode {
  readonly node: AudioNode;
  order(order: AudioOrder): void;
}

export async function createSound(worklet: string, listener: SoundListener): Promise<Sound> {
  const context = new AudioContext({ latencyHint: "interactive" });
  const speaker = new GainNode(context, { gain: 0.8 });
  speaker.connect(context.destination);
  const line = await lineNode(context, worklet, (frame) => listener.frame(frame));
  line.node.connect(speaker);
  let ringer: ((on: boolean) => void) | null = null;
  let asked = false;
  let stream: MediaStream | null = null;
  let ringing = false;
  const awake = () => {
    const running = context.state === "running";
    // Sounds started before the browser allows any would only be complained about.
    if (running) ringer ??= createRinger(context);
    ringer?.(ringing);
    listener.awake(running);
  };
  context.onstatechange = awake;
  awake();
  return {
    order: (order) => line.order(order),
    wake() {
      if (context.state === "suspended") void context.resume();
      if (asked) return;
      asked = true;
      openMicrophone().then(
        (opened) => {
          if (typeof opened === "string") return listener.mic(opened);
          stream = opened;
          new MediaStreamAudioSourceNode(context, { mediaStream: opened }).connect(line.node);
          listener.mic("on");
          opened.getAudioTracks()[0]?.addEventListener("ended", () => listener.mic("none"));
        },
        () => listener.mic("none"),
      );
    },
    volume: (level) => speaker.gain.setTargetAtTime(level, context.currentTime, 0.02),
    ring(on) {
      ringing = on;
      ringer?.(on);
    },
    close() {
      for (const track of stream?.getTracks() ?? []) track.stop();
      void context.close();
    },
  };
}

async function openMicrophone(): Promise<MediaStream | MicState> {
  // Undefined on plain HTTP except on the machine itself, whatever the types say.
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  if (!devices) return "insecure";
  try {
    return await devices.getUserMedia({
      audio: { channelCount: 1, echoCancellation: true, noiseSuppression: true },
    });
  } catch (error) {
    const name = error instanceof DOMException ? error.name : "";
    return name === "NotAllowedError" || name === "SecurityError" ? "refused" : "none";
  }
}

async function lineNode(
  context: AudioContext,
  worklet: string,
  onFrame: (frame: Int16Array) => void,
): Promise<LineNode> {
  const worklets = context.audioWorklet as AudioWorklet | undefined;
  if (!worklets) return scriptNode(context, onFrame);
  await worklets.addModule(worklet);
  const node = new AudioWorkletNode(context, "line", {
    numberOfInputs: 1,
    numberOfOutputs: 1,
    outputChannelCount: [1],
    channelCount: 1,
    channelCountMode: "explicit",
  });
  node.port.onmessage = (event: MessageEvent<Int16Array>) => onFrame(event.data);
  return { node, order: (order) => node.port.postMessage(order) };
}

/** ScriptProcessorNode is deprecated, and the only way without a secure context. */
function scriptNode(context: AudioContext, onFrame: (frame: Int16Array) => void): LineNode {
  const audio = new LineAudio(context.sampleRate, onFrame);
  const node = context.createScriptProcessor(scriptBlock, 1, 1);
  node.onaudioprocess = ({ inputBuffer, outputBuffer }) =>
    audio.process(inputBuffer.getChannelData(0), outputBuffer.getChannelData(0));
  return { node, order: (order) => audio.order(order) };
}

function createRinger(context: AudioContext): (on: boolean) => void {
  const loudness = new GainNode(context, { gain: 0 });
  loudness.connect(context.destination);
  const [low, high] = ringToneHz;
  const tone = new OscillatorNode(context, { type: "triangle", frequency: (low + high) / 2 });
  const turns = new OscillatorNode(context, { type: "square", frequency: ringerTurnsPerSecond });
  const swing = new GainNode(context, { gain: (high - low) / 2 });
  turns.connect(swing).connect(tone.frequency);
  tone.connect(loudness);
  tone.start();
  turns.start();
  return (on) => loudness.gain.setTargetAtTime(on ? 0.12 : 0, context.currentTime, 0.01);
}
