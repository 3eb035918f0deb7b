/**
 * Values that are computed from the value before: `value++` and `value+=N`, as scores are added.
 *
 * @module
 */

const infinity = 1_000_000;

/** What a value becomes. */
export function expanded(value: string, before: string | undefined): string {
  const sum = /^value(?:\+\+|\+=(.*))$/s.exec(value);
  if (sum === null) return value;
  const added = sum[1] === undefined ? 1 : scoreOf(sum[1]);
  return String(bounded(scoreOf(before ?? "") + added));
}

/** The field's idea of a score; what is none counts nothing. */
function scoreOf(text: string): number {
  const plain = text.trim();
  if (/^\+?INFINITY$/i.test(plain)) return infinity;
  if (/^-INFINITY$/i.test(plain)) return -infinity;
  const number = /^[+-]?\d+/.exec(plain)?.[0];
  return number === undefined ? 0 : bounded(Number(number));
}

const bounded = (score: number): number => Math.max(-infinity, Math.min(infinity, score));
