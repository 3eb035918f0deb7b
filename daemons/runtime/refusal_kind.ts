/**
 * Why a message was not taken.
 *
 * @module
 */

/** Each kind has its own count, and its own word in the log. */
export const refusalKinds = [
  // Nobody here knows its type: perhaps a later version's.
  "unknown",
  // Its sender may not say it, or its receiver does not take it.
  "misdirected",
  // It is not what its type says.
  "malformed",
  // It is larger than what a link carries, or its way is full.
  "unsendable",
  // No process of the node offers the service.
  "unreachable",
] as const;

/** One of them. */
export type RefusalKind = typeof refusalKinds[number];
