/**
 * Runs many tasks, a few at the same time.
 *
 * @module
 */

/** Does the same with each, a few at once: what that gives, in their order. */
export async function some<T, R>(
  atOnce: number,
  each: readonly T[],
  work: (one: T) => Promise<R>,
): Promise<readonly R[]> {
  const done: R[] = [];
  const waiting = [...each.entries()];
  await Promise.all(Array.from({ length: atOnce }, async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      done[next[0]] = await work(next[1]);
    }
  }));
  return done;
}
