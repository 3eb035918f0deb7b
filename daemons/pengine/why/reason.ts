/**
 * A reason for or against running a resource on a node, as data; and how it reads.
 *
 * @module
 */
import { scoreText } from "../place/trace.ts";

/** What sort of thing a reason is. */
export type ReasonKind =
  | "node"
  | "health"
  | "failures"
  | "location"
  | "colocation"
  | "group"
  | "clone"
  | "capacity"
  | "stickiness"
  | "discovery"
  | "symmetry";

/** One reason. */
export interface Reason {
  readonly kind: ReasonKind;
  /** A phrase without a dot: `location constraint "l1"`. */
  readonly text: string;
  /** What it adds to the node's score; absent if it is not a matter of scores. */
  readonly score?: number;
  /** `id` of the element of the CIB to look at. */
  readonly element?: string;
}

/** Whether it alone keeps the resource from the node. */
export const forbids = ({ score }: Reason): boolean => score === undefined || score <= -1_000_000;

/** The phrase with its score. */
export const reasonText = ({ text, score }: Reason): string =>
  score === undefined ? text : `${text} (${scoreText(score)})`;

/** `a`, `a and b`, `a, b and c`. */
export const listed = (items: readonly string[]): string =>
  items.length < 2
    ? items.join("")
    : `${items.slice(0, -1).join(", ")} and ${items[items.length - 1]}`;

/** A time as ISO 8601 without fractions; undefined if it is none. @param atS seconds since 1970. */
export function isoTime(atS: number | undefined): string | undefined {
  if (atS === undefined || atS <= 0) return undefined;
  const time = new Date(atS * 1000);
  return Number.isNaN(time.getTime()) ? undefined : time.toISOString().replace(".000Z", "Z");
}
