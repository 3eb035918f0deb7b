/**
 * What an ordering does to its two actions: which of them becomes required, or cannot run.
 *
 * The rules are applied until nothing changes. They only ever take away (optional, runnable), save
 * for marks that need "some of" their inputs, so that an end is always reached.
 *
 * @module
 */
import type { Action, Node, Relation, Resource, WorkingSet } from "../model.ts";
import { Role } from "../model.ts";
import { bitsOf, clearBecause, firstWithTask } from "../act/action.ts";
import { hasInstances, nodeOf, roleOf } from "../place/resource.ts";
import { actionFlags, expandFirst, isMemberOf } from "./collective.ts";
import { blockDependents } from "./colocated.ts";
import { Bit, Order } from "./flags.ts";
import { updateInstances } from "./instances.ts";
import { orderActions } from "./ordering.ts";

/** What an update changed. */
export const Changed = { none: 0, first: 1, then: 2, disable: 4 } as const;

/** The work under way: what follows from a change is looked at first, deep chains later. */
export interface Work {
  readonly set: WorkingSet;
  readonly queue: Action[];
  readonly queued: Set<Action>;
  depth: number;
  /** Steps that may still be taken. */
  budget: number;
}

/** How deep consequences are followed at once. */
const depthMax = 300;

/** Applies the rules to all actions until nothing changes. */
export function updateAll(set: WorkingSet): void {
  const work: Work = {
    set,
    queue: [],
    queued: new Set(),
    depth: 0,
    // Each step takes something away from some action, so this bound is never met in practice.
    budget: 1_000_000 + set.actions.length * 500,
  };
  // What cannot run to begin with takes its dependents along, before anything else is looked at.
  for (const action of set.actions.toReversed()) blockDependents(work, action, false);
  for (const action of set.actions.toReversed()) {
    update(work, action);
    for (let next = work.queue.pop(); next !== undefined; next = work.queue.pop()) {
      work.queued.delete(next);
      update(work, next);
    }
  }
}

/** Looks at an action again. */
export function enqueue(work: Work, action: Action): void {
  if (work.depth < depthMax) {
    work.depth++;
    update(work, action);
    work.depth--;
    return;
  }
  if (work.queued.has(action)) return;
  work.queued.add(action);
  work.queue.push(action);
}

/** Asks the same for all that come after an action. */
export function enqueueAfter(work: Work, action: Action): void {
  for (let index = action.after.length - 1; index >= 0; index--) {
    enqueue(work, action.after[index]!.action);
  }
}

function update(work: Work, then: Action): void {
  if (work.budget-- <= 0) return;
  let changed: number = Changed.none;
  const before = bitsOf(then);
  if (then.requiresAny) {
    // Counted anew each time, as inputs come and go.
    then.runnableBefore = 0;
    if (then.requiredRunnableBefore === 0) then.requiredRunnableBefore = 1;
    then.runnable = false;
  }
  // The latest order is heard first: it gives the reason that people are told.
  for (let index = then.before.length - 1; index >= 0; index--) {
    changed |= updateRelation(work, then, then.before[index]!);
  }
  if (then.requiresAny) {
    changed = bitsOf(then) !== before ? changed | Changed.then : changed & ~Changed.then;
  }
  if ((changed & Changed.then) !== 0) {
    if ((before & Bit.runnable) !== 0 && !then.runnable) blockDependents(work, then, true);
    enqueue(work, then);
    enqueueAfter(work, then);
  }
}

/** The node that an order on "the same node" compares. */
function placeOf(action: Action): Node | undefined {
  if (action.resource?.variant === "group" && action.task === "start") {
    return nodeOf(action.resource, false);
  }
  return action.node;
}

function updateRelation(work: Work, then: Action, relation: Relation): number {
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

/** Applies one rule, to a resource of any kind. */
export function updateOrdered(
  work: Work,
  resource: Resource,
  first: Action,
  then: Action,
  node: Node | undefined,
  flags: number,
  filter: number,
  type: number,
): number {
  if (hasInstances(resource)) {
    return updateInstances(work, first, then, node, flags, filter, type);
  }
  let changed = updatePlain(work, first, then, flags, filter, type);
  if (resource.variant === "group") {
    for (const child of resource.children) {
      const action = firstWithTask(child, then.task, node);
      if (action !== undefined) {
        changed |= updateOrdered(work, child, first, action, node, flags, filter, type);
      }
    }
  }
  return changed;
}

/** Applies one rule to two actions, members apart. */
export function updatePlain(
  work: Work,
  first: Action,
  then: Action,
  flags: number,
  filter: number,
  type: number,
): number {
  const firstBefore = bitsOf(first), thenBefore = bitsOf(then);
  const onOptional = (filter & Bit.optional) !== 0, onRunnable = (filter & Bit.runnable) !== 0;
  if ((type & Order.asymmetrical) !== 0) asymmetrical(first, then);
  if ((type & Order.impliesFirst) !== 0 && !then.optional) {
    // A collective first knows from its members whether it must; one of its own, by its restart.
    if (onOptional && (flags & Bit.optional) === 0) clearBecause(first, "optional", then);
    if ((flags & Bit.migrateRunnable) !== 0 && !then.migrateRunnable) {
      clearBecause(first, "migrateRunnable", then);
    }
  }
  if (
    (type & Order.promotedImpliesFirst) !== 0 && then.resource?.role === Role.promoted &&
    onOptional && !then.optional
  ) {
    clearBecause(first, "optional", then);
    if (first.migrateRunnable && !then.migrateRunnable) {
      clearBecause(first, "migrateRunnable", then);
    }
  }
  if ((type & Order.impliesFirstMigratable) !== 0 && onOptional) {
    if (!then.migrateRunnable || !then.runnable) clearBecause(first, "runnable", then);
    if (!then.optional) clearBecause(first, "optional", then);
  }
  if ((type & Order.pseudoLeft) !== 0 && onOptional && !first.runnable) {
    clearBecause(then, "migrateRunnable", first);
    then.pseudo = false;
  }
  if (
    (type & Order.runnableLeft) !== 0 && onRunnable && then.runnable &&
    (flags & Bit.runnable) === 0
  ) {
    clearBecause(then, "runnable", first);
    clearBecause(then, "migrateRunnable", first);
  }
  if (
    (type & Order.impliesThen) !== 0 && onOptional && then.optional &&
    (flags & Bit.optional) === 0 && !first.migrateRunnable
  ) {
    clearBecause(then, "optional", first);
  }
  if ((type & Order.restart) !== 0) restart(first, then, onOptional, onRunnable);
  let changed = 0;
  if (bitsOf(then) !== thenBefore) {
    changed |= Changed.then;
    // A restart within a cloned group reaches the next member only this way.
    if (then.resource?.parent !== undefined) {
      enqueue(work, then);
      enqueueAfter(work, then);
    }
  }
  if (bitsOf(first) !== firstBefore) changed |= Changed.first;
  return changed;
}

/** One way: only a `then` that has not happened yet is held up. */
function asymmetrical(first: Action, then: Action): void {
  const { resource } = then;
  if (resource === undefined) return;
  const role = roleOf(resource, true);
  if (role === Role.stopped && then.task === "stop") return;
  if (
    role >= Role.started && then.task === "start" && then.optional && then.node !== undefined &&
    resource.runningOn.length === 1 && resource.runningOn[0] === then.node
  ) {
    return;
  }
  if (first.runnable) return;
  clearBecause(then, "optional", first);
  clearBecause(then, "runnable", first);
}

/** The stop and the start of one restart. */
function restart(first: Action, then: Action, onOptional: boolean, onRunnable: boolean): void {
  const required = onOptional && !then.optional;
  // What should restart but cannot start is stopped all the same.
  const stopOnly = onRunnable && !then.runnable && then.resource?.managed === true &&
    first.resource === then.resource;
  if (!required && !stopOnly) return;
  if (first.runnable || !then.optional) clearBecause(first, "optional", then);
  if (!then.migrateRunnable) clearBecause(first, "migrateRunnable", then);
  if (!first.optional && !first.runnable) clearBecause(then, "runnable", first);
}
