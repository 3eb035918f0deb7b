/**
 * What one ordering does to its two actions: which rules its type asks for, and their arguments.
 *
 * @module
 */
import type { Action, Node, Relation } from "../model.ts";
import { bitsOf } from "../act/action.ts";
import { nodeOf } from "../place/resource.ts";
import { actionFlags, expandFirst, isMemberOf } from "./collective.ts";
import { Bit, Order } from "./flags.ts";
import { updateOrdered } from "./members.ts";
import { orderActions } from "./ordering.ts";
import type { Pair, Rule } from "./rule.ts";
import { Changed, enqueue, enqueueAfter, type Work } from "./work.ts";

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
    const flags = {
      first: flagsForOrdering(first, thenNode),
      then: flagsForOrdering(then, firstNode),
    };
    // Normally all of a clone follows; after unfencing only what is on that node.
    let { node } = then;
    if ((relation.type & Order.impliesThenOnNode) !== 0) {
      relation.type = (relation.type & ~Order.impliesThenOnNode) | Order.impliesThen;
      node = first.node;
    }
    changed = applyRules(work, { first, then, node }, flags, relation);
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

/** Applies what the type of an ordering means, rule by rule. */
function applyRules(
  work: Work,
  pair: Pair,
  flags: { readonly first: number; readonly then: number },
  relation: Relation,
): number {
  const { first, then } = pair;
  let changed = 0;
  // What follows from a rule may come back to this relation, so its type is looked at each time.
  for (const rule of rules) {
    if ((relation.type & rule.type) === 0) continue;
    if (rule.type === Order.probe) changed |= applyProbe(work, pair, flags.first, relation);
    else changed |= applyRule(work, rule, pair, flags.first);
  }
  const { type } = relation;
  if (
    first.runnable && (type & Order.impliesThenPrinted) !== 0 &&
    (flags.first & Bit.optional) === 0
  ) {
    then.printAlways = true;
  }
  if ((type & Order.impliesFirstPrinted) !== 0 && (flags.then & Bit.optional) === 0) {
    first.printAlways = true;
  }
  const strict = Order.impliesThen | Order.impliesFirst | Order.restart;
  if (
    (type & strict) !== 0 && first.resource !== undefined && !first.resource.managed &&
    first.resource.blocked && !first.runnable && first.task === "stop" && then.runnable
  ) {
    // What cannot be stopped holds up what needs it stopped.
    then.runnable = false;
    changed |= Changed.then;
  }
  return changed;
}

/** What an ordering may mean, in the order in which it is applied. */
const rules: readonly Rule[] = [
  { type: Order.impliesThen, about: Bit.optional },
  { type: Order.restart, about: Bit.optional | Bit.runnable },
  { type: Order.impliesFirst, about: Bit.optional },
  { type: Order.promotedImpliesFirst, about: Bit.optional },
  { type: Order.oneOrMore, about: Bit.runnable },
  { type: Order.probe, about: Bit.runnable },
  { type: Order.runnableLeft, about: Bit.runnable },
  { type: Order.impliesFirstMigratable, about: Bit.optional },
  { type: Order.pseudoLeft, about: Bit.optional },
  { type: Order.optional, about: Bit.runnable },
  { type: Order.asymmetrical, about: Bit.runnable },
];

function applyRule(work: Work, rule: Rule, pair: Pair, flags: number): number {
  const { first, then } = pair;
  const { resource } = rule.type === Order.impliesFirst ? first : then;
  if (resource !== undefined) return updateOrdered(work, rule, resource, pair, flags);
  // What belongs to no resource has no members, and fewer rules.
  switch (rule.type) {
    case Order.impliesThen:
      if ((flags & Bit.optional) !== 0 || !then.optional) return Changed.none;
      then.optional = false;
      return Changed.then;
    case Order.impliesFirst:
      if ((flags & Bit.optional) !== 0 || !first.runnable) return Changed.none;
      first.runnable = false;
      return Changed.first;
    case Order.oneOrMore:
      if ((flags & Bit.runnable) === 0) return Changed.none;
      then.runnableBefore++;
      if (then.runnableBefore < then.requiredRunnableBefore || then.runnable) return Changed.none;
      then.runnable = true;
      return Changed.then;
    case Order.runnableLeft:
      if ((flags & Bit.runnable) !== 0 || !then.runnable) return Changed.none;
      then.runnable = false;
      return Changed.then;
    default:
      return Changed.none;
  }
}

/** As `runnableLeft`, unless `first` is of something that is active, and about to stop. */
function applyProbe(work: Work, pair: Pair, flags: number, relation: Relation): number {
  const { first, then } = pair;
  if (then.resource === undefined) return Changed.none;
  if ((flags & Bit.runnable) === 0 && (first.resource?.runningOn.length ?? 0) > 0) {
    relation.type = Order.none;
    return Changed.none;
  }
  const rule = { type: Order.runnableLeft, about: Bit.runnable };
  return updateOrdered(work, rule, then.resource, pair, flags);
}
