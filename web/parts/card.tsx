// The telephony card as the owner sees it on the machine: its sockets with lamps, trunks first.
import type { Office } from "../../src/core/office.ts";
import type { CallSnapshot, PortSnapshot, PortState } from "../../src/core/snapshot.ts";
import { timer } from "./format.ts";
import { peerName, portLabel } from "./names.ts";
import { Empty, Since } from "./parts.tsx";
import type { View } from "./view.ts";

/** Green is speech, amber is ringing, red wants a hand, white is a lifted handset. */
const lamps: Readonly<Record<PortState, string>> = {
  idle: "",
  offHook: "hook",
  dialling: "hook",
  ringing: "ring",
  waiting: "hook",
  connected: "talk",
  failed: "hook",
  releasing: "hook",
  unplugged: "alarm",
};

/** From more sockets than this on, idle ones take no more room than they need. */
const largeCard = 16;

const timed: ReadonlySet<PortState> = new Set(["connected", "ringing", "waiting"]);

function Jack({ plugged }: { plugged: boolean }) {
  return (
    <svg viewBox="0 0 36 27" aria-hidden="true">
      <path class="jack-hole" d="M2 1h32v18h-6v4h-4v3H12v-3H8v-4H2z" stroke-width="1" />
      <path class="jack-pin" d="M10.5 3v6M14.3 3v6M18 3v6M21.7 3v6M25.5 3v6" />
      {plugged && (
        <>
          <path class="jack-plug" d="M6 8h24v9H6z" />
          <path class="jack-clip" d="M14 12h8v13h-8z" />
        </>
      )}
    </svg>
  );
}

interface CardProps {
  readonly view: View;
  readonly office: Office;
  readonly ports: readonly PortSnapshot[];
  readonly calls: readonly CallSnapshot[];
}

/** A trunk that rings in shows who calls; otherwise a port shows whom it is with. */
function peerOf(port: PortSnapshot, calls: readonly CallSnapshot[]): string | null {
  const call = calls.find((one) => one.id === port.call);
  const ringsIn = port.port.startsWith("fxo/") && call?.state === "delivered";
  return ringsIn && call.callerNumber !== "" ? call.callerNumber : port.peer;
}

/** An outside number is long and needs the whole width; a short name gets the sign for “with”. */
function Peer({ name }: { name: string }) {
  return name.length > 8 ? (
    <span class="peer far">{name}</span>
  ) : (
    <span class="peer">↔ {name}</span>
  );
}

function Socket(props: Omit<CardProps, "ports"> & { port: PortSnapshot }) {
  const { view, office, port } = props;
  const peer = peerOf(port, props.calls);
  const { t } = view;
  const lamp = lamps[port.state];
  const label = portLabel(office, port.port);
  const name = port.port.startsWith("fxs/") ? port.name : "";
  const seconds = (view.now - port.since) / 1000;
  return (
    <li class="socket" id={`port-${port.port.replace("/", "-")}`} data-state={port.state}>
      <Jack plugged={port.state !== "unplugged"} />
      <i class={lamp === "" ? "lamp" : `lamp ${lamp}`} aria-hidden="true" />
      <b>{port.label === null ? port.port : label}</b>
      {name !== "" && name !== label && <span class="sub">{name}</span>}
      <span class="state">
        <em>{port.label === null ? t("port.unassigned") : t(`port.${port.state}`)}</em>{" "}
        {port.recording && <i class="rec">● {t("port.recording")}</i>}
      </span>
      {peer !== null && <Peer name={peerName(office, peer)} />}
      {timed.has(port.state) && <Since since={port.since} text={timer(seconds)} />}
    </li>
  );
}

export function Card(props: CardProps) {
  const { view, office, ports, calls } = props;
  const { t } = view;
  const trunks = ports.filter((port) => port.port.startsWith("fxo/"));
  const extensions = ports.filter((port) => port.port.startsWith("fxs/"));
  const face = (name: "trunks" | "extensions", list: readonly PortSnapshot[]) =>
    list.length > 0 && (
      <div class={`face ${name}`}>
        <h3 class="sr">{t(`panel.${name}`)}</h3>
        <ul class="sockets">
          {list.map((port) => (
            <Socket key={port.port} view={view} office={office} port={port} calls={calls} />
          ))}
        </ul>
      </div>
    );
  return (
    <section
      class={ports.length > largeCard ? "panel large" : "panel"}
      aria-labelledby="card-title"
    >
      <header>
        <h2 id="card-title">
          {t("panel.card")} ·{" "}
          {t("panel.ports", { trunks: trunks.length, extensions: extensions.length })}
        </h2>
        <span class="link-state">{t("panel.live")}</span>
      </header>
      {ports.length === 0 ? (
        <Empty title={t("panel.noPorts")} hint={t("panel.noPortsHint")} />
      ) : (
        <div class="faces">
          {face("trunks", trunks)}
          {face("extensions", extensions)}
        </div>
      )}
    </section>
  );
}
