/**
 * Applying the stated orderings to the actions there are.
 *
 * @module
 */
import type { Action, Ordering, Relation, Resource, WorkingSet } from "../model.ts";
import { Role } from "../model.ts";
import { findActions } from "../act/action.ts";
import { taskAction } from "../act/resource_action.ts";
import { operationKey, parseOperationKey } from "../act/keys.ts";
import { roleOf } from "../place/resource.ts";
import { Order } from "./flags.ts";
import { isNeededInput } from "./needed_input.ts";
import { orderActions } from "./ordering.ts";
import { orderProbes } from "./probes.ts";
import { updateAll } from "./update.ts";

/** Applies all of them, and then the rules to a fixed point. */
export function applyOrderings(set: WorkingSet): void {
  for (const ordering of set.orderings) {
    if (ordering.firstResource !== undefined) applyFromFirst(set, ordering, ordering.firstResource);
    else if (ordering.thenResource !== undefined) {
      applyToThen(ordering, ordering.first, ordering.thenResource);
    } else if (ordering.first !== undefined && ordering.then !== undefined) {
      orderActions(ordering.first, ordering.then, ordering.type);
    }
  }
  orderProbes(set);
  updateAll(set);
  dropInvalid(set);
}

/** Actions of a resource for a key that may name the resource it is an instance of. */
function actionsFor(resource: Resource, key: string): Action[] {
  const found = findActions(resource, key);
  if (found.length > 0) return found;
  const parts = parseOperationKey(key);
  if (parts === undefined) return [];
  return findActions(resource, operationKey(resource.id, parts.task, parts.intervalMs));
}

function applyFromFirst(set: WorkingSet, ordering: Ordering, resource: Resource): void {
  let firsts: Action[];
  if (ordering.first !== undefined) firsts = [ordering.first];
  else {
    const key = ordering.firstTask ?? "";
    firsts = actionsFor(resource, key);
    if (firsts.length === 0) {
      if (resource === ordering.thenResource) return;
      const task = parseOperationKey(key)?.task;
      if (task === undefined) return;
      const role = roleOf(resource, true);
      if (role === Role.stopped && task === "stop") return;
      if (role === Role.unpromoted && task === "demote") return;
      firsts = [taskAction(set, resource, task, undefined, true)];
    }
  }
  for (const first of firsts) {
    if (ordering.thenResource !== undefined) applyToThen(ordering, first, ordering.thenResource);
    else if (ordering.then !== undefined) orderActions(first, ordering.then, ordering.type);
  }
}

function applyToThen(ordering: Ordering, first: Action | undefined, resource: Resource): void {
  const thens = ordering.then !== undefined
    ? [ordering.then]
    : actionsFor(resource, ordering.thenTask ?? "");
  let { type } = ordering;
  if (first?.resource === resource && first.dangle) type &= ~Order.impliesThen;
  for (const then of thens) {
    if (first !== undefined) orderActions(first, then, type);
    else then.runnable = false;
  }
}

/** Switches off orders that cannot be kept: within a guest and its container, and load loops. */
function dropInvalid(set: WorkingSet): void {
  for (const action of set.actions.toReversed()) {
    for (const input of action.before) if (isInvalid(action, input)) input.type = Order.none;
  }
}

function isInvalid(action: Action, input: Relation): boolean {
  const { resource } = action;
  const node = input.action.node;
  if (
    (input.type & Order.preserve) === 0 && resource !== undefined && node?.kind === "guest" &&
    resource.fillers.length > 0 && node.connection !== undefined &&
    resource.fillers.includes(node.connection) && input.action.resource !== undefined
  ) {
    return true;
  }
  return input.type === Order.load && resource !== undefined && action.task === "migrate_to" &&
    hasLoop(action, action, input, new Set());
}

/** Whether going back from `then` by way of `input` leads to `start` again. */
function hasLoop(start: Action, then: Action, input: Relation, seen: Set<Action>): boolean {
  const from = input.action;
  // What the graph would not wait for makes no circle in it.
  if (seen.has(from) || !isNeededInput(then, input)) return false;
  if (from === start) return true;
  seen.add(from);
  for (const next of from.before) if (hasLoop(start, from, next, seen)) return true;
  return false;
}
