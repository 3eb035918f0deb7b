/**
 * The number of a view: a round, and in its last 20 bits the place of the node that proposed it, so
 * that no two nodes can choose the same. A node's place follows from its name alone: a node that
 * joins needs no list that all have to agree on.
 *
 * @example
 * ```ts
 * const epoch = epochAfter(258, "alice"); // above 258, and alice's alone
 * epochText(epoch); // "1.7f2k": the round, and the place in base 36
 * ```
 *
 * @module
 */

/** Numbers of one round: rounds go up to 2^33, which 27 years of ten a second do not reach. */
const places = 2 ** 20;

/** The place of a node: a hash of its name (FNV-1a of its UTF-8, folded), below 2^20. */
export function placeOf(node: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(node)) {
    hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  }
  return (hash >>> 20) ^ (hash & (places - 1));
}

/** The lowest epoch of a later round that this node may choose. */
export function epochAfter(epoch: number, node: string): number {
  return (roundOf(epoch) + 1) * places + placeOf(node);
}

/** The round of an epoch. */
export const roundOf = (epoch: number): number => Math.floor(epoch / places);

/** Whether this node may choose this epoch. */
export function mayChoose(node: string, epoch: number): boolean {
  return epoch % places === placeOf(node);
}

/** As people read it: the round, and whose it is. */
export function epochText(epoch: number): string {
  return `${roundOf(epoch)}.${(epoch % places).toString(36)}`;
}

/**
 * Names whose epochs would collide, each with the one that goes before it: a `settled` one
 * before others, then the first by name.
 */
export function clashing(
  names: Iterable<string>,
  settled: (name: string) => boolean,
): ReadonlyMap<string, string> {
  const order = [...new Set(names)].sort((one, other) =>
    Number(settled(other)) - Number(settled(one)) || (one < other ? -1 : 1)
  );
  const first = new Map<number, string>();
  const clashes = new Map<string, string>();
  for (const name of order) {
    const place = placeOf(name);
    const before = first.get(place);
    if (before === undefined) first.set(place, name);
    else clashes.set(name, before);
  }
  return clashes;
}
