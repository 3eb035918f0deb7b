/**
 * What failures lead to, in the order of how grave it is.
 *
 * @module
 */
import type { OnFail } from "../model.ts";

const order: readonly OnFail[] = [
  "ignore",
  "demote",
  "recover",
  "reset-remote",
  "restart-container",
  "ban",
  "block",
  "stop",
  "standby",
  "fence",
];

/** The graver of two. */
export function graver(a: OnFail, b: OnFail): OnFail {
  return order.indexOf(b) > order.indexOf(a) ? b : a;
}

/** Whether `a` is no graver than `b`. */
export function isAtMost(a: OnFail, b: OnFail): boolean {
  return order.indexOf(a) <= order.indexOf(b);
}
