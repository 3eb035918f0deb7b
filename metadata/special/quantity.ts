/**
 * Special types for quantities: a time, a score.
 *
 * @module
 */
import { type Special, special } from "./special.ts";

const MS: Readonly<Record<string, number>> = {
  us: 0.001,
  usec: 0.001,
  ms: 1,
  msec: 1,
  s: 1000,
  sec: 1000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  hr: 3_600_000,
};

/** Milliseconds of a unit of time; undefined if it is none that we know. */
export function unitMs(unit: string): number | undefined {
  return Object.hasOwn(MS, unit) ? MS[unit] : undefined;
}

/**
 * Milliseconds that a text such as `500ms`, `5s`, `2min` or `1h` means; digits alone count in
 * `unit`. Undefined if it is not a duration.
 */
export function durationMs(text: string, unit = "s"): number | undefined {
  const found = /^(\d{1,15})\s{0,4}([a-z]{0,4})$/.exec(text.trim());
  if (found === null) return undefined;
  const ms = unitMs(found[2] === "" ? unit : found[2]!);
  return ms === undefined ? undefined : Number(found[1]) * ms;
}

/** A time that something takes. */
export const duration: Special = special(
  { noun: "a duration", example: "30s", confined: true },
  (text) => durationMs(text) !== undefined && !/\s/.test(text),
  "a duration is digits, alone or with ms, s, min or h",
);

/** How much a placement is wanted: an integer, or INFINITY with or without a sign. */
export const score: Special = special(
  { noun: "a score", example: "100", confined: true },
  (text) => scoreOf(text) !== undefined,
  "a score is a whole number from -1000000 to 1000000, INFINITY or -INFINITY",
);

/** The number that a score means; INFINITY is one million (Pacemaker Explained, 2.1). */
export function scoreOf(text: string): number | undefined {
  const infinite = /^([+-]?)INFINITY$/i.exec(text);
  if (infinite !== null) return infinite[1] === "-" ? -1_000_000 : 1_000_000;
  if (!/^[+-]?\d{1,7}$/.test(text)) return undefined;
  const number = Number(text);
  return Math.abs(number) <= 1_000_000 ? number : undefined;
}
