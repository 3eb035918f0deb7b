/**
 * Unfencing: devices that must be switched on for a node before it may use what they guard.
 *
 * @module
 */
import type { Action, Node, Resource, WorkingSet } from "../model.ts";
import { orderActions } from "../order/ordering.ts";
import { fencingAction } from "./fence.ts";

/** Orders an action after the node was unfenced, where its resource needs that. */
export function orderAfterUnfencing(
  set: WorkingSet,
  resource: Resource,
  node: Node | undefined,
  action: Action,
  type: number,
): void {
  if (node === undefined || !needsUnfencing(set, resource)) return;
  const unfence = fencingAction(set, node, "on", true, undefined, false);
  orderActions(unfence, action, type);
  if (!isUnfenced(node)) {
    setUnfencingReason(unfence, resource);
    fencingAction(set, node, "on", false, undefined, false);
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

function setUnfencingReason(unfence: Action, resource: Resource): void {
  if (unfence.reason === undefined) unfence.reason = `required by ${resource.id}`;
}

/** A change of what is guarded: the node is unfenced again. */
export function triggerUnfencing(
  set: WorkingSet,
  resource: Resource | undefined,
  node: Node,
  reason: string,
  dependency: Action | undefined,
): void {
  if (!set.enableUnfencing) return;
  if (resource !== undefined && !resource.fenceDevice) return;
  if (resource !== undefined && !isUnfencingDevice(resource)) return;
  if (resource === undefined && isUnfenced(node) === false) return;
  if (!node.online || node.shutdown || node.unclean) return;
  const unfence = fencingAction(set, node, "on", false, reason, false);
  if (dependency !== undefined) orderActions(unfence, dependency, 1);
}

function isUnfencingDevice(resource: Resource): boolean {
  return resource.meta.get("provides") === "unfencing";
}
