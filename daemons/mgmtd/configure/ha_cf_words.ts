/**
 * What single words of `ha.cf` mean: times, addresses, multicast links.
 *
 * @module
 */
import { isIPv4, isIPv6 } from "../../../metadata/special/mod.ts";

/** The greatest ttl that the original takes, whatever the text in its example says. */
const ttlMax = 4;

/** What is wrong with the words of a multicast link; the original needs all of them. */
export function mcastTrouble(
  group: string,
  port: string,
  ttl: string,
  loop: string,
): string | undefined {
  const first = Number(group.split(".")[0]);
  const isGroup = isAddress(group) && (/^ff/i.test(group) || (first >= 224 && first <= 239));
  if (!isGroup) return `"${group}" is not a multicast group`;
  if (!/^\d+$/.test(port) || Number(port) < 1 || Number(port) > 65_535) {
    return `"${port}" is not a port`;
  }
  if (!/^\d+$/.test(ttl) || Number(ttl) > ttlMax) {
    return `ttl goes from 0 to ${ttlMax}, and is not "${ttl}"`;
  }
  if (/^ff.2:/i.test(group)) return `"${group}" is of link scope, where no interface can be named`;
  if (group.includes(":") && ttl !== "1") return `hops are always 1 with IPv6, not "${ttl}"`;
  return loop === "0" || loop === "1" ? undefined : `loop is 0 or 1, not "${loop}"`;
}

/** An IPv4 or IPv6 address as it is written. */
export function isAddress(text: string): boolean {
  return isIPv4(text) || isIPv6(text);
}

/** Milliseconds of a time at most: the longest timer of the node configuration. */
const timeMsMax = 3_600_000;

/**
 * A number of seconds, or with `ms`, `msec`, `us` or `usec`; fractions are allowed. As in the original,
 * `s` is no unit.
 */
export function millisecondsOf(text: string): number | undefined {
  const [, number, unit = ""] = /^(\d+\.?\d*|\.\d+)(ms|msec|us|usec)?$/i.exec(text) ?? [];
  if (number === undefined || number.length > numberCharactersMax) return undefined;
  const unitMs = /^m/i.test(unit) ? 1 : /^u/i.test(unit) ? 0.001 : 1000;
  const ms = Math.round(Number(number) * unitMs);
  return ms <= timeMsMax ? ms : undefined;
}

/** Characters of a number at most. */
const numberCharactersMax = 20;

/** What stands between words and is no blank to the original; undefined: nothing. */
export function oddSpaceOf(line: string): string | undefined {
  const [odd] = /[^\S \t\r\n\v\f]/.exec(line) ?? [];
  return odd === undefined
    ? undefined
    : `U+${odd.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}`;
}

/** The broadcast address of an IPv4 network. */
export function broadcastOf(
  { address, netmask }: { readonly address: string; readonly netmask: string },
): string {
  const mask = netmask.split(".").map(Number);
  return address.split(".").map((part, at) => Number(part) | (~(mask[at] ?? 255) & 255)).join(".");
}
