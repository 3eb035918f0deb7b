/**
 * A stable merge sort by halves.
 *
 * The age of recorded operations is not a total order: what was pending is compared with others by
 * rules that contradict each other at times. Then the result depends on how one sorts, and this is
 * how it has always been done.
 *
 * @module
 */

/** The items in order; those that compare as 0 keep theirs. */
export function mergeSort<T>(items: readonly T[], compare: (a: T, b: T) => number): T[] {
  if (items.length < 2) return [...items];
  const half = Math.ceil(items.length / 2);
  const left = mergeSort(items.slice(0, half), compare);
  const right = mergeSort(items.slice(half), compare);
  const merged: T[] = [];
  let l = 0, r = 0;
  while (l < left.length && r < right.length) {
    merged.push(compare(left[l]!, right[r]!) <= 0 ? left[l++]! : right[r++]!);
  }
  return [...merged, ...left.slice(l), ...right.slice(r)];
}
