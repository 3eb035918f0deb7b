/**
 * How far the numbers of the CIB's history may rise at once. They have an end: a copy whose disk or
 * node names one near it would leave nothing for any later write.
 *
 * @module
 */
import type { Stamp } from "./wire.ts";

type Numbers = Pick<Stamp, "term" | "index">;

/** Terms are the numbers of views: as many as membership follows at once (`ccm/rounds.ts`). */
const termsAheadMax = 2 ** 44;
/** Entries that a copy may be behind: those of 1,000 years at 30 a second. */
const entriesAheadMax = 2 ** 40;

/** Whether a copy may have come so far, for a node that has its own, in a view of this epoch. */
export const isWithinReach = (
  { term, index }: Numbers,
  own: Numbers | undefined,
  epoch: number,
): boolean =>
  term <= Math.max(own?.term ?? 0, epoch) + termsAheadMax &&
  index <= (own?.index ?? 0) + entriesAheadMax;
