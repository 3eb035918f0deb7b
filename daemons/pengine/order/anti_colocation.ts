/**
 * Two resources that may not share a node: the one leaves before the other comes.
 *
 * @module
 */
import { type Colocation, INFINITY, type Resource, Role, type WorkingSet } from "../model.ts";
import { Order } from "./flags.ts";
import { order, task } from "./ordering.ts";

/** Orders leaving before coming, both ways round, for a mandatory separation. */
export function orderApart(set: WorkingSet, colocation: Colocation): void {
  if (colocation.score > -INFINITY) return;
  const { dependent, dependentRole, primary, primaryRole } = colocation;
  oneWay(set, dependent, dependentRole, primary, primaryRole);
  oneWay(set, primary, primaryRole, dependent, dependentRole);
}

function oneWay(
  set: WorkingSet,
  first: Resource,
  firstRole: Role,
  then: Resource,
  thenRole: Role,
): void {
  const losing = firstRole === Role.promoted
    ? ["demote"]
    : firstRole === Role.unpromoted
    ? ["stop", "promote"]
    : ["stop"];
  const gaining = thenRole === Role.promoted
    ? ["promote"]
    : thenRole === Role.unpromoted
    ? ["start", "demote"]
    : ["start"];
  for (const one of losing) {
    for (const other of gaining) {
      order(set, task(first, one), task(then, other), Order.antiColocation);
    }
  }
}
