/**
 * Remembering what was computed from a text, within bounds. A function that always gives the same
 * for the same text gives that with this too, only sooner.
 *
 * @module
 */

/** What is remembered at most. */
export interface RememberedBounds {
  readonly entriesMax: number;
  /** Characters of all texts. */
  readonly charactersMax?: number;
}

/**
 * The same function, with a memory. The oldest texts are forgotten; one that is too long for the
 * memory is not remembered.
 *
 * @example
 * ```ts
 * const upper = remembered((text) => text.toUpperCase(), { entriesMax: 100 });
 * console.log(upper("web")); // WEB
 * ```
 */
export function remembered<T extends NonNullable<unknown>>(
  compute: (text: string) => T,
  { entriesMax, charactersMax = Infinity }: RememberedBounds,
): (text: string) => T {
  const known = new Map<string, T>();
  let characters = 0;
  return (text) => {
    const before = known.get(text);
    if (before !== undefined) return before;
    const found = compute(text);
    if (text.length > charactersMax) return found;
    for (const oldest of known.keys()) {
      if (known.size < entriesMax && characters + text.length <= charactersMax) break;
      known.delete(oldest);
      characters -= oldest.length;
    }
    known.set(text, found);
    characters += text.length;
    return found;
  };
}
