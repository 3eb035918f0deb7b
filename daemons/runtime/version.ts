/**
 * Which versions of the protocols between nodes a node speaks. Each node announces a range to its
 * peers; two nodes understand each other if their ranges meet, and both then speak the newest that both
 * know. Within a version members and types may be added, as what is not known is ignored: only what an
 * older node would misunderstand makes a new version.
 *
 * @example
 * ```ts
 * readVersions("1-2"); // { oldest: 1, newest: 2 }
 * agreedVersion({ oldest: 1, newest: 2 }, { oldest: 1, newest: 1 }); // 1
 * ```
 *
 * @module
 */

/** A range, both ends included. */
export interface Versions {
  readonly oldest: number;
  readonly newest: number;
}

/** What this node speaks. Version 1 is the first that nodes announce. */
export const ownVersions: Versions = { oldest: 1, newest: 1 };

/** The greatest number of a version. */
const versionMax = 9_999;

/** As it is announced. */
export const versionsText = ({ oldest, newest }: Versions): string => `${oldest}-${newest}`;

/** What another node announces; undefined: no range. */
export function readVersions(text: string): Versions | undefined {
  const found = /^(\d{1,4})-(\d{1,4})$/.exec(text);
  if (found === null) return undefined;
  const [oldest, newest] = [Number(found[1]), Number(found[2])];
  return oldest >= 1 && oldest <= newest && newest <= versionMax ? { oldest, newest } : undefined;
}

/** The version that two nodes speak with each other; undefined: there is none. */
export function agreedVersion(one: Versions, other: Versions): number | undefined {
  const newest = Math.min(one.newest, other.newest);
  return newest >= Math.max(one.oldest, other.oldest) ? newest : undefined;
}
