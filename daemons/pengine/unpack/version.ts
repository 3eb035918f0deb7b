/**
 * Comparing versions: `1.10` is newer than `1.9`.
 *
 * @module
 */

/** Negative if `a` is older, positive if newer, 0 if the same; a missing part counts as 0. */
export function compareVersions(a: string | undefined, b: string | undefined): number {
  if (a === undefined || b === undefined) {
    return a === b ? 0 : a === undefined ? -1 : 1;
  }
  const left = a.split(".");
  const right = b.split(".");
  const parts = Math.max(left.length, right.length);
  for (let index = 0; index < parts; index++) {
    const difference = partOf(left[index]) - partOf(right[index]);
    if (difference !== 0) return Math.sign(difference);
  }
  return 0;
}

const partOf = (text: string | undefined): number => {
  const digits = /^\d+/.exec(text ?? "");
  return digits === null ? 0 : Number(digits[0]);
};
