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
  const { connection } = node;
  if (connection?.removedFiller && connection.container === undefined) {
    // The guest was taken out of the configuration: only its connection is left.
    connection.failed = true;
    connection.stop = true;
    return;
  }
  if (node.kind === "remote" && connection !== undefined) {
    if (!node.remoteRequiresReset) node.remoteRequiresReset = true;
  }
  if (!node.unclean) {
    node.unclean = true;
    // It stays optional for now, but knows the reason already.
    fencingAction(set, node, { optional: true, reason });
  }
}
