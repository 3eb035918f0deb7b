/**
 * Time zones: how far local time is ahead of UTC at a moment.
 *
 * @module
 */

/** Seconds by which local time is ahead of UTC at a time (seconds since 1970). */
export type Zone = (timeS: number) => number;

/** Without a zone, times are meant in UTC. */
export const utc: Zone = () => 0;

/** The zone that this process runs in (`TZ`). */
export const localZone: Zone = (timeS) => -new Date(timeS * 1000).getTimezoneOffset() * 60;

/** A zone of the time zone database, as `Europe/Berlin`. */
export function namedZone(name: string): Zone {
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone: name,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
  return (timeS) => {
    const parts = new Map(
      format.formatToParts(timeS * 1000).map(({ type, value }) => [type, Number(value)]),
    );
    const of = (name: string): number => parts.get(name as Intl.DateTimeFormatPartTypes) ?? 0;
    const local = Date.UTC(
      of("year"),
      of("month") - 1,
      of("day"),
      of("hour"),
      of("minute"),
      of("second"),
    );
    return local / 1000 - timeS;
  };
}

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
