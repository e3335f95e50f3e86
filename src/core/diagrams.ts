// The pages under docs/diagrams, by file name.
import { call } from "./call.ts";
import { drawTable } from "./diagram.ts";
import { station } from "./station.ts";
import { trunk } from "./trunk.ts";

export const diagrams: Readonly<Record<string, string>> = {
  "station.md": drawTable("Station (FXS, a telephone)", station, ["idle"]),
  "trunk.md": drawTable("Trunk (FXO, an exchange line)", trunk, ["idle"]),
  "call.md": drawTable("Call", call, [
    "initiated",
    "opened",
    "summoning",
    "arriving",
    "greeting",
    "delivered",
    "failed",
  ]),
};
