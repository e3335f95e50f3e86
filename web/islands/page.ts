// What every page does in the browser besides htmx: timers that count, the word about a lost
// connection, the question before an action, the folding menu, playing a recording in a list.
import { setUpPlayers } from "./player.ts";

interface HtmxEvent extends Event {
  readonly detail: Record<string, unknown>;
}

interface Waiting {
  readonly issueRequest: () => void;
  readonly dropRequest?: () => void;
}

const root = document.documentElement;

/** Server time minus ours, ms: a browser with a wrong clock still shows right timers. */
let serverAhead = 0;

function readServerClock(): void {
  const now = Number(document.getElementById("server-now")?.dataset.now ?? "0");
  if (now > 0) serverAhead = now - Date.now();
}

function timer(seconds: number): string {
  const two = (n: number) => String(n).padStart(2, "0");
  const whole = Math.max(0, Math.floor(seconds));
  const short = `${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`;
  return whole >= 3600 ? `${Math.floor(whole / 3600)}:${short}` : short;
}

function tick(): void {
  const now = Date.now() + serverAhead;
  for (const element of document.querySelectorAll<HTMLElement>("[data-since]")) {
    const text = timer((now - Number(element.dataset.since)) / 1000);
    if (element.textContent !== text) element.textContent = text;
  }
}

function setUpLink(): void {
  const banner = document.querySelector<HTMLElement>(".link-lost");
  const show = (lost: boolean) => {
    if (banner) banner.hidden = !lost;
    root.classList.toggle("stale", lost);
  };
  const on = (name: string, listener: (event: HtmxEvent) => void) =>
    document.addEventListener(name, (event) => listener(event as HtmxEvent));
  on("htmx:sse:error", (event) => {
    // 401: signed out meanwhile; the page itself knows where to go.
    if (event.detail.status === 401) location.reload();
    show(true);
  });
  // A second connection within one page is a reconnection.
  on("htmx:sse:before:connection", (event) => {
    const connection = event.detail.connection as { attempt?: number } | undefined;
    if ((connection?.attempt ?? 0) > 0 && !document.hidden) show(true);
  });
  on("htmx:sse:after:connection", () => show(false));
  on("htmx:sse:after:message", () => {
    readServerClock();
    tick();
  });
}

/** The page's own dialog in place of the browser's. */
function setUpConfirm(): void {
  const dialog = document.getElementById("confirm") as HTMLDialogElement | null;
  const question = document.getElementById("confirm-question");
  const yes = document.getElementById("confirm-yes");
  if (!dialog || !question || !yes) return;
  let waiting: Waiting | null = null;
  dialog.addEventListener("close", () => {
    const now = waiting;
    waiting = null;
    if (dialog.returnValue === "yes") now?.issueRequest();
    else now?.dropRequest?.();
  });
  document.addEventListener("htmx:confirm", (event) => {
    const source = event.target as HTMLElement;
    const text = source.getAttribute("hx-confirm");
    if (text === null) return;
    event.preventDefault();
    waiting = (event as HtmxEvent).detail as unknown as Waiting;
    question.textContent = text;
    yes.textContent = source.querySelector("button")?.textContent ?? "";
    dialog.returnValue = "no";
    dialog.showModal();
  });
}

function setUpMenu(): void {
  const button = document.querySelector<HTMLButtonElement>(".menu");
  const side = button?.closest(".side");
  button?.addEventListener("click", () => {
    const open = side?.classList.toggle("menu-open") ?? false;
    button.setAttribute("aria-expanded", String(open));
  });
}

/** A slow answer shows the list's skeleton; a failed one says so instead of leaving old rows. */
function setUpResults(): void {
  const results = document.getElementById("results");
  const loading = document.getElementById("results-loading") as HTMLTemplateElement | null;
  if (!results || !loading) return;
  let slow: ReturnType<typeof setTimeout> | undefined;
  document.addEventListener("htmx:before:request", (event) => {
    root.classList.add("busy");
    if (!(event.target as HTMLElement).matches("form.filters")) return;
    clearTimeout(slow);
    slow = setTimeout(() => results.replaceChildren(loading.content.cloneNode(true)), 600);
  });
  document.addEventListener("htmx:finally:request", () => {
    root.classList.remove("busy");
    clearTimeout(slow);
  });
  document.addEventListener("htmx:error", () => {
    if (results.querySelector(".skeleton")) results.textContent = results.dataset.failed ?? "";
  });
}

/** One audio element for all the play buttons of a list. */
function setUpListPlayer(): void {
  let playing: { readonly button: HTMLElement; readonly audio: HTMLAudioElement } | null = null;
  const stop = () => {
    if (!playing) return;
    playing.audio.pause();
    playing.button.textContent = playing.button.dataset.playLabel ?? "";
    playing = null;
  };
  document.addEventListener("click", (event) => {
    const button = (event.target as HTMLElement).closest<HTMLElement>("[data-play]");
    if (!button) return;
    const again = playing?.button === button;
    stop();
    if (again) return;
    const audio = new Audio(button.dataset.play);
    button.dataset.playLabel = button.textContent ?? "";
    button.textContent = `❚❚ ${button.dataset.pauseLabel ?? ""}`;
    playing = { button, audio };
    audio.addEventListener("ended", stop);
    audio.addEventListener("error", stop);
    audio.play().catch(stop);
  });
}

/** Every request of htmx carries the session's token; forms have it as a field as well. */
function setUpToken(): void {
  const token = document.querySelector<HTMLMetaElement>("meta[name=csrf]")?.content ?? "";
  document.addEventListener("htmx:config:request", (event) => {
    const context = (event as HtmxEvent).detail.ctx as {
      request: { headers: Record<string, string> };
    };
    context.request.headers["X-CSRF-Token"] = token;
  });
}

root.classList.add("js");
setUpToken();
readServerClock();
setUpLink();
setUpConfirm();
setUpMenu();
setUpResults();
setUpListPlayer();
setUpPlayers();
setInterval(tick, 1000);
