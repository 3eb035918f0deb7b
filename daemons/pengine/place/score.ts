/**
 * Arithmetic of scores: sums stay within plus and minus infinity, and minus infinity wins.
 *
 * @module
 */
import { INFINITY } from "../model.ts";

/** The sum of two scores. */
export function addScores(a: number, b: number): number {
  if (a <= -INFINITY || b <= -INFINITY) return -INFINITY;
  if (a >= INFINITY || b >= INFINITY) return INFINITY;
  const sum = a + b;
  return sum >= INFINITY ? INFINITY : sum <= -INFINITY ? -INFINITY : sum;
}
