/**
 * Taking back what is no longer wanted: the record of a resource, its fail count, a recurring
 * operation.
 *
 * @module
 */
import type { Action, HistoryEntry, Node, Resource, WorkingSet } from "../model.ts";
import { Order } from "../order/flags.ts";
import { order, task } from "../order/ordering.ts";
import { resourceAction, taskAction } from "./resource_action.ts";
import { setReason } from "./action.ts";
import { operationKey } from "./keys.ts";

/** Removes the history of a resource from a node. */
export function scheduleCleanup(
  set: WorkingSet,
  resource: Resource,
  node: Node,
  optional: boolean,
): void {
  if (resource.failed || node.unclean || !node.online) return;
  taskAction(set, resource, "delete", node, optional);
  const type = optional ? Order.impliesThen : Order.optional;
  order(set, task(resource, "stop"), task(resource, "delete"), type);
  order(set, task(resource, "delete"), task(resource, "start"), type);
}

/** Makes the executor forget the failures of a resource on a node. */
export function clearFailCount(
  set: WorkingSet,
  resource: Resource,
  node: Node,
  reason: string,
): Action {
  const action = resourceAction(set, resource, {
    key: operationKey(resource.id, "clear_failcount", 0),
    task: "clear_failcount",
    node,
    optional: false,
  });
  action.meta.set("op_no_wait", "true");
  setReason(action, reason, true);
  return action;
}

/** Cancels a recurring operation. */
export function cancelAction(
  set: WorkingSet,
  resource: Resource,
  name: string,
  intervalMs: number,
  node: Node | undefined,
): Action {
  const action = resourceAction(set, resource, {
    key: operationKey(resource.id, name, intervalMs),
    task: "cancel",
    node,
    optional: false,
  });
  action.task = "cancel";
  action.cancelTask = name;
  action.meta.set("operation", name);
  action.meta.set("interval", String(intervalMs));
  return action;
}

/** Cancels a recurring operation known by its call id, before the resource stops. */
export function scheduleCancel(
  set: WorkingSet,
  resource: Resource,
  node: Node,
  { task: name, intervalMs, callId }: Pick<HistoryEntry, "task" | "intervalMs" | "callId">,
  reason: string,
): void {
  const action = cancelAction(set, resource, name, intervalMs, node);
  setReason(action, reason, true);
  if (!action.meta.has("call-id")) action.meta.set("call-id", String(callId));
  order(set, task(resource, "stop"), { action, resource }, Order.optional);
}
