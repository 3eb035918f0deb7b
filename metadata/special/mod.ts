/**
 * The special types by name. A program that finds an unknown name uses the field's `basictype`,
 * `length` and `regex`.
 *
 * @module
 */
import * as address from "./address.ts";
import * as place from "./place.ts";
import * as quantity from "./quantity.ts";
import type { Special } from "./special.ts";

export type { Refusal, Special } from "./special.ts";
export { isHostname, isIPv4, isIPv6, isLinkLocal } from "./address.ts";
export { isPath } from "./place.ts";
export { durationMs, scoreOf, unitMs } from "./quantity.ts";

/** Every special type that is known here. */
export const specials: ReadonlyMap<string, Special> = new Map<string, Special>([
  ["ipaddr", address.ipaddr],
  ["IPv4", address.IPv4],
  ["IPv6", address.IPv6],
  ["multicast", address.multicast],
  ["hostname", address.hostname],
  ["host", address.host],
  ["port", address.port],
  ["mac", address.mac],
  ["interface", address.networkInterface],
  ["url", address.url],
  ["path", place.path],
  ["device", place.device],
  ["node", place.node],
  ["resource", place.resource],
  ["uuid", place.uuid],
  ["secret", place.secret],
  ["duration", quantity.duration],
  ["score", quantity.score],
]);
