/**
 * Times in the format of `date`, with the fractions that Pacemaker adds: `%H:%M:%S.%06N`.
 *
 * @module
 */

/** What Pacemaker gives to alert agents if the alert names no format. */
const defaultFormat = "%H:%M:%S.%06N";
/** Characters of a text at most. */
const charactersMax = 256;

const days = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const months = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];

const two = (number: number): string => String(number).padStart(2, "0");

/** By the letter behind `%`. Local time of the machine. */
const parts: Readonly<Record<string, (time: Date) => string>> = {
  Y: (time) => String(time.getFullYear()),
  C: (time) => two(Math.floor(time.getFullYear() / 100)),
  y: (time) => two(time.getFullYear() % 100),
  m: (time) => two(time.getMonth() + 1),
  d: (time) => two(time.getDate()),
  e: (time) => String(time.getDate()).padStart(2, " "),
  j: (time) => String(dayOfYear(time)).padStart(3, "0"),
  H: (time) => two(time.getHours()),
  I: (time) => two(time.getHours() % 12 || 12),
  M: (time) => two(time.getMinutes()),
  S: (time) => two(time.getSeconds()),
  p: (time) => time.getHours() < 12 ? "AM" : "PM",
  a: (time) => days[time.getDay()]?.slice(0, 3) ?? "",
  A: (time) => days[time.getDay()] ?? "",
  b: (time) => months[time.getMonth()]?.slice(0, 3) ?? "",
  B: (time) => months[time.getMonth()] ?? "",
  s: (time) => String(Math.floor(time.getTime() / 1_000)),
  z: (time) => zone(time),
  n: () => "\n",
  t: () => "\t",
  "%": () => "%",
};

/** Letters that stand for several. */
const combined: Readonly<Record<string, string>> = {
  F: "%Y-%m-%d",
  T: "%H:%M:%S",
  R: "%H:%M",
  D: "%m/%d/%y",
  c: "%a %b %e %H:%M:%S %Y",
};

/** A time in a format. What the format does not know stays as it is. */
export function timestamp(wallMs: number, format: string = defaultFormat): string {
  const time = new Date(wallMs);
  const whole = format.replace(/%([FTRDc])/g, (_, letter: string) => combined[letter] ?? "");
  return whole.replace(/%(?:0?(\d)N|N|([A-Za-z%]))/g, (found, digits?: string, letter?: string) => {
    if (letter === undefined) return fraction(time, digits === undefined ? 9 : Number(digits));
    return parts[letter]?.(time) ?? found;
  }).slice(0, charactersMax);
}

const fraction = (time: Date, digits: number): string =>
  String(time.getMilliseconds()).padStart(3, "0").padEnd(9, "0").slice(0, digits);

function zone(time: Date): string {
  const minutes = -time.getTimezoneOffset();
  const size = Math.abs(minutes);
  return `${minutes < 0 ? "-" : "+"}${two(Math.floor(size / 60))}${two(size % 60)}`;
}

function dayOfYear(time: Date): number {
  const at = Date.UTC(time.getFullYear(), time.getMonth(), time.getDate());
  return Math.round((at - Date.UTC(time.getFullYear(), 0, 1)) / 86_400_000) + 1;
}
