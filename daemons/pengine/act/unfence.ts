/**
 * Unfencing: devices that must be switched on for a node before it may use what they guard.
 *
 * @module
 */
import type { Action, Node, Resource, WorkingSet } from "../model.ts";
import { Order } from "../order/flags.ts";
import { orderActions } from "../order/ordering.ts";
import { fencingAction } from "./fencing_action.ts";

/** Orders an action after the node was unfenced, where its resource needs that. */
export function orderAfterUnfencing(
  set: WorkingSet,
  resource: Resource,
  node: Node | undefined,
  action: Action,
  type: number,
): void {
  if (node === undefined || !set.enableUnfencing) return;
  // Devices too: without being unfenced first, many cannot even be probed.
  if (!resource.fenceDevice && !resource.needsUnfencing) return;
  const unfence = fencingAction(set, node, { operation: "on", optional: true });
  orderActions(unfence, action, type);
  // A new resource alone must not have its nodes unfenced again, unless they never were.
  if (!isUnfenced(node)) {
    triggerUnfencing(set, undefined, node, `required by ${resource.id} ${action.task}`, undefined);
  }
}

/** Whether unfencing matters to a resource. */
export function needsUnfencing(set: WorkingSet, resource: Resource): boolean {
  return set.enableUnfencing && resource.needsUnfencing && !resource.fenceDevice;
}

/** A node that was unfenced says so in an attribute. */
export function isUnfenced(node: Node): boolean {
  const text = node.attributes.get("#node-unfenced");
  return text !== undefined && text !== "" && text !== "0";
}

/** A change of what is guarded: the node is unfenced again. */
export function triggerUnfencing(
  set: WorkingSet,
  resource: Resource | undefined,
  node: Node,
  reason: string,
  dependency: Action | undefined,
): void {
  if (!set.enableUnfencing || (resource !== undefined && !resource.fenceDevice)) return;
  if (!node.online || node.shutdown || node.unclean) return;
  const unfence = fencingAction(set, node, { operation: "on", optional: false, reason });
  if (dependency !== undefined) orderActions(unfence, dependency, Order.optional);
}
