/**
 * Bounds of what a configuration calls a time. A timer of the platform that is asked for more than
 * 2,147,483,647 ms fires at once: the runtime arms its own again, but timeouts go on to plugins.
 *
 * @module
 */

/** Milliseconds of any wait at most: 23 days, so that what is added to one still is a timer. */
export const waitMsMax = 2_000_000_000;

/** Milliseconds between two runs of an operation at most, as the policy engine reads it: 49 days. */
export const intervalMsMax = 0xffff_ffff;

/** A wait within its bounds. What is no number is the longest: nothing may happen at once by mistake. */
export const boundedMs = (ms: number): number =>
  Number.isNaN(ms) ? waitMsMax : Math.min(Math.max(ms, 0), waitMsMax);
