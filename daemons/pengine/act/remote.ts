/**
 * The state of the connection to a remote node.
 *
 * @module
 */
import { type Node, Role } from "../model.ts";
import { currentNode } from "../place/resource.ts";

/**
 * `alive`: it is up and stays; `resting`: it comes back elsewhere; `unknown`: whether it comes back
 * is not known yet; `stopped`: it ends cleanly; `failed`: it is lost, and with it what it led to.
 */
export type ConnectionState = "unknown" | "alive" | "resting" | "failed" | "stopped";

/** What becomes of a remote node, judged by its connection. */
export function connectionState(node: Node): ConnectionState {
  const { connection } = node;
  if (connection === undefined) return "unknown";
  const host = currentNode(connection);
  if (connection.nextRole === Role.stopped || connection.allocatedTo === undefined) {
    if (host?.unclean === true) return "failed";
    if (!connection.failed) return "stopped";
    // Whether it can be recovered shows only when the next attempt is due.
    const waiting = connection.nextRole === Role.stopped && connection.remoteReconnectMs > 0 &&
      node.remoteWasFenced && !wantsShutdown(node);
    return waiting ? "unknown" : "failed";
  }
  if (host === undefined) return "unknown";
  if (host.unclean || !host.online) return "resting";
  if (
    connection.runningOn.length > 1 && connection.partialMigrationSource !== undefined &&
    connection.partialMigrationTarget !== undefined
  ) {
    return "resting";
  }
  return "alive";
}

function wantsShutdown(node: Node): boolean {
  const text = node.attributes.get("shutdown");
  return text !== undefined && text !== "" && text !== "0";
}
