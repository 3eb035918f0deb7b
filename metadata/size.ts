/**
 * Bounds on untrusted values.
 *
 * @module
 */
import type { Problem } from "./scalar.ts";

/** Values within values at most. */
const NESTING_MAX = 64;
/** Values within one value at most, of any kind. */
const VALUES_MAX = 100_000;

/**
 * What is wrong with a value that contains itself, is nested deeply or is enormous: to be asked
 * before anything walks through a stranger's value at leisure.
 */
export function tooLarge(input: unknown, subject: string): Problem | undefined {
  const open: { readonly value: unknown; readonly depth: number }[] = [{ value: input, depth: 0 }];
  for (let values = 0; open.length > 0; values++) {
    const { value, depth } = open.pop()!;
    if (depth > NESTING_MAX || values + open.length > VALUES_MAX) {
      return {
        what: `${subject} is too large`,
        why: `it holds more than ${VALUES_MAX} values or is nested deeper than ${NESTING_MAX}`,
        fix: "make it smaller, and let nothing in it contain itself",
      };
    }
    if (typeof value !== "object" || value === null) continue;
    for (const inner of Object.values(value)) open.push({ value: inner, depth: depth + 1 });
  }
  return undefined;
}
