/**
 * Spans of time that the policy engine takes for something else than they say. It reads them as the
 * originals do: of `1h30min` the hour, of `PT10M` or `1 week` as a timeout nothing at all, and then
 * twenty seconds hold. A stop that is ended too early is a reason to fence, so that is worth a warning.
 *
 * @module
 */
import type { Code } from "../../../metadata/code.ts";
import { isInterval, parseInterval, parseMilliseconds } from "../unpack/interval.ts";
import { children, type XmlElement } from "../unpack/xml.ts";

/** Where warnings go. */
interface Into {
  warn(element: XmlElement, code: Code, message: () => string): void;
}

/** A span that means what it says: whole, and with no unit or one that is known. */
const plain = /^\s*\d+\s*(?:us|usec|ms|msec|s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?)?\s*$/i;

/** What each is taken for, in words, where that is not what it says. */
const readings: Readonly<Record<string, (text: string) => string | undefined>> = {
  timeout(text) {
    const ms = parseMilliseconds(text);
    if (ms === undefined || ms <= 0) return "the default, 20s";
    return plain.test(text) ? undefined : inWords(ms);
  },
  interval: spanOf,
  "start-delay": spanOf,
  "failure-timeout": spanOf,
};

function spanOf(text: string): string | undefined {
  if (!isInterval(text)) return "0";
  return text.startsWith("P") || plain.test(text) ? undefined : inWords(parseInterval(text));
}

const inWords = (ms: number): string => ms % 1000 === 0 ? `${ms / 1000}s` : `${ms}ms`;

/** Says which spans of an operation, or of a set of meta attributes, mean something else. */
export function reportSpans(element: XmlElement, into: Into): void {
  switch (element.name.raw) {
    case "op":
      for (const name in readings) reportSpan(element, name, element.attributes[name], into);
      return;
    case "meta_attributes":
      for (const pair of children(element, "nvpair")) {
        const { name = "", value } = pair.attributes;
        reportSpan(pair, name, value, into);
      }
  }
}

function reportSpan(element: XmlElement, name: string, text: string | undefined, into: Into) {
  if (text === undefined || !Object.hasOwn(readings, name)) return;
  const taken = readings[name]?.(text);
  if (taken === undefined) return;
  into.warn(
    element,
    "HA3003",
    () =>
      `"${name}" is "${text}", which is taken for ${taken}. ` +
      "Fix: write one whole number with ms, s, min or h.",
  );
}
