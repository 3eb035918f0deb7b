/**
 * The state of a flood.
 *
 * @module
 */

/** Milliseconds over which refused packets are counted. */
export const windowMs = 200;

/** What is known of a flood. */
export interface Flood {
  /** Packets refused since `windowAt`, when the first of them came. */
  count: number;
  windowAt: number;
  /** Packets refused in a second, in the last window. */
  perSecond: number;
  /** When it began; undefined: there is none. */
  since: number | undefined;
  lastAt: number;
  /** Number of our last beat. */
  beat: number;
}

/** None. */
export const noFlood = (): Flood => ({
  count: 0,
  windowAt: 0,
  perSecond: 0,
  since: undefined,
  lastAt: 0,
  beat: 0,
});
