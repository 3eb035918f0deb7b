/**
 * How often something is started again: the one rule for daemons and applications. The first time
 * within the period at once, each further time after a pause that doubles, and only so often.
 *
 * @module
 */

/** Those of the times that are within the period. */
export const recent = (times: readonly number[], at: number, periodMs: number): number[] =>
  times.filter((time) => time > at - periodMs);

/** Milliseconds before the next start, after so many within the period. */
export const pauseAfter = (
  before: number,
  { pauseMs, pauseMsMax }: { readonly pauseMs: number; readonly pauseMsMax: number },
): number => before === 0 ? 0 : Math.min(pauseMsMax, pauseMs * 2 ** Math.min(before - 1, 30));
