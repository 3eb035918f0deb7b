/**
 * How long a command of `ha cluster` waits for services that move.
 *
 * @module
 */
import { withCode } from "../../../../metadata/code.ts";
import { durationMs } from "../../../../metadata/special/mod.ts";
import type { Call, Io, Option } from "../../command.ts";

/** Milliseconds that services may take to move. */
const waitMs = 300_000;
const hoursMax = 24;

/** The option. */
export const waitForOption: Option = {
  type: "string",
  value: "DURATION",
  summary: "How long services may take to move; 5min if left out",
};

/** Milliseconds of it; undefined, with the reason said, if it is none. */
export function waitMsOf({ options }: Call, io: Io): number | undefined {
  const given = options["wait-for"];
  const wanted = typeof given === "string" ? durationMs(given) : waitMs;
  if (wanted !== undefined && wanted >= 1 && wanted <= hoursMax * 3_600_000) return wanted;
  const what = `"${given}" is no duration up to ${hoursMax} h`;
  io.err([withCode("HA0002", `${what}. Fix: write it like 90s or 5min`)]);
  return undefined;
}
