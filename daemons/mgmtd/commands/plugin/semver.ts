/**
 * The order of semantic versions (semver.org, 11).
 *
 * @module
 */

/** Whether a semantic version is older than another; what follows `+` does not count. */
export function isOlder(version: string, than: string): boolean {
  const parts = (text: string) => {
    const [numbers = "", early] = text.split("+")[0]?.split(/-(.*)/s) ?? [];
    return { numbers: numbers.split(".").map(Number), early: early?.split(".") };
  };
  const [a, b] = [parts(version), parts(than)];
  for (const [at, number] of a.numbers.entries()) {
    const other = b.numbers[at] ?? 0;
    if (number !== other) return number < other;
  }
  if (a.early === undefined || b.early === undefined) {
    return a.early !== undefined && b.early === undefined; // 1.0.0-rc is older than 1.0.0
  }
  for (const [at, word] of a.early.entries()) {
    const other = b.early[at];
    if (other === undefined) return false;
    if (word === other) continue;
    const [x, y] = [Number(word), Number(other)];
    if (Number.isNaN(x) || Number.isNaN(y)) {
      return Number.isNaN(x) === Number.isNaN(y) ? word < other : Number.isNaN(y);
    }
    return x < y;
  }
  return a.early.length < b.early.length;
}
