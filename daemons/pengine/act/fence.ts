/**
 * Fencing and shutdown: who is switched off, in which order, and what that means for the rest.
 *
 * @module
 */
import type { Action, Node, Resource, WorkingSet } from "../model.ts";
import { Order } from "../order/flags.ts";
import { orderActions } from "../order/ordering.ts";
import { canFence } from "../place/node.ts";
import { isBundled, primitivesOf, topmost } from "../place/resource.ts";
import { clusterAction, firstWithTask, tasksOf } from "./action.ts";
import { addUnfencingDigests } from "./unfence_digest.ts";
import { fenceGuest } from "./fence_guest.ts";
import { notifyAfterFencing } from "./notify.ts";

/** The action that fences a node; made optional at first where only its order matters. */
export function fencingAction(
  set: WorkingSet,
  node: Node,
  operation: string | undefined,
  wishedOptional: boolean,
  reason: string | undefined,
  priorityDelay: boolean,
): Action {
  const kind = operation ?? set.options.stonithAction;
  const key = `stonith-${node.name}-${kind}`;
  let optional = wishedOptional;
  let action = set.singletons.get(key);
  if (action === undefined) {
    action = clusterAction(set, { key, task: "stonith", node, optional: true });
    action.meta.set("on_node", node.name);
    action.meta.set("on_node_uuid", node.id);
    action.meta.set("stonith_action", kind);
    if (set.enableUnfencing && addUnfencingDigests(set, action, node)) optional = false;
  }
  if (
    set.options.priorityFencingDelayMs > 0 &&
    (priorityDelay || action.meta.has("priority-fencing-delay"))
  ) {
    action.meta.set("priority-fencing-delay", String(priorityDelayS(set, node)));
  }
  if (!optional && canFence(set, node)) {
    action.optional = false;
    if (reason !== undefined && action.reason === undefined) action.reason = reason;
  } else if (reason !== undefined && action.reason === undefined) {
    action.reason = reason;
  }
  return action;
}

/**
 * The delay that lets the side of the more important node win: for a lost member of the highest
 * priority, as long as no majority is left here.
 */
function priorityDelayS(set: WorkingSet, node: Node): number {
  const delayS = Math.floor(set.options.priorityFencingDelayMs / 1000);
  if (node.kind !== "cluster" || node.online) return 0;
  const members = set.nodes.filter((one) => one.kind === "cluster");
  const online = members.filter((one) => one.online).length;
  if (online > Math.floor(members.length / 2)) return 0;
  const priorities = members.map((one) => one.priority);
  const top = Math.max(...priorities);
  if (Math.min(...priorities) === top || node.priority < top) return 0;
  return delayS;
}

/** Turns what was found while the status was read into fencing actions; they stay optional. */
export function prepareFencing(set: WorkingSet): void {
  for (const { node, text, priorityDelay } of set.toFence) {
    fencingAction(set, node, undefined, true, text, priorityDelay);
  }
}

/** Schedules fencing and shutdowns, those of the DC last. */
export function scheduleFencing(set: WorkingSet): void {
  const anyManaged = set.resources.some((resource) => anyManagedIn(resource));
  let dcDown: Action | undefined;
  let fencing: Action[] = [];
  const shutdowns: Action[] = [];
  for (const node of set.nodes) {
    if (node.kind === "guest") {
      if (node.remoteRequiresReset && anyManaged && canFence(set, node)) fenceGuest(set, node);
      continue;
    }
    if (node.unclean && anyManaged && canFence(set, node)) {
      const action = fencingAction(set, node, undefined, false, "node is unclean", false);
      orderAgainstFencing(set, action);
      if (node.isDc) dcDown = action;
      else if (set.options.concurrentFencing) fencing.push(action);
      else {
        const previous = fencing[0];
        if (previous !== undefined) orderActions(previous, action, Order.optional);
        fencing = [action];
      }
    } else if (node.online && node.shutdown && node.kind === "cluster") {
      const down = shutdownAction(set, node);
      if (node.isDc) dcDown = down;
      else shutdowns.push(down);
    }
  }
  if (dcDown === undefined) return;
  if (dcDown.task === "do_shutdown") {
    for (const down of shutdowns) orderActions(down, dcDown, Order.optional);
  }
  for (const action of fencing) {
    if (action !== dcDown) orderActions(action, dcDown, Order.optional);
  }
}

function anyManagedIn(resource: Resource): boolean {
  return resource.managed || resource.children.some(anyManagedIn);
}

function shutdownAction(set: WorkingSet, node: Node): Action {
  const down = clusterAction(set, {
    key: `do_shutdown-${node.name}`,
    task: "do_shutdown",
    node,
    optional: false,
  });
  for (const action of set.actions) {
    const { resource } = action;
    if (action.node !== node || action.task !== "stop" || resource === undefined) continue;
    if (resource.maintenance || node.maintenance) continue;
    // What is not ours does not hold the shutdown up; what is blocked does.
    if (!resource.managed && !resource.blocked) continue;
    action.optional = false;
    orderActions(action, down, Order.optional | Order.runnableLeft);
  }
  down.meta.set("op_no_wait", "true");
  return down;
}

/** Orders all resources relative to a fencing. */
export function orderAgainstFencing(set: WorkingSet, fencing: Action): void {
  for (const resource of set.resources) {
    for (const one of primitivesOf(resource)) {
      if (!one.managed) continue;
      orderStarts(one, fencing);
      orderStops(set, one, fencing);
    }
  }
}

function orderStarts(resource: Resource, fencing: Action): void {
  const target = fencing.node;
  for (const action of resource.actions) {
    switch (action.needs) {
      case "nothing":
        break;
      case "fencing":
        orderActions(fencing, action, Order.optional);
        break;
      case "quorum":
        // Its state on the lost node is unknown: it may be active there.
        if (
          action.task === "start" && target !== undefined && resource.allowed.has(target) &&
          !isKnownOn(resource, target)
        ) {
          orderActions(fencing, action, Order.optional | Order.runnableLeft);
        }
    }
  }
}

/**
 * What is known of one anonymous instance is known of all; of members of a cloned group not, since
 * that may be known in part.
 */
function isKnownOn(resource: Resource, node: Node): boolean {
  if (resource.knownOn.has(node)) return true;
  const { parent } = resource;
  return parent?.variant === "clone" && !parent.globallyUnique &&
    parent.children.some((sibling) => sibling.knownOn.has(node));
}

function orderStops(set: WorkingSet, resource: Resource, fencing: Action): void {
  const target = fencing.node;
  if (target === undefined) return;
  const top = topmost(resource);
  const stops = tasksOf(resource, "stop", target, false);
  // The fencing does what the stop would, so the stop is no more than a mark.
  const implicit = resource.needsFencing || target.kind === "guest";
  const parentStop = stops.length > 0 && implicit
    ? firstWithTask(top, "stop", undefined)
    : undefined;
  for (const stop of stops) {
    stop.pseudo = true;
    stop.runnable = true;
    if (implicit) {
      stop.implied = true;
      if (!isBundled(resource)) orderActions(fencing, stop, Order.preserve);
      if (parentStop !== undefined) orderActions(fencing, parentStop, Order.preserve);
    }
    if (resource.notify) notifyAfterFencing(set, resource, stop, fencing);
  }
  for (const demote of tasksOf(resource, "demote", target, false)) {
    const node = demote.node;
    if (node === undefined || !node.online || node.unclean || resource.failed) {
      demote.pseudo = true;
      demote.runnable = true;
      if (!isBundled(resource) && implicit) {
        orderActions(fencing, demote, Order.preserve | Order.optional);
      }
    }
  }
}
