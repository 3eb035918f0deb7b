/**
 * Addresses in one spelling, so that they can be compared.
 *
 * @module
 */
import { isIPv4, isIPv6 } from "../../../metadata/special/address.ts";

/** The address as everybody writes it; undefined if it is none. */
export function canonical(address: string): string | undefined {
  if (isIPv4(address)) return address;
  if (!isIPv6(address)) return undefined;
  const { hostname } = new URL(`http://[${address}]/`);
  const bare = hostname.slice(1, -1);
  // An IPv4 address in disguise.
  const [, high, low] = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(bare) ?? [];
  if (high === undefined || low === undefined) return bare;
  const [a, b] = [parseInt(high, 16), parseInt(low, 16)];
  return [a >> 8, a & 255, b >> 8, b & 255].join(".");
}
