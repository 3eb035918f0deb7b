/**
 * Scores: whole numbers in which a million is infinite, and minus a million forbids.
 *
 * @module
 */

/** What `INFINITY` is worth. */
export const INFINITY = 1_000_000;

/** What the words `red`, `yellow` and `green` are worth, as the health strategy has it. */
export interface HealthScores {
  readonly red: number;
  readonly yellow: number;
  readonly green: number;
}

const noHealth: HealthScores = { red: 0, yellow: 0, green: 0 };

/**
 * The value of a score as written.
 *
 * What is no number is worth 0 and trailing text is not looked at, as people's configurations rely
 * on; the caller that wants to complain asks {@linkcode isScore}.
 *
 * @example
 * ```ts
 * parseScore("-INFINITY"); // -1000000
 * parseScore("9999999"); // 1000000
 * ```
 */
export function parseScore(text: string | undefined, health: HealthScores = noHealth): number {
  if (text === undefined) return 0;
  switch (text.toLowerCase()) {
    case "-infinity":
      return -INFINITY;
    case "infinity":
    case "+infinity":
      return INFINITY;
    case "red":
      return health.red;
    case "yellow":
      return health.yellow;
    case "green":
      return health.green;
  }
  return clampScore(parseInteger(text) ?? 0);
}

/** Whether it is a score as the configuration language defines it. */
export function isScore(text: string): boolean {
  return /^\s*[+-]?(\d+|infinity)$/i.test(text) || /^(red|yellow|green)$/i.test(text);
}

/** A score within its bounds. */
export function clampScore(score: number): number {
  return score <= -INFINITY ? -INFINITY : score >= INFINITY ? INFINITY : Math.trunc(score);
}

/** The sum of two scores: minus infinity wins over infinity, both win over any number. */
export function addScores(a: number, b: number): number {
  if (a <= -INFINITY || b <= -INFINITY) return -INFINITY;
  if (a >= INFINITY || b >= INFINITY) return INFINITY;
  return clampScore(a + b);
}

/** A score as people write it. */
export function scoreText(score: number): string {
  return score >= INFINITY ? "INFINITY" : score <= -INFINITY ? "-INFINITY" : String(score);
}

/** The whole number a text begins with, whatever follows; `undefined` if it begins with none. */
export function parseInteger(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const { length } = text;
  if (length > 0 && length < 16) {
    // Nearly all are plain digits, and there are very many of them.
    let value = 0;
    let index = 0;
    for (; index < length; index++) {
      const digit = text.charCodeAt(index) - 48;
      if (digit < 0 || digit > 9) break;
      value = value * 10 + digit;
    }
    if (index === length) return value;
  }
  const found = /^\s*([+-]?\d+)/.exec(text);
  return found === null ? undefined : Number(found[1]);
}
