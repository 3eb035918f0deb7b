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

type Complain = (element: XmlElement, problem: string) => void;

/** Evaluates a `date_expression`; what cannot be understood does not hold. */
export function evaluateDate(
  expression: XmlElement,
  nowS: number,
  complain?: Complain,
  zone: Zone = utc,
): DateResult {
  const dateOf = (name: "start" | "end"): DateOf => {
    const text = expression.attributes[name];
    if (text === undefined) return { isOdd: false };
    const atS = parseDate(text, zone, nowS);
    if (atS !== undefined) return { atS, isOdd: false };
    const forms = "2005-01-20, 2005-020 or 2005-W03-4, with a time such as T12:30:00Z or without";
    complain?.(expression, `"${text}" is not a date. Write it as ${forms}`);
    return { isOdd: true };
  };
  switch ((expression.attributes.operation ?? "in_range").toLowerCase()) {
    case "in_range":
      return inTime(expression, nowS, dateOf, complain, zone);
    case "gt": {
      const { atS } = dateOf("start");
      if (atS === undefined) return { passed: false };
      return nowS > atS ? { passed: true } : { passed: false, changesAtS: atS + 1 };
    }
    case "lt": {
      const { atS } = dateOf("end");
      if (atS === undefined) return { passed: false };
      return nowS < atS ? { passed: true, changesAtS: atS } : { passed: false };
    }
    case "date_spec": {
      const specification = child(expression, "date_spec");
      if (specification === undefined) return { passed: false };
      return { passed: satisfies(specification, nowS + zone(nowS), complain) };
    }
    default:
      return { passed: false };
  }
}

/** A date of an expression; one that cannot be read is odd. */
interface DateOf {
  readonly atS?: number;
  readonly isOdd: boolean;
}

function inTime(
  expression: XmlElement,
  nowS: number,
  dateOf: (name: "start" | "end") => DateOf,
  complain: Complain | undefined,
  zone: Zone,
): DateResult {
  const [start, end] = [dateOf("start"), dateOf("end")];
  if (start.isOdd || end.isOdd) return { passed: false };
  let endS = end.atS;
  const duration = child(expression, "duration");
  if (start.atS !== undefined && endS === undefined && duration !== undefined) {
    const span = durationOf(duration, complain);
    if (span === undefined) return { passed: false };
    const sumS = addDuration(start.atS, span, zone);
    // Beyond the last date of the calendar it never ends; before the first one it has long ended.
    endS = Number.isNaN(sumS) ? (isBackward(span) ? -Infinity : Infinity) : sumS;
  }
  if (start.atS === undefined && endS === undefined) return { passed: false };
  if (start.atS !== undefined && nowS < start.atS) return { passed: false, changesAtS: start.atS };
  if (endS !== undefined && nowS > endS) return { passed: false };
  return {
    passed: true,
    ...(endS === undefined || endS === Infinity ? {} : { changesAtS: endS + 1 }),
  };
}

const isBackward = ({ years, months, days, seconds }: Duration): boolean =>
  Math.min(years, months, days, seconds) < 0;

/** A part of a duration has 32 bits, as everywhere in the configuration language. */
const partMax = 2 ** 31 - 1;

/**
 * The duration that a `duration` element describes with one attribute a unit; undefined where a part
 * is no number, or too large for any duration.
 */
export function durationOf(element: XmlElement, complain?: Complain): Duration | undefined {
  let isOdd = false;
  const part = (name: string): number => {
    const text = element.attributes[name];
    if (text === undefined) return 0;
    const value = parseInteger(text);
    if (value !== undefined && Math.abs(value) <= partMax) return value;
    isOdd = true;
    const what = `its ${name}, "${text}", is no whole number up to ${partMax}`;
    complain?.(element, `${what}. Write one, such as ${name}="2"`);
    return 0;
  };
  const duration = {
    years: part("years"),
    months: part("months"),
    days: part("weeks") * 7 + part("days"),
    seconds: part("hours") * 3600 + part("minutes") * 60 + part("seconds"),
  };
  return isOdd ? undefined : duration;
}

/** @param nowS as the local clock shows it. */
function satisfies(specification: XmlElement, nowS: number, complain?: Complain): boolean {
  const { attributes } = specification;
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
  let holds = true;
  for (const name in now) {
    const range = attributes[name];
    if (range === undefined) continue;
    const within = inRange(range, now[name]!);
    if (within === undefined) {
      const forms = "Write one number or one range: 5, 5-9, 5- or -9";
      complain?.(specification, `its ${name}, "${range}", never matches. ${forms}`);
    }
    holds &&= within === true;
  }
  return holds;
}

/** `5`, `5-9`, `5-` or `-9`; undefined for what is none of these. */
function inRange(range: string, value: number): boolean | undefined {
  const found = /^\s*(\d*)\s*(-?)\s*(\d*)\s*$/.exec(range);
  if (found === null || (found[1] === "" && found[3] === "")) return undefined;
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
