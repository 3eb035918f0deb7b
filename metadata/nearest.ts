/**
 * The known name nearest to an unknown one, for "Did you mean".
 *
 * @module
 */

/** Maximum compared characters of a name; the work grows with their square. */
const CHARACTERS_MAX = 128;

/**
 * The candidate nearest to `name`, or undefined if none is near enough to be a typing error:
 * at most a third of the characters differ. Case is a small difference, not a whole one.
 *
 * @example
 * ```ts
 * nearest("auth/sha1", ["auth/sha256", "auth/md5"]); // "auth/sha256"
 * ```
 */
export function nearest(name: string, candidates: Iterable<string>): string | undefined {
  const wanted = name.slice(0, CHARACTERS_MAX).toLowerCase();
  let best: string | undefined;
  let bestDistance = Infinity;
  for (const candidate of candidates) {
    const other = candidate.slice(0, CHARACTERS_MAX).toLowerCase();
    const near = Math.max(1, Math.floor(Math.max(wanted.length, other.length) / 3));
    if (Math.abs(wanted.length - other.length) > Math.min(near, bestDistance)) continue;
    const distance = editDistance(wanted, other);
    if (distance <= near && distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** `Did you mean "x"?` with a blank before it, or nothing: for the end of a sentence. */
export function didYouMean(name: string, candidates: Iterable<string>): string {
  const found = nearest(name, candidates);
  return found === undefined ? "" : ` Did you mean "${found}"?`;
}

/** Names that are listed where none is near. */
const LISTED_MAX = 12;

/**
 * A name that a person gave and that nothing has, for the end of a sentence: what was probably meant,
 * or the names that there are, if these are few.
 *
 * @example
 * ```ts
 * `There is no kind ${unknownName("stonit", ["auth", "stonith"])}`;
 * // There is no kind "stonit". Did you mean "stonith"?
 * `There is no kind ${unknownName("x", ["auth", "stonith"])}`; // ... "x". There are auth, stonith.
 * ```
 */
export function unknownName(name: string, candidates: Iterable<string>): string {
  const all = [...new Set(candidates)];
  const near = didYouMean(name, all);
  if (near !== "" || all.length === 0 || all.length > LISTED_MAX) return `"${name}".${near}`;
  return `"${name}". There ${all.length === 1 ? "is" : "are"} ${all.join(", ")}.`;
}

/** Insertions, deletions, replacements and exchanges of neighbours that make one text the other. */
export function editDistance(left: string, right: string): number {
  const columns = right.length + 1;
  let beforeLast: number[] = [];
  let last = Array.from({ length: columns }, (_, column) => column);
  for (let row = 1; row <= left.length; row++) {
    const now = [row];
    for (let column = 1; column < columns; column++) {
      const same = left[row - 1] === right[column - 1];
      let cost = Math.min(last[column]!, now[column - 1]!, last[column - 1]! - (same ? 1 : 0)) + 1;
      const exchanged = row > 1 && column > 1 && left[row - 1] === right[column - 2] &&
        left[row - 2] === right[column - 1];
      if (exchanged) cost = Math.min(cost, beforeLast[column - 2]! + 1);
      now.push(cost);
    }
    beforeLast = last;
    last = now;
  }
  return last[right.length]!;
}
