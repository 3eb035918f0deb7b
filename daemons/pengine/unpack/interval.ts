/**
 * Spans of time as a CIB writes them: `20`, `20s`, `500ms`, `2min`, `PT1H`.
 *
 * @module
 */
import { durationSeconds, parseDuration } from "./duration.ts";

const intervalMaxMs = 0xffff_ffff;

/**
 * Milliseconds of a span; a bare number is seconds. `undefined` where it is no span of time.
 *
 * Fractions are cut off (`1.5s` is one second), as the language has it.
 */
export function parseMilliseconds(text: string): number | undefined {
  const found = /^[ \t]*([\d.]+)[ \t]*(.*)$/s.exec(text);
  const number = found === null ? undefined : /^\d+/.exec(found[1]!)?.[0];
  if (found === null || number === undefined) return undefined;
  const factor = factorOf(found[2]!.toLowerCase());
  return factor === undefined ? undefined : Math.min(Math.trunc(Number(number) * factor), 2 ** 53);
}

/** Milliseconds of an operation's interval, timeout or delay: 0 where it is none, within 32 bits. */
export function parseInterval(text: string | undefined): number {
  if (text === undefined) return 0;
  let ms: number | undefined;
  if (text.startsWith("P")) {
    const duration = parseDuration(text);
    ms = duration === undefined ? undefined : durationSeconds(duration) * 1000;
  } else ms = parseMilliseconds(text);
  return Math.trunc(Math.min(Math.max(ms ?? 0, 0), intervalMaxMs)) || 0;
}

/** Whether a text is a span of time at all. */
export function isInterval(text: string): boolean {
  return text.startsWith("P")
    ? parseDuration(text) !== undefined
    : parseMilliseconds(text) !== undefined;
}

function factorOf(unit: string): number | undefined {
  if (unit.startsWith("ms")) return 1;
  if (unit.startsWith("us")) return 0.001;
  if (unit.startsWith("m")) return 60_000;
  if (unit === "" || unit.startsWith("s")) return 1000;
  if (unit.startsWith("h")) return 3_600_000;
  return undefined;
}
