// How the parties of a call are called on the page: by extension and name, trunk name, or number.
import type { Office } from "../../src/core/office.ts";
import { phoneNumber } from "./format.ts";

/** 803 店长; a number nobody here has, as a telephone number. */
export function partyName(office: Office, number: string): string {
  const extension = office.extensions.find((one) => one.number === number);
  if (extension) return withName(extension.number, extension.name);
  const group = office.groups.find((one) => one.number === number);
  if (group) return withName(group.number, group.name);
  return phoneNumber(number);
}

function withName(number: string, name: string): string {
  return name === "" || name === number ? number : `${number} ${name}`;
}

/** The caller's name as the line gave it; "" when `partyName` says it already. */
export function callerNameBeside(office: Office, number: string, name: string): string {
  return office.extensions.some((one) => one.number === number) ? "" : name;
}

/** Name of a trunk by its id; the id when it is no longer configured. */
export function trunkName(office: Office, id: string): string {
  return office.trunks.find((one) => one.id === id)?.name || id;
}

/** A port's peer as the snapshot gives it: an extension, a trunk's id or an outside number. */
export function peerName(office: Office, peer: string): string {
  return office.trunks.some((one) => one.id === peer) ? trunkName(office, peer) : phoneNumber(peer);
}

/** The name under which people know a port: `801`, `外线1`; the port itself when unassigned. */
export function portLabel(office: Office, port: string): string {
  const extension = office.extensions.find((one) => one.port === port);
  if (extension) return extension.number;
  const trunk = office.trunks.find((one) => one.port === port);
  return trunk ? trunk.name || trunk.id : port;
}
