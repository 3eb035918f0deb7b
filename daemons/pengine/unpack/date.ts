/**
 * ISO 8601 dates and times: calendar (`2005-01-20`), ordinal (`2005-020`) and week dates
 * (`2005-W03-4`), each with a time or without.
 *
 * A time is a number of seconds since 1970. What names no zone is meant in the zone that is given,
 * which is that of the coordinator.
 *
 * @module
 */

import { fromLocal, utc, type Zone } from "./zone.ts";

/** A day of the calendar. */
export interface CalendarDate {
  readonly year: number;
  /** From 1. */
  readonly month: number;
  readonly day: number;
}

const dayS = 86_400;

/**
 * Seconds since 1970, or `undefined` where the text is no date. A time without a day (`12:30`) is one
 * of the day of `nowS`, where that is given.
 */
export function parseDate(text: string, zone: Zone = utc, nowS?: number): number | undefined {
  const trimmed = text.trim();
  if (trimmed.toLowerCase() === "epoch") return 0;
  const hasNoDay = nowS !== undefined && /^(?:T\d|\d{1,2}:)/.test(trimmed);
  const found = hasNoDay
    ? [trimmed, "", trimmed.replace(/^T/, "")]
    : /^([^T ]+)(?:[T ]\s*(.*))?$/s.exec(trimmed);
  if (found === null) return undefined;
  const midnight = hasNoDay ? midnightOf(nowS, zone) : parseDay(found[1]!);
  if (midnight === undefined) return undefined;
  const time = parseTime(found[2] ?? "");
  if (time === undefined || Number.isNaN(midnight)) return undefined;
  const local = midnight + time.secondOfDay;
  if (time.offsetS !== undefined) return local - time.offsetS;
  return found[1]!.endsWith("Z") ? local : fromLocal(local, zone);
}

/** Midnight of the day that the local clock shows. */
const midnightOf = (timeS: number, zone: Zone): number =>
  Math.floor((timeS + zone(timeS)) / dayS) * dayS;

/** Midnight of a day written in any of the three ways. */
function parseDay(written: string): number | undefined {
  // A zone may follow a date that has no time.
  const text = written.replace(/Z$/, "");
  const calendar = /^(\d{1,6})-(\d{1,2})-(\d{1,2})$/.exec(text) ??
    /^(\d{4})(\d{2})(\d{2})$/.exec(text);
  if (calendar !== null) {
    const [year, month, day] = numbers(calendar);
    if (year < 1 || month < 1 || month > 12 || day < 1 || day > daysOfMonth(year, month)) {
      return undefined;
    }
    return atTime({ year, month, day }, 0);
  }
  const ordinal = /^(\d{1,6})-(\d{1,3})$/.exec(text) ?? /^(\d{4})(\d{3})$/.exec(text);
  if (ordinal !== null) {
    const [year, day] = numbers(ordinal);
    if (year < 1 || day < 1 || day > daysOfYear(year)) return undefined;
    return atTime({ year, month: 1, day: 1 }, 0) + (day - 1) * dayS;
  }
  const week = /^(\d{1,6})-?W(\d{1,2})-?(\d)$/.exec(text);
  if (week !== null) {
    const [year, number, day] = numbers(week);
    if (year < 1 || number < 1 || number > weeksOf(year) || day < 1 || day > 7) return undefined;
    return firstMonday(year) + ((number - 1) * 7 + day - 1) * dayS;
  }
  return undefined;
}

/** Seconds of the day, and of the zone if one is named. */
function parseTime(
  text: string,
): { readonly secondOfDay: number; readonly offsetS?: number } | undefined {
  if (text === "") return { secondOfDay: 0 };
  const found = timeForms.map((form) => form.exec(text)).find((form) => form !== null) ?? null;
  if (found === null) return undefined;
  const [hour, minute, second] = [found[1], found[2], found[3]].map((part) =>
    Number(part ?? 0)
  ) as [
    number,
    number,
    number,
  ];
  if (hour > 24 || minute > 59 || second > 60) return undefined;
  if (hour === 24 && (minute > 0 || second > 0)) return undefined;
  const zone = /^([+-])(\d{1,2})(?::?(\d{2}))?$/.exec(found[4] ?? "");
  const secondOfDay = hour * 3600 + minute * 60 + second;
  if (zone === null) return found[4] === "Z" ? { secondOfDay, offsetS: 0 } : { secondOfDay };
  if (Number(zone[2]) > 24 || Number(zone[3] ?? 0) > 59) return undefined;
  const sign = zone[1] === "-" ? -1 : 1;
  return { secondOfDay, offsetS: sign * (Number(zone[2]) * 3600 + Number(zone[3] ?? 0) * 60) };
}

/** `12:30:15` and `9:5`; `123015`. The two are not mixed: `012:30` could be read as either. */
const timeForms: readonly RegExp[] = [
  "(\\d{1,2})(?::(\\d{1,2}))?(?::(\\d{1,2}))?",
  "(\\d{2})(\\d{2})(\\d{2})?",
]
  .map((form) => new RegExp(`^${form}(?:[.,]\\d+)?\\s*(Z|[+-](?:\\d{1,2}(?::\\d{2})?|\\d{4}))?$`));

/** A day and the second of it, as a time. */
export function atTime({ year, month, day }: CalendarDate, secondOfDay: number): number {
  return Date.UTC(2000, month - 1, day) / 1000 + yearShift(year, month, day) + secondOfDay;
}

/** `Date.UTC` takes two-digit years for those of the last century, so that years are set apart. */
function yearShift(year: number, month: number, day: number): number {
  const moved = new Date(0);
  moved.setUTCFullYear(year, month - 1, day);
  return (moved.getTime() - Date.UTC(2000, month - 1, day)) / 1000;
}

/** The day of a time, and the second of that day. */
export function civilOf(timeS: number): { date: CalendarDate; secondOfDay: number } {
  const day = Math.floor(timeS / dayS);
  const moment = new Date(day * dayS * 1000);
  return {
    date: {
      year: moment.getUTCFullYear(),
      month: moment.getUTCMonth() + 1,
      day: moment.getUTCDate(),
    },
    secondOfDay: timeS - day * dayS,
  };
}

/** The day of the year, from 1. */
export function ordinalOf({ year, month, day }: CalendarDate): number {
  return (atTime({ year, month, day }, 0) - atTime({ year, month: 1, day: 1 }, 0)) / dayS + 1;
}

/** The ISO week of a time: its year, its number, and the day of the week from Monday = 1. */
export function weekOf(timeS: number): { year: number; week: number; day: number } {
  const midnight = Math.floor(timeS / dayS) * dayS;
  const { year } = civilOf(timeS).date;
  const [first, next] = [firstMonday(year), firstMonday(year + 1)];
  const start = midnight < first ? firstMonday(year - 1) : midnight >= next ? next : first;
  const inYear = midnight < first ? year - 1 : midnight >= next ? year + 1 : year;
  const days = (midnight - start) / dayS;
  return { year: inYear, week: Math.floor(days / 7) + 1, day: (days % 7) + 1 };
}

/** Days of a month of that year. */
export function daysOfMonth(year: number, month: number): number {
  if (month === 2) return isLeap(year) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

const daysOfYear = (year: number): number => isLeap(year) ? 366 : 365;

const isLeap = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);

/** A year has 53 weeks if the Monday after the 52nd is still in it. */
const weeksOf = (year: number): number =>
  Math.round((firstMonday(year + 1) - firstMonday(year)) / (7 * dayS));

/** The Monday of a year's first week, which is the one with the fourth of January. */
function firstMonday(year: number): number {
  const fourth = atTime({ year, month: 1, day: 4 }, 0);
  const weekday = (new Date(fourth * 1000).getUTCDay() + 6) % 7;
  return fourth - weekday * dayS;
}

const numbers = (found: RegExpExecArray): [number, number, number] => [
  Number(found[1]),
  Number(found[2]),
  Number(found[3]),
];
