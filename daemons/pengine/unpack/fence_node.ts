/**
 * Nodes that cannot be trusted any more, found while the status is read.
 *
 * @module
 */
import type { Node, WorkingSet } from "../model.ts";

/**
 * Notes that a node is to be fenced, and why. A guest is fenced by recovering its container, so
 * that it may run resources again in the same transition.
 */
export function fenceNode(
  set: WorkingSet,
  node: Node,
  text: string,
  priorityDelay = false,
): void {
  const { connection } = node;
  if (node.kind === "guest") {
    const container = connection?.container;
    if (container === undefined || container.failed || !container.managed) return;
    node.remoteRequiresReset = true;
    container.failed = true;
    container.stop = true;
  } else if (connection?.removedFiller && connection.container === undefined) {
    // The guest was taken out of the configuration: only its connection is left.
    connection.failed = true;
    connection.stop = true;
  } else if (node.kind === "remote") {
    node.remoteRequiresReset = true;
    node.unclean = true;
    addReason(set, node, text, false);
  } else if (!node.unclean) {
    node.unclean = true;
    addReason(set, node, text, priorityDelay);
  }
}

function addReason(set: WorkingSet, node: Node, text: string, priorityDelay: boolean): void {
  node.fenceReasons.push({ text, priorityDelay });
  set.toFence.push({ node, text, priorityDelay });
}
