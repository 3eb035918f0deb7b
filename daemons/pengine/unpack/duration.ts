/**
 * ISO 8601 durations: `P1Y2M3DT4H5M6S`, `P2W`; the `T` may be left out (`P10S`), as the field does.
 *
 * @module
 */
import { atTime, type CalendarDate, civilOf, daysOfMonth } from "./date.ts";

/** A duration in its parts; months and years have no fixed length. */
export interface Duration {
  readonly years: number;
  readonly months: number;
  readonly days: number;
  readonly seconds: number;
}

/** The duration, or `undefined` where the text is none. */
export function parseDuration(text: string): Duration | undefined {
  const found =
    /^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T?(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:[.,]\d+)?S)?)?$/
      .exec(text);
  if (found === null || found.slice(1).every((part) => part === undefined)) return undefined;
  const part = (index: number): number => Number(found[index] ?? 0);
  return {
    years: part(1),
    months: part(2),
    days: part(3) * 7 + part(4),
    seconds: part(5) * 3600 + part(6) * 60 + part(7),
  };
}

/** Its length where it belongs to no date: a month has thirty days, a year 365. */
export function durationSeconds({ years, months, days, seconds }: Duration): number {
  return (years * 365 + months * 30 + days) * 86_400 + seconds;
}

/** A time (seconds since 1970) with a duration added, greatest parts first. */
export function addDuration(timeS: number, duration: Duration): number {
  const { date, secondOfDay } = civilOf(timeS);
  const month = date.month - 1 + duration.months;
  const year = date.year + duration.years + Math.floor(month / 12);
  const inYear = ((month % 12) + 12) % 12 + 1;
  const moved: CalendarDate = {
    year,
    month: inYear,
    day: Math.min(date.day, daysOfMonth(year, inYear)),
  };
  return atTime(moved, secondOfDay) + duration.days * 86_400 + duration.seconds;
}
