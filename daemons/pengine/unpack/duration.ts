/**
 * ISO 8601 durations: `P1Y2M3DT4H5M6S`, `P2W`; the `T` may be left out (`P10S`), as the field does.
 *
 * @module
 */
import { atTime, type CalendarDate, civilOf, daysOfMonth } from "./date.ts";
import { fromLocal, utc, type Zone } from "./zone.ts";

/** A duration in its parts; months and years have no fixed length. */
export interface Duration {
  readonly years: number;
  readonly months: number;
  readonly days: number;
  readonly seconds: number;
}

/** The duration, or `undefined` where the text is none. `P10S` is meant as `PT10S`. */
export function parseDuration(text: string): Duration | undefined {
  if (!/^P(?:T?\d+[YMWDHS])+$/.test(text)) return undefined;
  const duration = { years: 0, months: 0, days: 0, seconds: 0 };
  let time = false;
  for (const [, mark, number, unit] of text.matchAll(/(T?)(\d+)([YMWDHS])/g)) {
    if (mark === "T") time = true;
    const value = Number(number);
    switch (unit) {
      case "Y":
        duration.years += value;
        break;
      case "M":
        if (time) duration.seconds += value * 60;
        else duration.months += value;
        break;
      case "W":
        duration.days += value * 7;
        break;
      case "D":
        duration.days += value;
        break;
      case "H":
        duration.seconds += value * 3600;
        break;
      case "S":
        duration.seconds += value;
    }
  }
  return duration;
}

/** Its length where it belongs to no date: a month has thirty days, a year 365. */
export function durationSeconds({ years, months, days, seconds }: Duration): number {
  return (years * 365 + months * 30 + days) * 86_400 + seconds;
}

/** A time (seconds since 1970) with a duration added, greatest parts first. */
export function addDuration(timeS: number, duration: Duration, zone: Zone = utc): number {
  const { date, secondOfDay } = civilOf(timeS + zone(timeS));
  const month = date.month - 1 + duration.months;
  const year = date.year + duration.years + Math.floor(month / 12);
  const inYear = ((month % 12) + 12) % 12 + 1;
  const moved: CalendarDate = {
    year,
    month: inYear,
    day: Math.min(date.day, daysOfMonth(year, inYear)),
  };
  return fromLocal(atTime(moved, secondOfDay) + duration.days * 86_400, zone) + duration.seconds;
}
