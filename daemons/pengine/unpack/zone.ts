/**
 * Time zones: how far local time is ahead of UTC at a moment.
 *
 * @module
 */

/** Seconds by which local time is ahead of UTC at a time (seconds since 1970). */
export type Zone = (timeS: number) => number;

/** Without a zone, times are meant in UTC. */
export const utc: Zone = () => 0;

/**
 * The moment of a local time. One that the clock skips in spring is the moment that follows as far
 * behind the change; of one that comes twice in autumn the first is meant.
 *
 * @param localS seconds since 1970 as the local clock shows them.
 */
export function fromLocal(localS: number, zone: Zone): number {
  const dayS = 86_400;
  const before = zone(localS - dayS), after = zone(localS + dayS);
  for (const offset of [before, after]) {
    if (zone(localS - offset) === offset) return localS - offset;
  }
  return localS - before;
}
