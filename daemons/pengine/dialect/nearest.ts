/**
 * The name that someone who mistyped probably meant.
 *
 * @module
 */

/** Letters that may be wrong in a name of a given length. */
const wrongMax = (length: number): number => Math.max(1, Math.floor(length / 4));

/** Longer names are not compared: nobody mistypes them by a letter. */
const lengthMax = 64;

/** The most similar of the names; undefined if none is similar enough to be meant. */
export function nearest(name: string, names: Iterable<string>): string | undefined {
  if (name.length > lengthMax) return undefined;
  let best: string | undefined;
  let bestDistance = wrongMax(name.length) + 1;
  for (const one of names) {
    const distance = distanceOf(name, one, bestDistance);
    if (distance < bestDistance) {
      best = one;
      bestDistance = distance;
    }
  }
  return best;
}

/** Letters to insert, delete, replace or exchange with their neighbour. */
function distanceOf(a: string, b: string, atMost: number): number {
  if (Math.abs(a.length - b.length) >= atMost) return atMost;
  const rows = [Array.from({ length: b.length + 1 }, (_, n) => n)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min(
        rows[i - 1]![j]! + 1,
        row[j - 1]! + 1,
        rows[i - 1]![j - 1]! + (same ? 0 : 1),
      );
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        cost = Math.min(cost, rows[i - 2]![j - 2]! + 1);
      }
      row.push(cost);
    }
    rows.push(row);
  }
  return rows[a.length]![b.length]!;
}
