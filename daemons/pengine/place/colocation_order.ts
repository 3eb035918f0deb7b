/**
 * The order in which the colocations of one resource are applied.
 *
 * @module
 */
import type { Colocation, Resource } from "../model.ts";

/** Puts a colocation into the list of a dependent, in the order in which they are applied. */
export function addDependentOf(list: Colocation[], colocation: Colocation): void {
  insert(list, colocation, (c) => c.primary);
}

/** Puts a colocation into the list of a primary. */
export function addPrimaryOf(list: Colocation[], colocation: Colocation): void {
  insert(list, colocation, (c) => c.dependent);
}

/** Of two that are equal the one that comes later goes first. */
function insert(
  list: Colocation[],
  colocation: Colocation,
  other: (c: Colocation) => Resource,
): void {
  const at = list.findIndex((known) => compare(other(colocation), other(known)) <= 0);
  if (at < 0) list.push(colocation);
  else list.splice(at, 0, colocation);
}

const RANK = { primitive: 1, group: 2, clone: 3, bundle: 4 } as const;

function compare(a: Resource, b: Resource): number {
  if (a.priority !== b.priority) return a.priority > b.priority ? -1 : 1;
  if (a.variant !== b.variant) return RANK[a.variant] > RANK[b.variant] ? -1 : 1;
  if (a.variant === "clone" && a.promotable !== b.promotable) return a.promotable ? -1 : 1;
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}
