/**
 * The electorate: the nodes whose votes count, while nodes are added and removed.
 *
 * Each quorate view also proposes the electorate that applies from then on; its version is the
 * view's epoch. A view must be quorate under every electorate that may be in force, as far as its
 * members know: the newest committed one, and all that were promised since and may have been
 * committed without their knowledge. This is the joint consensus of Raft (D. Ongaro, "Consensus:
 * Bridging Theory and Practice", 2014, section 4.3), with views instead of a log.
 *
 * @module
 */

/** An electorate: the nodes that count. */
export interface Electorate {
  /** Epoch of the view that agreed on it; 0: the node configuration. */
  readonly version: number;
  /** Sorted. */
  readonly nodes: readonly string[];
  /** Of a recovery: the cluster's number from then on (`recover.ts`). */
  readonly origin?: number;
}

/** What a node, or several together, know of electorates. On disk with the promises. */
export interface Electorates {
  /** The newest one that is known to be in force. */
  readonly committed: Electorate;
  /** Later ones that were promised, by version; of each set of nodes the latest. */
  readonly promised: readonly Electorate[];
  /** A number for the initial nodes: another number means another cluster. 0: not started. */
  readonly origin: number;
}

/** Maximum number of electorates that one node may know: each node may contribute a few. */
export const electoratesMax = 256;

/** The knowledge of a node that never was in a quorate view. */
export const begun = (nodes: readonly string[]): Electorates => ({
  committed: { version: 0, nodes: [...nodes].sort() },
  promised: [],
  origin: 0,
});

/** All electorates that may be in force. */
export const inForce = ({ committed, promised }: Electorates): readonly Electorate[] => [
  committed,
  ...promised,
];

/** The latest of them: if several may be in force, a quorate view settles on this one. */
export const latest = ({ committed, promised }: Electorates): Electorate =>
  promised.at(-1) ?? committed;

/** The combined knowledge of several nodes. A committed electorate makes all older ones void. */
export function together(known: readonly Electorates[]): Electorates {
  const [first, ...others] = known;
  if (first === undefined) throw new RangeError("nobody knows of an electorate");
  const newest = others.reduce(
    (best, one) => goesBefore(best.committed, one.committed) ? one : best,
    first,
  );
  const { committed, origin } = newest;
  const later = known.flatMap((one) => inForce(one)).filter((one) =>
    one.version >= committed.version && !isSame(one, committed)
  );
  return { committed, promised: latestOfEach(later), origin };
}

/** The same with one more promise. */
export const promising = (known: Electorates, one: Electorate): Electorates => ({
  ...known,
  promised: latestOfEach([...known.promised, one]),
});

/** The knowledge after one has come into force. */
export const settled = (
  known: Electorates,
  { version, nodes, origin = known.origin }: Electorate,
): Electorates => ({
  committed: { version, nodes },
  promised: [],
  origin: origin === 0 ? originOf(known.committed.nodes) : origin,
});

/**
 * Whether a proposal of electors that knew of these has left out nothing that this node knows. What is
 * about to be settled on may have been promised later than it knew: it is the latest either way.
 */
export function covers(
  { electorates: known, electors }: {
    readonly electorates: Electorates;
    readonly electors: readonly string[];
  },
  own: Electorates,
): boolean {
  return own.committed.version <= known.committed.version &&
    inForce(own).every((one) =>
      one.version < known.committed.version || sameNodes(one, { nodes: electors }) ||
      inForce(known).some((other) => other.version >= one.version && sameNodes(other, one))
    );
}

/**
 * Whether two nodes come from clusters that started separately, or one from before a recovery that it
 * has not promised.
 */
export const foreign = (one: Electorates, other: Electorates): boolean =>
  one.origin !== 0 && other.origin !== 0 && one.origin !== other.origin &&
  !origins(one).some((origin) => origins(other).includes(origin));

const origins = ({ origin, promised }: Electorates): readonly number[] => [
  origin,
  ...promised.flatMap((one) => one.origin ?? []),
];

/** Whether both count the same nodes. */
export const sameNodes = (one: Pick<Electorate, "nodes">, other: Pick<Electorate, "nodes">) =>
  one.nodes.length === other.nodes.length &&
  one.nodes.every((name, at) => name === other.nodes[at]);

const isSame = (one: Electorate, other: Electorate): boolean =>
  one.version === other.version && sameNodes(one, other);

/** Of configurations that do not agree the one with more nodes comes last, so that it is chosen. */
function goesBefore(one: Electorate, other: Electorate): boolean {
  if (one.version !== other.version) return one.version < other.version;
  if (one.nodes.length !== other.nodes.length) return one.nodes.length < other.nodes.length;
  return one.nodes.join(" ") < other.nodes.join(" ");
}

function latestOfEach(list: readonly Electorate[]): Electorate[] {
  const byNodes = new Map<string, Electorate>();
  for (const one of list) {
    const key = one.nodes.join(" ");
    const known = byNodes.get(key);
    if (known === undefined || known.version < one.version) byNodes.set(key, one);
  }
  return [...byNodes.values()].sort((one, other) => goesBefore(one, other) ? -1 : 1);
}

/** The number of a cluster after a recovery. */
export const recoveredOrigin = (
  { origin }: Electorates,
  version: number,
  nodes: readonly string[],
): number => originOf([String(origin), String(version), ...nodes]);

/** A number for the nodes that a cluster began with; never 0. */
function originOf(nodes: readonly string[]): number {
  let hash = 0;
  for (const letter of nodes.join(" ")) {
    hash = (hash * 0x10001 + letter.codePointAt(0)!) % 0xfffffffb;
  }
  return hash + 1;
}
