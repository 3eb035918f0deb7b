/**
 * Removing what a node has recorded of a resource, whatever becomes of the resource.
 *
 * @module
 */
import type { Node, Resource, WorkingSet } from "../model.ts";
import { taskAction } from "./resource_action.ts";

/** Removes the record. Nothing waits for what becomes of it. */
export function clearHistory(set: WorkingSet, resource: Resource, node: Node): void {
  const action = taskAction(set, resource, "lrm_delete", node, false);
  action.meta.set("on-fail", "ignore");
}
