/**
 * Rules of order where an action stands for members. Those of a group follow one by one; of
 * instances all follow, or, with `interleave`, each follows the instance beside it.
 *
 * @module
 */
import type { Action, Resource } from "../model.ts";
import { Role } from "../model.ts";
import { firstWithTask } from "../act/action.ts";
import { compatibleInstance } from "../place/pairing.ts";
import { hasInstances, instancesOf, interleaves } from "../place/resource.ts";
import { place } from "../place/settle.ts";
import { actionFlags, originalTask } from "./collective.ts";
import { Bit, Order } from "./flags.ts";
import { orderActions } from "./ordering.ts";
import { type Pair, type Rule, updatePlain } from "./rule.ts";
import { Changed, enqueueAfter, type Work } from "./work.ts";

/**
 * Applies one rule, to a resource of any kind.
 *
 * @param flags the properties of `first`, of a whole from its members.
 */
export function updateOrdered(
  work: Work,
  rule: Rule,
  resource: Resource,
  pair: Pair,
  flags: number,
): number {
  if (hasInstances(resource)) return updateInstances(work, rule, pair, flags);
  let changed = updatePlain(work, rule, pair, flags);
  if (resource.variant === "group") {
    for (const child of resource.children) {
      const then = firstWithTask(child, pair.then.task, pair.node);
      if (then !== undefined) {
        changed |= updateOrdered(work, rule, child, { ...pair, then }, flags);
      }
    }
  }
  return changed;
}

/** Applies one rule to a clone or bundle. */
function updateInstances(work: Work, rule: Rule, pair: Pair, flags: number): number {
  const { first, then, node } = pair;
  if (areInterleaved(first, then)) return updatePairs(work, rule, pair);
  if (then.resource === undefined) return Changed.none;
  let changed = updatePlain(work, rule, pair, flags);
  for (const child of instancesOf(then.resource)) {
    const action = firstWithTask(child, then.task, node);
    // What an instance hears of a fencing does not hang on what the clone does.
    if (action === undefined || tellsOfFencing(action)) continue;
    if ((actionFlags(action, node) & Bit.runnable) !== 0) {
      changed |= updateOrdered(work, rule, child, { ...pair, then: action }, flags);
    }
    if ((changed & Changed.then) !== 0) enqueueAfter(work, action);
  }
  return changed;
}

const tellsOfFencing = ({ key, meta }: Action): boolean =>
  key.includes("_notify_stonith_") || meta.get("notify_key_operation") === "stonith";

function areInterleaved(first: Action, then: Action): boolean {
  const a = first.resource, b = then.resource;
  if (a === undefined || b === undefined || a === b) return false;
  if (!hasInstances(a) || !hasInstances(b)) return false;
  const stopping = then.key.endsWith("_stop_0") || then.key.endsWith("_demote_0");
  const deciding = stopping ? a : b;
  return interleaves(deciding);
}

function updatePairs(work: Work, rule: Rule, { first, then, node }: Pair): number {
  const firstParent = first.resource, thenParent = then.resource;
  if (firstParent === undefined || thenParent === undefined) return Changed.none;
  const current = first.key.endsWith("_stopped_0") || first.key.endsWith("_demoted_0");
  let changed = 0;
  for (const child of instancesOf(thenParent)) {
    const partner = compatibleInstance(child, firstParent, Role.unknown, current);
    if (partner === undefined) {
      // Nothing to follow: what needs it cannot be active. An optional order needs nothing.
      const needed = (rule.type & (Order.runnableLeft | Order.impliesThen)) !== 0;
      if (!current && needed && place(work.set, child, undefined, { force: true })) {
        changed |= Changed.then;
      }
      continue;
    }
    const leader = actor(firstParent, partner, first);
    const firstAction = firstWithTask(leader, originalTask(first, leader), node);
    const thenAction = firstWithTask(actor(thenParent, child, then), then.task, node);
    if (firstAction === undefined || thenAction === undefined) continue;
    if (orderActions(firstAction, thenAction, rule.type)) changed |= Changed.first | Changed.then;
    const owner = thenAction.resource;
    if (owner === undefined) continue;
    const flags = actionFlags(firstAction, node);
    const pair = { first: firstAction, then: thenAction, node };
    const one = updateOrdered(work, rule, owner, pair, flags);
    changed |= one;
    if ((one & Changed.then) !== 0) enqueueAfter(work, thenAction);
    if ((one & Changed.first) !== 0) enqueueAfter(work, firstAction);
  }
  return changed;
}

/** In a bundle, promotion and notification concern what is in the container. */
function actor(parent: Resource, instance: Resource, action: Action): Resource {
  if (parent.bundle === undefined) return instance;
  const task = originalTask(action, undefined);
  if (task !== "promote" && task !== "demote" && task !== "notify") return instance;
  const replica = parent.bundle.replicas.find((one) => one.container === instance);
  return replica?.child ?? instance;
}
