/**
 * Bounds of what a configuration calls a time: a timer of the platform that is asked for more than
 * 2,147,483,647 ms fires at once.
 *
 * @module
 */

/** Milliseconds of any wait at most: 23 days, so that what is added to one still is a timer. */
export const waitMsMax = 2_000_000_000;

/** A wait within its bounds. What is no number is the longest: nothing may happen at once by mistake. */
export const boundedMs = (ms: number): number =>
  Number.isNaN(ms) ? waitMsMax : Math.min(Math.max(ms, 0), waitMsMax);
