/**
 * Fencing and shutdown: who is switched off, and in which order.
 *
 * @module
 */
import type { Action, Node, Resource, WorkingSet } from "../model.ts";
import { Order } from "../order/flags.ts";
import { order, orderActions } from "../order/ordering.ts";
import { canFence } from "../place/node.ts";
import { clusterAction } from "./action.ts";
import { fenceGuest } from "./fence_guest.ts";
import { fencingAction } from "./fencing_action.ts";
import { orderAgainstFencing } from "./fencing_order.ts";

/** Turns what was found while the status was read into fencing actions; they stay optional. */
export function prepareFencing(set: WorkingSet): void {
  for (const { node, text, priorityDelay } of set.toFence) {
    fencingAction(set, node, { optional: true, reason: text, priorityDelay });
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
      const action = fencingAction(set, node, { optional: false, reason: "node is unclean" });
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
    order(set, { action, resource }, { action: down }, Order.optional | Order.runnableLeft);
  }
  down.meta.set("op_no_wait", "true");
  return down;
}
