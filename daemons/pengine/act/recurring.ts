/**
 * Recurring operations: monitors of what is active, and of what should not be.
 *
 * @module
 */
import { type Action, type Node, type OperationDef, type Resource, Role } from "../model.ts";
import type { HistoryEntry, WorkingSet } from "../model.ts";
import { Order } from "../order/flags.ts";
import { order, orderActions, task } from "../order/ordering.ts";
import { isAnonymousClone, outermost } from "../place/resource.ts";
import { expectResult, tasksOf } from "./action.ts";
import { resourceAction, taskAction } from "./resource_action.ts";
import { cancelAction } from "./cleanup.ts";
import { operationKey } from "./keys.ts";

/** Results an agent gives for a resource that is promoted, and one that does not run. */
const PROMOTED = 8, NOT_RUNNING = 7;

/** Creates the recurring operations of a primitive. */
export function createRecurring(set: WorkingSet, resource: Resource): void {
  if (resource.blocked || resource.maintenance) return;
  const node = resource.allocatedTo;
  const operations = resource.operations.filter((one) => one.intervalMs > 0 && one.enabled);
  // A node in maintenance is left alone; on others it is still watched that it does not run.
  const isWatched = node?.maintenance !== true &&
    (resource.nextRole !== Role.stopped || !resource.managed);
  if (node !== undefined && isWatched) {
    const start = taskAction(set, resource, "start", node, true);
    for (const operation of operations) monitorActive(set, resource, operation, node, start);
  }
  for (const operation of operations) {
    if (operation.role === Role.stopped) monitorInactive(set, resource, operation, node);
  }
}

function existing(resource: Resource, key: string, node: Node): Action[] {
  return resource.actions.filter((one) => one.key === key && one.node === node);
}

function monitorActive(
  set: WorkingSet,
  resource: Resource,
  operation: OperationDef,
  node: Node,
  start: Action,
): void {
  const role = operation.role ?? Role.unknown;
  if (role === Role.stopped) return;
  const key = operationKey(resource.id, operation.name, operation.intervalMs);
  const known = existing(resource, key, node);
  const optional = known.length > 0 && start.optional && !known.some((one) => one.rescheduled);
  const forOtherRole = role === Role.unknown
    ? resource.nextRole === Role.promoted
    : role !== resource.nextRole;
  if (forOtherRole) {
    if (!optional) return;
    const cancel = cancelAction(set, resource, operation.name, operation.intervalMs, node);
    const after = resource.role === Role.promoted
      ? "demote"
      : resource.nextRole === Role.promoted
      ? "promote"
      : resource.nextRole === Role.stopped
      ? "stop"
      : undefined;
    if (after !== undefined) {
      order(set, { action: cancel, resource }, task(resource, after), Order.runnableLeft);
    }
    return;
  }
  const monitor = resourceAction(set, resource, {
    key,
    task: operation.name,
    node,
    optional,
  });
  if (!start.runnable || !node.online || node.unclean) monitor.runnable = false;
  if (resource.nextRole === Role.promoted) expectResult(monitor, PROMOTED);
  if (!resource.managed) return;
  const follows = Order.impliesThen | Order.runnableLeft;
  order(set, task(resource, "start"), { action: monitor }, follows);
  order(set, task(resource, "reload-agent"), { action: monitor }, follows);
  const soft = Order.optional | Order.runnableLeft;
  if (resource.nextRole === Role.promoted) {
    order(set, task(resource, "promote"), { action: monitor }, soft);
  } else if (resource.role === Role.promoted) {
    order(set, task(resource, "demote"), { action: monitor }, soft);
  }
}

/** Watches, on every node where it should not run, that it does not. */
function monitorInactive(
  set: WorkingSet,
  resource: Resource,
  operation: OperationDef,
  home: Node | undefined,
): void {
  // Anonymous instances cannot be distinguished, so there is nothing to ask.
  const whole = outermost(resource);
  if (isAnonymousClone(whole) || (whole.variant === "bundle" && !whole.globallyUnique)) return;
  const key = operationKey(resource.id, operation.name, operation.intervalMs);
  if (home !== undefined && existing(resource, key, home).length > 0) {
    const cancel = cancelAction(set, resource, operation.name, operation.intervalMs, home);
    if (resource.nextRole === Role.started || resource.nextRole === Role.unpromoted) {
      order(set, { action: cancel, resource }, task(resource, "start"), Order.runnableLeft);
    }
  }
  for (const node of set.nodes) {
    if (node === home) continue;
    const known = existing(resource, key, node);
    const optional = known.length > 0 && !known.some((one) => one.rescheduled);
    const monitor = resourceAction(set, resource, { key, task: operation.name, node, optional });
    expectResult(monitor, NOT_RUNNING);
    // Where it runs and stays, nobody watches that it does not.
    const staysThere = resource.runningOn.includes(node) &&
      tasksOf(resource, "stop", node, true).every((stop) => stop.optional);
    if (staysThere) monitor.optional = true;
    if (resource.managed) {
      for (const probe of tasksOf(resource, "monitor", node, false)) {
        orderActions(probe, monitor, Order.runnableLeft);
      }
    }
    for (const stop of tasksOf(resource, "stop", node, true)) {
      // What cannot be stopped there, as it is unmanaged, will not be found stopped.
      if (!stop.runnable) monitor.runnable = false;
      if (!resource.managed) {
        if (!stop.optional) monitor.optional = true;
        continue;
      }
      orderActions(stop, monitor, Order.impliesThen | Order.runnableLeft);
    }
    if (!node.online || node.unclean) monitor.runnable = false;
  }
}

/** Recurring operations that the status says are active become known, optional actions. */
export function rememberRecurring(set: WorkingSet): void {
  for (const [node, histories] of set.history) {
    if (!node.online) continue;
    for (const history of histories.values()) {
      const { resource } = history;
      if (resource === undefined) continue;
      // What was recorded after a stop is a monitor of its staying stopped.
      const { start, stop } = lastStartAndStop(history.entries);
      for (const entry of history.entries.slice(start < stop ? stop + 1 : Math.max(0, start))) {
        if (entry.intervalMs === 0 || entry.status === -1) continue;
        resourceAction(set, resource, {
          key: operationKey(resource.id, entry.task, entry.intervalMs),
          task: entry.task,
          node,
          optional: true,
        });
      }
    }
  }
}

/**
 * The index of the entry since which a resource has been active on a node; undefined if a stop came
 * after its start.
 */
export function activeSpan(entries: readonly HistoryEntry[]): number | undefined {
  const { start, stop } = lastStartAndStop(entries);
  return start < stop ? undefined : Math.max(0, start);
}

/** The indexes of the last start (or what implies one) and the last stop; -1 without any. */
function lastStartAndStop(
  entries: readonly HistoryEntry[],
): { readonly start: number; readonly stop: number } {
  let start = -1, stop = -1, impliedMonitor = -1, impliedPromote = -1;
  entries.forEach((entry, index) => {
    if (entry.task === "stop" && entry.status === 0) {
      stop = index;
    } else if (entry.task === "start" || entry.task === "migrate_from") {
      start = index;
    } else if (impliedMonitor <= stop && entry.task === "monitor") {
      if (entry.rc === 0 || entry.rc === PROMOTED) impliedMonitor = index;
    } else if (entry.task === "promote" || entry.task === "demote") {
      impliedPromote = index;
    }
  });
  if (start === -1) start = impliedPromote !== -1 ? impliedPromote : impliedMonitor;
  return { start, stop };
}
