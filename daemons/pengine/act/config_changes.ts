/**
 * What a change of the configuration asks for: a reload, a restart, a recurring operation that is
 * no longer wanted, the history of something that is gone.
 *
 * @module
 */
import type { HistoryEntry, Node, Resource, ResourceHistory, WorkingSet } from "../model.ts";
import { Order } from "../order/flags.ts";
import { order, task } from "../order/ordering.ts";
import { isUsable } from "../place/node.ts";
import { isAnonymousClone, outermost } from "../place/resource.ts";
import { compareDigest, failCount, findOperation, resourceParameters } from "../unpack/mod.ts";
import { claimActions, setReason } from "./action.ts";
import { resourceAction, taskAction } from "./resource_action.ts";
import { clearFailCount, scheduleCancel, scheduleCleanup } from "./cleanup.ts";
import { operationKey } from "./keys.ts";
import { activeSpan } from "./recurring.ts";
import { triggerUnfencing } from "./unfence.ts";

/** Compares what was done with what would be done now, on every node that matters. */
export function handleConfigChanges(set: WorkingSet): void {
  const byName = new Map<string, Resource[]>();
  for (const resource of set.resourceById.values()) {
    if (resource.variant !== "primitive") continue;
    for (const name of new Set([resource.id, resource.historyId])) {
      const known = byName.get(name);
      if (known === undefined) byName.set(name, [resource]);
      else known.push(resource);
    }
  }
  for (const [node, histories] of set.history) {
    if (!node.maintenance && !isUsable(node)) continue;
    for (const history of histories.values()) {
      if (history.entries.length === 0) continue;
      const matched = history.resource === undefined ? [] : [history.resource];
      for (const resource of byName.get(history.id) ?? matched) {
        if (resource.variant === "primitive") handleHistory(set, node, history, resource);
      }
    }
  }
}

function handleHistory(
  set: WorkingSet,
  node: Node,
  history: ResourceHistory,
  resource: Resource,
): void {
  if (resource.orphan) {
    if (!isAnonymousClone(outermost(resource))) scheduleCleanup(set, resource, node, false);
    return;
  }
  const active = resource.runningOn.includes(node);
  if (agentChanged(resource, history)) {
    triggerUnfencing(set, resource, node, "Device definition changed", undefined);
    if (active) {
      taskAction(set, resource, "stop", node, false);
      resource.startPending = true;
    }
    scheduleCleanup(set, resource, node, false);
  }
  if (!active) return;
  const start = activeSpan(history.entries);
  if (start === undefined) return;
  for (const entry of history.entries.slice(start)) {
    if (entry.intervalMs > 0 && (resource.maintenance || node.maintenance)) {
      scheduleCancel(set, resource, node, entry, "maintenance mode");
    } else if (
      entry.intervalMs > 0 ||
      ["monitor", "start", "promote", "migrate_from"].includes(entry.task)
    ) {
      const changed = checkDefinition(set, resource, node, entry);
      if (
        changed && failCount(set, node, resource, { effective: true, fillers: false }).count > 0
      ) {
        clearFailCount(set, resource, node, "action definition changed");
      }
    }
  }
}

function agentChanged(resource: Resource, history: ResourceHistory): boolean {
  const recorded = history.element.attributes;
  const differs = (name: string, now: string | undefined) => (recorded[name] ?? "") !== (now ?? "");
  return differs("class", resource.agent?.class) || differs("provider", resource.agent?.provider) ||
    differs("type", resource.agent?.type);
}

/** Whether the definition of a recorded operation changed; schedules what follows from it. */
function checkDefinition(
  set: WorkingSet,
  resource: Resource,
  node: Node,
  entry: HistoryEntry,
): boolean {
  if (entry.intervalMs > 0) {
    const known = findOperation(resource, entry.task, entry.intervalMs, false) !== undefined;
    if (!known) {
      if (!set.options.stopOrphanActions) return true;
      scheduleCancel(set, resource, node, entry, "orphan");
      return true;
    }
  }
  const compared = compareDigest(set, resource, node, entry);
  if (
    compared.result === "reload" && compared.secure !== undefined &&
    compared.secure === entry.secureDigest && isSanitized(set, resource, node)
  ) {
    return false;
  }
  switch (compared.result) {
    case "match":
      return false;
    case "restart":
      forceRestart(set, resource, node, entry);
      return true;
    case "reload":
    case "unknown":
      if (entry.intervalMs > 0) reschedule(set, resource, node, entry);
      else if (entry.restartDigest !== undefined) {
        triggerUnfencing(set, resource, node, "Device parameters changed (reload)", undefined);
        scheduleReload(set, resource, node);
      } else forceRestart(set, resource, node, entry);
      return true;
  }
}

/** A copy of a configuration, made to be shown, has stars in the place of its secrets. */
function isSanitized(set: WorkingSet, resource: Resource, node: Node): boolean {
  return [...resourceParameters(set, resource, node).values()].some((value) => /^\*+$/.test(value));
}

function forceRestart(set: WorkingSet, resource: Resource, node: Node, entry: HistoryEntry): void {
  // Whatever it was that ran with other parameters, the way back to the right ones is a start.
  const task = entry.intervalMs === 0 ? "start" : entry.task;
  const required = resourceAction(set, resource, {
    key: operationKey(resource.id, task, entry.intervalMs),
    task,
    optional: false,
  });
  setReason(required, "resource definition change", true);
  triggerUnfencing(set, resource, node, "Device parameters changed", undefined);
}

function reschedule(set: WorkingSet, resource: Resource, node: Node, entry: HistoryEntry): void {
  const key = operationKey(resource.id, entry.task, entry.intervalMs);
  for (const action of claimActions(resource, key, node)) action.rescheduled = true;
  resourceAction(set, resource, { key, task: entry.task, node, optional: true }).rescheduled = true;
}

/** Tells the agent of new parameters without a restart. */
function scheduleReload(set: WorkingSet, resource: Resource, node: Node): void {
  if (!resource.managed || resource.failed) return;
  if (resource.startPending) {
    taskAction(set, resource, "stop", node, false);
    return;
  }
  const reload = taskAction(set, resource, "reload-agent", node, false);
  setReason(reload, "resource definition change", false);
  const cancels = Order.optional | Order.thenCancelsFirst;
  order(set, { action: reload, resource }, task(resource, "stop"), cancels);
  order(set, { action: reload, resource }, task(resource, "demote"), cancels);
}
