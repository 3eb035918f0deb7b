/**
 * What an ordering means, as a set of flags: the vocabulary in which the engine's rules of order
 * are written. One ordering "first, then" carries any number of them.
 *
 * @module
 */

/** The flags. A value of 0 is an ordering that was switched off. */
export const Order = {
  none: 0,
  /** Order only: nothing follows from the one for the other. */
  optional: 0x1,
  /** Holds only if `first` is not a part of a live migration. */
  firstNonMigratable: 0x2,
  /** If `then` is required, so is `first`. */
  impliesFirst: 0x10,
  /** If `first` is required, so is `then`. */
  impliesThen: 0x20,
  /** As `impliesFirst`, where `then`'s resource is promoted now. */
  promotedImpliesFirst: 0x40,
  /** `first` needs `then` to be runnable both as such and as a part of a migration. */
  impliesFirstMigratable: 0x80,
  /** `then` needs `first` to be runnable. */
  runnableLeft: 0x100,
  /** `then` can be a mere mark only if `first` is runnable. */
  pseudoLeft: 0x200,
  /** As `impliesThen`, for the instances of `then` on the node of `first` only. */
  impliesThenOnNode: 0x400,
  /** As `runnableLeft`, except while `first`'s resource is about to stop. */
  probe: 0x800,
  /** `first` and `then` are the two halves of a restart. */
  restart: 0x1000,
  /** Never at the same time, in either order. */
  serializeOnly: 0x4000,
  /** Holds only if both are on the same node. */
  sameNode: 0x8000,
  /** If `then` is required, `first` is shown in the graph, though it stays optional. */
  impliesFirstPrinted: 0x10000,
  /** If `first` is required, `then` is shown in the graph. */
  impliesThenPrinted: 0x20000,
  /** One way: stopping follows no order. */
  asymmetrical: 0x100000,
  /** Between what leaves and what enters a node with limited capacity. */
  load: 0x200000,
  /** `then` needs some, not all, of its firsts. */
  oneOrMore: 0x400000,
  /** Between two that may not share a node. */
  antiColocation: 0x800000,
  /** Made by the engine: not subject to the check of orders between a guest and its container. */
  preserve: 0x1000000,
  /** If `then` is required, `first` is not needed. */
  thenCancelsFirst: 0x2000000,
} as const;

/** The four properties of an action that orderings read and change, as bits. */
export const Bit = { optional: 1, runnable: 2, pseudo: 4, migrateRunnable: 8 } as const;
