// The browser phone as one sees it. Preact in the browser, because the handset's state lives here.
import { render } from "preact";
import { useEffect, useState } from "preact/hooks";
import { keys } from "./dtmf.ts";
import type { LineState } from "./line.ts";
import type { MicState } from "./sound.ts";
import { createTelephone, type PhoneView, type Telephone } from "./telephone.ts";

interface Props {
  readonly number: string;
  readonly name: string;
  readonly line: string;
  readonly worklet: string;
  readonly flashMs: number;
  readonly hangUpMs: number;
  readonly accessPrefix: string;
  readonly extensions: readonly { readonly number: string; readonly name: string }[];
  readonly messages: Readonly<Record<string, string>>;
}

type Say = (key: string, params?: Readonly<Record<string, string>>) => string;

const letters = ["", "ABC", "DEF", "GHI", "JKL", "MNO", "PQRS", "TUV", "WXYZ", "", "", ""] as const;

function timer(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const two = (n: number) => String(n).padStart(2, "0");
  return `${two(Math.floor(seconds / 60))}:${two(seconds % 60)}`;
}

/** What the display says: a line of state, the number in large, a line below. */
function display(view: PhoneView, say: Say, now: number): readonly [string, string, string] {
  if (view.line === "connecting") return [say("phone.connecting"), "", ""];
  if (view.line !== "open") return [lineTrouble(view, say)[0], "", ""];
  if (view.ringing) {
    const number = view.caller ? view.caller.number || callerless(view, say) : "…";
    return [say("phone.ringing"), number, view.caller?.name ?? ""];
  }
  if (view.offHook) {
    const caller = view.caller?.number || (view.answered ? callerless(view, say) : "");
    const large = view.dialled || caller;
    return [
      say("phone.talking", { time: timer(now - view.since) }),
      large,
      large === ""
        ? say("phone.offHookHint")
        : view.dialled === ""
          ? (view.caller?.name ?? "")
          : "",
    ];
  }
  return [say("phone.idle"), "", say("phone.idleHint")];
}

const callerless = (view: PhoneView, say: Say) =>
  say(view.caller?.withheld === "private" ? "phone.private" : "phone.noNumber");

function lineTrouble(view: PhoneView, say: Say): readonly [string, string] {
  const texts: Readonly<Record<Exclude<LineState, "connecting" | "open">, [string, string]>> = {
    taken: [say("phone.taken"), say("phone.takenHint")],
    forbidden: [say("phone.forbidden"), say("phone.forbiddenHint")],
    signedOut: [say("phone.signedOut"), say("phone.signedOutHint")],
    noPort: [say("phone.noPort"), say("phone.forbiddenHint")],
    lost: [say("phone.lost"), say("phone.lostHint")],
    refused: [say("phone.refused", { reason: view.reason }), ""],
  };
  return view.line === "connecting" || view.line === "open" ? ["", ""] : texts[view.line];
}

function lampOf(view: PhoneView): string {
  if (view.line !== "open") return view.line === "connecting" ? "lamp" : "lamp alarm";
  if (view.ringing) return "lamp ring";
  return view.offHook ? "lamp talk" : "lamp";
}

function Keypad({ phone, view, say }: { phone: Telephone; view: PhoneView; say: Say }) {
  return (
    <fieldset class="keypad" disabled={!view.offHook}>
      <legend class="sr">{say("phone.keypad")}</legend>
      {keys.map((key, index) => (
        <button type="button" key={key} data-key={key} onClick={() => phone.press(key)}>
          <b>{key}</b>
          <small aria-hidden="true">{letters[index]}</small>
        </button>
      ))}
    </fieldset>
  );
}

function Handset({ phone, view, say }: { phone: Telephone; view: PhoneView; say: Say }) {
  const answer = view.ringing ? "phone.answer" : "phone.lift";
  return (
    <div class="handset">
      <button
        type="button"
        class={view.offHook ? "hook down" : view.ringing ? "hook up ringing" : "hook up"}
        data-hook={view.offHook ? "off" : "on"}
        disabled={view.line !== "open"}
        onClick={() => (view.offHook ? phone.hang() : phone.lift())}
      >
        {say(view.offHook ? "phone.hang" : answer)}
      </button>
      <div class="handset-row">
        <button
          type="button"
          disabled={!view.offHook}
          title={say("phone.flashHint")}
          onClick={() => phone.flash()}
        >
          {say("phone.flash")}
        </button>
        <button
          type="button"
          disabled={!view.offHook || view.mic !== "on"}
          aria-pressed={view.muted}
          onClick={() => phone.mute()}
        >
          {say(view.muted ? "phone.unmute" : "phone.mute")}
        </button>
      </div>
      <label class="volume">
        <span>{say("phone.volume")}</span>
        <input
          type="range"
          min="0"
          max="1"
          step="0.05"
          value={view.volume}
          onInput={(event) => phone.volume(Number(event.currentTarget.value))}
        />
      </label>
    </div>
  );
}

const micTexts: Readonly<Record<MicState, string>> = {
  unasked: "",
  on: "phone.micOn",
  refused: "phone.micRefused",
  none: "phone.micNone",
  insecure: "phone.micInsecure",
};

/** What stands in the way of a good call, said before it is missed. */
function Notes({ phone, view, say }: { phone: Telephone; view: PhoneView; say: Say }) {
  const [trouble, hint] = lineTrouble(view, say);
  return (
    <div class="notes" role="status">
      {trouble !== "" && (
        <div class="note alarm">
          <div>
            <p>
              <b>{trouble}</b>
            </p>
            <p>{hint}</p>
          </div>
          {view.line !== "lost" && (
            <button type="button" class="btn" onClick={() => phone.again()}>
              {say("phone.takeAgain")}
            </button>
          )}
        </div>
      )}
      {view.soundFailed && (
        <div class="note alarm">
          <div>{say("phone.noSound")}</div>
        </div>
      )}
      {!view.awake && !view.soundFailed && (
        <div class="note">
          <div>{say("phone.plugInHint")}</div>
          <button type="button" class="btn" onClick={() => phone.wake()}>
            {say("phone.plugIn")}
          </button>
        </div>
      )}
      {view.mic !== "unasked" && view.mic !== "on" && (
        <div class="note">
          <div>{say(micTexts[view.mic])}</div>
        </div>
      )}
    </div>
  );
}

function Directory({ props, phone, say }: { props: Props; phone: Telephone; say: Say }) {
  return (
    <section class="box" aria-labelledby="directory-title">
      <header>
        <h2 id="directory-title">{say("phone.directory")}</h2>
        <small>{say("phone.outside", { prefix: props.accessPrefix })}</small>
      </header>
      <ul class="directory">
        {props.extensions.map(({ number, name }) => (
          <li key={number}>
            <b>{number}</b>
            <span>{name === number ? "" : name}</span>
            <button type="button" class="btn small" onClick={() => phone.call(number)}>
              {say("phone.call", { number })}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Keys act unless something is being typed or a focused button wants them. */
function useKeys(phone: Telephone, view: PhoneView): void {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const target = event.target as HTMLElement;
      if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
      if (target.closest("input:not([type=range]), select, textarea, dialog[open]")) return;
      if (/^[0-9*#]$/.test(event.key)) return phone.press(event.key);
      if (event.key === " " && !target.closest("button, a, input")) {
        event.preventDefault();
        if (view.offHook) phone.hang();
        else phone.lift();
      }
      if (event.key === "f") phone.flash();
      if (event.key === "m" && view.offHook) phone.mute();
    };
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, [phone, view.offHook]);
}

function useTitle(view: PhoneView, say: Say): void {
  useEffect(() => {
    if (!view.ringing) return;
    const before = document.title;
    document.title = `${say("phone.titleRinging")} ${view.caller?.number ?? ""}`;
    return () => {
      document.title = before;
    };
  }, [view.ringing, view.caller, say]);
}

function Phone({ props, phone, say }: { props: Props; phone: Telephone; say: Say }) {
  const [view, setView] = useState<PhoneView | null>(null);
  const [now, setNow] = useState(Date.now());
  useEffect(() => phone.watch(setView), [phone]);
  useEffect(() => {
    const every = setInterval(() => setNow(Date.now()), 500);
    return () => clearInterval(every);
  }, []);
  return view === null ? null : (
    <Telephoned props={props} phone={phone} view={view} say={say} now={now} />
  );
}

function Telephoned(parts: {
  props: Props;
  phone: Telephone;
  view: PhoneView;
  say: Say;
  now: number;
}) {
  const { props, phone, view, say, now } = parts;
  useKeys(phone, view);
  useTitle(view, say);
  const [state, large, below] = display(view, say, now);
  return (
    <div class="desk">
      <section class="panel telephone" data-line={view.line} aria-label={say("phone.title")}>
        <div class="screen">
          <p class="screen-state">
            <i class={lampOf(view)} aria-hidden="true" /> {state}
          </p>
          <p class="screen-number" data-testid="number">
            {large}
          </p>
          <p class="screen-below">{below}</p>
        </div>
        <p class="sr" role="status">
          {view.ringing ? `${say("phone.ringing")} ${view.caller?.number ?? ""}` : ""}
        </p>
        <Keypad phone={phone} view={view} say={say} />
        <Handset phone={phone} view={view} say={say} />
      </section>
      <div class="stack">
        <Notes phone={phone} view={view} say={say} />
        <Directory props={props} phone={phone} say={say} />
        <p class="mute">{say("phone.keysHint")}</p>
      </div>
    </div>
  );
}

const root = document.getElementById("phone");
if (root) {
  const props = JSON.parse(root.dataset.props ?? "{}") as Props;
  const phone = createTelephone(props);
  const say: Say = (key, params) =>
    (props.messages[key] ?? key).replace(/\{(\w+)\}/g, (whole, name) => params?.[name] ?? whole);
  // Leaving the page hangs up; coming back with the browser's arrow starts anew.
  window.addEventListener("pagehide", () => phone.close());
  window.addEventListener("pageshow", (event) => event.persisted && location.reload());
  render(<Phone props={props} phone={phone} say={say} />, root);
}
