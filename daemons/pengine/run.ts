/**
 * The order in which the policy is computed, from a working set to its actions.
 *
 * @module
 */
import type { Resource, WorkingSet } from "./model.ts";
import { taskAction } from "./act/resource_action.ts";
import { createActions } from "./act/create.ts";
import { handleConfigChanges } from "./act/config_changes.ts";
import { clearHistory } from "./act/clear_history.ts";
import { clearFailCount } from "./act/cleanup.ts";
import { fencingAction } from "./act/fencing_action.ts";
import { prepareFencing, scheduleFencing } from "./act/fence.ts";
import { scheduleProbes } from "./act/probe.ts";
import { rememberRecurring } from "./act/recurring.ts";
import { orderRemote } from "./act/remote_order.ts";
import { applyOrderings } from "./order/apply.ts";
import { applyOrderConstraints } from "./order/constraints.ts";
import { orderApart } from "./order/anti_colocation.ts";
import { Order } from "./order/flags.ts";
import { order, task } from "./order/ordering.ts";
import { clearsAfterPlacement, failCount } from "./unpack/mod.ts";
import { createInternal } from "./order/internal.ts";
import { applyTickets } from "./order/tickets.ts";
import { assignAll } from "./place/assign.ts";
import { addDependentOf, addPrimaryOf } from "./place/colocation_order.ts";
import { applyCriteria } from "./place/criteria.ts";

/** Decides everything. */
export function runPolicy(set: WorkingSet): void {
  for (const resource of set.resources) reset(resource);
  for (const node of set.nodes) {
    for (const [name, value] of node.utilization) node.free.set(name, value);
  }
  // A node that resets itself by its watchdog needs no other device.
  if (set.options.haveWatchdog) set.haveStonithResource = true;
  set.colocationSteps.byNode = isNamedApart(set);
  sortColocations(set);
  rememberRecurring(set);
  prepareFencing(set);
  for (const demand of set.demanded) {
    taskAction(set, demand.resource, demand.task, demand.node, demand.done === true);
  }
  for (const { resource, node } of set.clearHistory) clearHistory(set, resource, node);
  for (const { resource, node, reason, reachable } of set.clearFailCounts) {
    const action = clearFailCount(set, resource, node, reason);
    if (reachable) action.runnable = true;
    // Of a remote node, what failed is forgotten only once it was fenced.
    const remote = set.options.stonithEnabled && resource.remoteReconnectMs > 0
      ? set.nodeByName.get(resource.id)
      : undefined;
    if (remote !== undefined) {
      const fencing = fencingAction(set, remote, { optional: true });
      order(set, { action: fencing }, { action, resource }, Order.optional);
    }
  }
  applyOrderConstraints(set);
  for (const colocation of set.colocations) orderApart(set, colocation);
  applyTickets(set);
  applyCriteria(set);
  for (const resource of set.resources) createInternal(set, resource);
  handleConfigChanges(set);
  clearOrphans(set);
  assignAll(set);
  for (const { resource, node, reason } of clearsAfterPlacement(set)) {
    clearFailCount(set, resource, node, reason);
  }
  if (set.options.enableStartupProbes) scheduleProbes(set);
  for (const resource of set.resources) createActions(set, resource);
  if (set.haveRemoteNodes) orderRemote(set);
  scheduleFencing(set);
  applyOrderings(set);
}

/** What is no longer configured need not be remembered to have failed. */
function clearOrphans(set: WorkingSet): void {
  for (const resource of set.resources) {
    if (!resource.orphan) continue;
    for (const node of set.nodes) {
      const { count } = failCount(set, node, resource, { effective: true, fillers: false });
      if (count === 0) continue;
      const action = clearFailCount(set, resource, node, "it is orphaned");
      order(set, { action, resource }, task(resource, "stop"), Order.optional);
    }
  }
}

/** Whether a name of a node stands for that node and no other, a host of a guest included. */
function isNamedApart({ nodes }: WorkingSet): boolean {
  return nodes.every(({ kind }) => kind !== "guest") &&
    new Set(nodes.map(({ name }) => name)).size === nodes.length;
}

/** Everything is still to be placed. */
function reset(resource: Resource): void {
  resource.provisional = true;
  resource.allocating = false;
  for (const child of resource.children) reset(child);
}

/** Colocations are applied in a fixed order, whatever the order of the configuration. */
function sortColocations(set: WorkingSet): void {
  for (const { dependent, primary } of set.colocations) {
    dependent.withThis.length = 0;
    primary.thisWith.length = 0;
  }
  for (const colocation of set.colocations) {
    addDependentOf(colocation.dependent.withThis, colocation);
    addPrimaryOf(colocation.primary.thisWith, colocation);
  }
}
