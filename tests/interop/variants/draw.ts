/**
 * Numbers that look like chance and are the same in every run: variants can be named by their seed.
 *
 * @module
 */

/** Draws numbers. */
export interface Draw {
  /** A whole number from 0 to below `of`. */
  readonly below: (of: number) => number;
  /** So many of a list at most, in the order of the list. */
  readonly some: <T>(list: readonly T[], count: number) => readonly T[];
}

/** @param seed anything; the same text gives the same numbers. */
export function draw(seed: string): Draw {
  let state = 2166136261;
  const stir = (value: number): void => {
    state = Math.imul(state ^ value, 16777619) >>> 0;
  };
  for (const character of seed) stir(character.codePointAt(0) ?? 0);
  const below = (of: number): number => {
    stir(state >>> 13);
    stir(0x5bd1);
    stir(state >>> 7);
    return of === 0 ? 0 : (state >>> 4) % of;
  };
  const some = <T>(list: readonly T[], count: number): readonly T[] => {
    const left = list.map((_, n) => n);
    const taken: number[] = [];
    while (taken.length < count && left.length > 0) {
      taken.push(...left.splice(below(left.length), 1));
    }
    return taken.sort((a, b) => a - b).map((n) => list[n]!);
  };
  return { below, some };
}
