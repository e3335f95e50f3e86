import { expect, test } from "bun:test";
import { readEnvironment } from "../../src/settings/environment.ts";

test("nothing set gives the defaults of the contract", () => {
  expect(readEnvironment({ PATH: "/bin", LINEFINDER_CONSOLE: "" })).toEqual({
    ok: true,
    unknown: [],
    environment: {
      dataDirectory: "./data",
      host: "0.0.0.0",
      port: 8080,
      adminPassword: null,
      siteFile: null,
      apiToken: null,
      lineToken: null,
      console: null,
      logLevel: "info",
    },
  });
});

test("each bad value is named with what to do", () => {
  const result = readEnvironment({
    LINEFINDER_PORT: "99999",
    LINEFINDER_API_TOKEN: "short",
    LINEFINDER_LOG: "loud",
  });
  expect(result).toEqual({
    ok: false,
    problems: [
      "LINEFINDER_PORT must be a port number from 0 to 65535",
      "LINEFINDER_API_TOKEN must have at least 24 characters",
      expect.stringContaining("LINEFINDER_LOG"),
    ],
  });
});

test("a misspelt variable does not keep the box from starting, but is named", () => {
  expect(readEnvironment({ LINEFINDER_PROT: "80" })).toMatchObject({
    ok: true,
    unknown: ["LINEFINDER_PROT"],
  });
});
