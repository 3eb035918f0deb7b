/**
 * Date expressions of rules: ranges of time, and specifications that recur (`hours="9-16"`).
 *
 * @module
 */
import { civilOf, ordinalOf, parseDate, weekOf } from "./date.ts";
import { addDuration, type Duration } from "./duration.ts";
import { parseInteger } from "./score.ts";
import { child, type XmlElement } from "./xml.ts";
import { utc, type Zone } from "./zone.ts";

/** Whether a date expression holds, and when that may change. */
export interface DateResult {
  readonly passed: boolean;
  /** Seconds since 1970 of the next change by time alone, where known. */
  readonly changesAtS?: number;
}

/** Evaluates a `date_expression`; what cannot be understood does not hold. */
export function evaluateDate(
  expression: XmlElement,
  nowS: number,
  complain?: (element: XmlElement, problem: string) => void,
  zone: Zone = utc,
): DateResult {
  const { operation = "in_range", start, end } = expression.attributes;
  const startS = start === undefined ? undefined : parseDate(start, zone);
  let endS = end === undefined ? undefined : parseDate(end, zone);
  if ((start !== undefined && startS === undefined) || (end !== undefined && endS === undefined)) {
    complain?.(
      expression,
      `"${startS === undefined && start !== undefined ? start : end}" is not a date. Write it as ` +
        `2005-01-20, 2005-020 or 2005-W03-4, with a time such as T12:30:00Z or without`,
    );
    return { passed: false };
  }
  const duration = child(expression, "duration");
  if (startS !== undefined && endS === undefined && duration !== undefined) {
    endS = addDuration(startS, durationOf(duration), zone);
  }
  switch (operation) {
    case "in_range":
      if (startS === undefined && endS === undefined) return { passed: false };
      if (startS !== undefined && nowS < startS) return { passed: false, changesAtS: startS };
      if (endS !== undefined && nowS > endS) return { passed: false };
      return { passed: true, ...(endS === undefined ? {} : { changesAtS: endS + 1 }) };
    case "gt":
      if (startS === undefined) return { passed: false };
      return nowS > startS ? { passed: true } : { passed: false, changesAtS: startS + 1 };
    case "lt":
      if (endS === undefined) return { passed: false };
      return nowS < endS ? { passed: true, changesAtS: endS } : { passed: false };
    case "date_spec": {
      const specification = child(expression, "date_spec");
      return { passed: specification !== undefined && satisfies(specification, nowS + zone(nowS)) };
    }
    default:
      return { passed: false };
  }
}

/** The duration that a `duration` element describes with one attribute a unit. */
export function durationOf(element: XmlElement): Duration {
  const part = (name: string): number => parseInteger(element.attributes[name]) ?? 0;
  return {
    years: part("years"),
    months: part("months"),
    days: part("weeks") * 7 + part("days"),
    seconds: part("hours") * 3600 + part("minutes") * 60 + part("seconds"),
  };
}

/** @param nowS as the local clock shows it. */
function satisfies({ attributes }: XmlElement, nowS: number): boolean {
  const { date, secondOfDay } = civilOf(nowS);
  const week = weekOf(nowS);
  const now: Readonly<Record<string, number>> = {
    seconds: secondOfDay % 60,
    minutes: Math.floor(secondOfDay / 60) % 60,
    hours: Math.floor(secondOfDay / 3600),
    monthdays: date.day,
    weekdays: week.day,
    yeardays: ordinalOf(date),
    weeks: week.week,
    months: date.month,
    years: date.year,
    weekyears: week.year,
    moon: phaseOfMoon(date.year, ordinalOf(date)),
  };
  for (const name in now) {
    const range = attributes[name];
    if (range !== undefined && !inRange(range, now[name]!)) return false;
  }
  return true;
}

/** `5`, `5-9`, `5-` or `-9`; what is none of these never matches. */
function inRange(range: string, value: number): boolean {
  const found = /^\s*(\d*)\s*(-?)\s*(\d*)\s*$/.exec(range);
  if (found === null || (found[1] === "" && found[3] === "")) return false;
  const [, low, dash, high] = found;
  if (dash === "") return value === Number(low);
  return (low === "" || value >= Number(low)) && (high === "" || value <= Number(high));
}

/** 0 is new moon, 4 full moon: the epact of the year, moved on by the day. */
function phaseOfMoon(year: number, yearDay: number): number {
  const golden = (year % 19) + 1;
  let epact = (11 * golden + 18) % 30;
  if ((epact === 25 && golden > 11) || epact === 24) epact++;
  return Math.trunc((((yearDay + epact) * 6 + 11) % 177) / 22) & 7;
}
