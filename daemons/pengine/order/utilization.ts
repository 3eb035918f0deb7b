/**
 * Capacity freed before it is used again: what leaves a node stops before what enters it starts.
 *
 * @module
 */
import type { Action, Node, Resource, WorkingSet } from "../model.ts";
import { clusterAction } from "../act/action.ts";
import { Order } from "./flags.ts";
import { order, task } from "./ordering.ts";

/** Orders a resource around the "capacity is free" marks of its nodes. */
export function orderUtilization(set: WorkingSet, resource: Resource): void {
  for (const node of resource.runningOn) {
    order(set, task(resource, "stop"), { action: loadStopped(set, node) }, Order.load);
  }
  for (const node of resource.allowed.keys()) {
    const mark = loadStopped(set, node);
    order(set, { action: mark }, task(resource, "start"), Order.load);
    order(set, { action: mark }, task(resource, "migrate_to"), Order.load);
  }
}

function loadStopped(set: WorkingSet, node: Node): Action {
  const key = `load_stopped_${node.name}`;
  const mark = clusterAction(set, { key, task: key, node, optional: true });
  mark.pseudo = true;
  mark.runnable = true;
  mark.optional = false;
  return mark;
}
