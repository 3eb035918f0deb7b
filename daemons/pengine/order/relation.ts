/**
 * What one ordering does to its two actions: which rules its type asks for, and what they are told.
 *
 * @module
 */
import type { Action, Node, Relation } from "../model.ts";
import { bitsOf } from "../act/action.ts";
import { nodeOf } from "../place/resource.ts";
import { actionFlags, expandFirst, isMemberOf } from "./collective.ts";
import { Bit, Order } from "./flags.ts";
import { orderActions } from "./ordering.ts";
import { updateOrdered } from "./rule.ts";
import { Changed, enqueue, enqueueAfter, type Work } from "./update.ts";

/** Applies an ordering; one that has nothing to say any more is marked so. */
export function updateRelation(work: Work, then: Action, relation: Relation): number {
  let first = relation.action;
  const firstNode = placeOf(first), thenNode = placeOf(then);
  const sameNode = (relation.type & Order.sameNode) !== 0;
  if (
    sameNode && firstNode !== undefined && thenNode !== undefined && firstNode !== thenNode
  ) {
    relation.type = Order.none;
    return Changed.none;
  }
  if (
    first.resource !== undefined && (relation.type & Order.thenCancelsFirst) !== 0 && !then.optional
  ) {
    first.optional = true;
  }
  if (
    first.resource !== undefined && then.resource !== undefined &&
    first.resource !== then.resource && !isMemberOf(then.resource, first.resource)
  ) {
    first = expandFirst(first);
  }
  let changed: number = Changed.none;
  if (first === relation.action) {
    const firstFlags = flagsForOrdering(first, thenNode);
    const thenFlags = flagsForOrdering(then, firstNode);
    changed = applyFlags(work, first, then, firstFlags, thenFlags, relation);
  } else if (orderActions(first, then, relation.type)) {
    changed |= Changed.then | Changed.disable;
  }
  if ((changed & Changed.disable) !== 0) {
    changed &= ~Changed.disable;
    relation.type = Order.none;
  }
  if ((changed & Changed.first) !== 0) {
    changed &= ~Changed.first;
    enqueueAfter(work, first);
    enqueue(work, first);
  }
  return changed;
}

/** The node that an order on "the same node" compares. */
function placeOf(action: Action): Node | undefined {
  if (action.resource?.variant === "group" && action.task === "start") {
    return nodeOf(action.resource, false);
  }
  return action.node;
}

function flagsForOrdering(action: Action, node: Node | undefined): number {
  const { resource } = action;
  if (resource === undefined) return bitsOf(action);
  const flags = actionFlags(action, undefined);
  if (node === undefined || resource.variant !== "clone") return flags;
  // Of a clone it matters whether it can run at all, and whether it must run on this node.
  return actionFlags(action, node) | (flags & Bit.runnable);
}

function applyFlags(
  work: Work,
  first: Action,
  then: Action,
  firstFlags: number,
  thenFlags: number,
  relation: Relation,
): number {
  let changed = 0;
  // Normally all of a clone follows; after unfencing only what is on that node.
  let { node } = then;
  if ((relation.type & Order.impliesThenOnNode) !== 0) {
    relation.type = (relation.type & ~Order.impliesThenOnNode) | Order.impliesThen;
    node = first.node;
  }
  const type = () => relation.type;
  const ofThen = (flags: number, filter: number, one: number) => {
    if (then.resource !== undefined) {
      changed |= updateOrdered(work, then.resource, first, then, node, flags, filter, one);
      return true;
    }
    return false;
  };
  if ((type() & Order.impliesThen) !== 0) {
    if (!ofThen(firstFlags & Bit.optional, Bit.optional, Order.impliesThen)) {
      if ((firstFlags & Bit.optional) === 0 && then.optional) {
        then.optional = false;
        changed |= Changed.then;
      }
    }
  }
  if ((type() & Order.restart) !== 0) {
    ofThen(firstFlags, Bit.optional | Bit.runnable, Order.restart);
  }
  if ((type() & Order.impliesFirst) !== 0) {
    if (first.resource !== undefined) {
      changed |= updateOrdered(
        work,
        first.resource,
        first,
        then,
        node,
        firstFlags,
        Bit.optional,
        Order.impliesFirst,
      );
    } else if ((firstFlags & Bit.optional) === 0 && first.runnable) {
      first.runnable = false;
      changed |= Changed.first;
    }
  }
  if ((type() & Order.promotedImpliesFirst) !== 0) {
    ofThen(firstFlags & Bit.optional, Bit.optional, Order.promotedImpliesFirst);
  }
  if ((type() & Order.oneOrMore) !== 0) {
    if (!ofThen(firstFlags, Bit.runnable, Order.oneOrMore)) {
      if ((firstFlags & Bit.runnable) !== 0) {
        then.runnableBefore++;
        if (then.runnableBefore >= then.requiredRunnableBefore && !then.runnable) {
          then.runnable = true;
          changed |= Changed.then;
        }
      }
    }
  }
  if ((type() & Order.probe) !== 0 && then.resource !== undefined) {
    if ((firstFlags & Bit.runnable) === 0 && (first.resource?.runningOn.length ?? 0) > 0) {
      relation.type = Order.none;
    } else {
      ofThen(firstFlags, Bit.runnable, Order.runnableLeft);
    }
  }
  if ((type() & Order.runnableLeft) !== 0) {
    if (!ofThen(firstFlags, Bit.runnable, Order.runnableLeft)) {
      if ((firstFlags & Bit.runnable) === 0 && then.runnable) {
        then.runnable = false;
        changed |= Changed.then;
      }
    }
  }
  for (const one of [Order.impliesFirstMigratable, Order.pseudoLeft]) {
    if ((type() & one) !== 0) ofThen(firstFlags, Bit.optional, one);
  }
  for (const one of [Order.optional, Order.asymmetrical]) {
    if ((type() & one) !== 0) ofThen(firstFlags, Bit.runnable, one);
  }
  if (
    first.runnable && (type() & Order.impliesThenPrinted) !== 0 &&
    (firstFlags & Bit.optional) === 0
  ) {
    then.printAlways = true;
  }
  if ((type() & Order.impliesFirstPrinted) !== 0 && (thenFlags & Bit.optional) === 0) {
    first.printAlways = true;
  }
  const strict = Order.impliesThen | Order.impliesFirst | Order.restart;
  if (
    (type() & strict) !== 0 && first.resource !== undefined && !first.resource.managed &&
    first.resource.blocked && !first.runnable && first.task === "stop" && then.runnable
  ) {
    // What cannot be stopped holds up what needs it stopped.
    then.runnable = false;
    changed |= Changed.then;
  }
  return changed;
}
