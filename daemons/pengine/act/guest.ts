/**
 * Guest nodes: what is to become of the container they live in.
 *
 * @module
 */
import { type Node, Role } from "../model.ts";

/**
 * Whether the container of a guest will be stopped, to move or to restart. Its actions are
 * not known yet when this is asked.
 */
export function guestWillStop(node: Node): boolean {
  const { connection } = node;
  const container = connection?.container;
  if (connection === undefined || container === undefined) return false;
  // One on a lost host went down with it, also where the container is unmanaged.
  if (node.remoteRequiresReset || node.unclean) return true;
  if (container.failed || container.nextRole === Role.stopped) return true;
  return container.role > Role.stopped && container.allocatedTo !== undefined &&
    !container.runningOn.includes(container.allocatedTo);
}
