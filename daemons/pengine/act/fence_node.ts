/**
 * What becomes of a node that cannot be trusted any more.
 *
 * @module
 */
import type { Node, WorkingSet } from "../model.ts";
import { fencingAction } from "./fencing_action.ts";

/** A node that cannot be trusted any more: for a guest, its container is recovered instead. */
export function fenceNode(
  set: WorkingSet,
  node: Node,
  reason: string,
): void {
  if (node.kind === "guest") {
    const container = node.connection?.container;
    if (container === undefined || container.failed) return;
    if (!container.managed) return;
    container.failed = true;
    container.stop = true;
    node.remoteRequiresReset = true;
    return;
  }
  if (node.kind === "remote" && node.connection !== undefined) {
    if (!node.connection.managed) return;
    if (!node.remoteRequiresReset) node.remoteRequiresReset = true;
  }
  if (!node.unclean) {
    node.unclean = true;
    // It stays optional for now, but knows the reason already.
    fencingAction(set, node, { optional: true, reason });
  }
}
