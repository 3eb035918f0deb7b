/**
 * Why a node cannot run anything, in the words of an administrator.
 *
 * @module
 */
import type { Node } from "../model.ts";

/** What follows "the node": `is in standby`. Undefined for a node in good order. */
export function nodeTrouble(node: Node): string | undefined {
  if (node.unclean) {
    const reason = node.fenceReasons[0]?.text;
    return reason === undefined ? "must be fenced first" : `must be fenced first: ${reason}`;
  }
  if (node.pending) return "is about to join, but has not yet";
  if (!node.online) return "is offline";
  if (node.standbyOnFail) return "is in standby, because an operation with on-fail=standby failed";
  if (node.standby) return "is in standby";
  if (node.maintenance) return "is in maintenance";
  if (node.shutdown) return "is shutting down";
  if (node.healthScore < 0) {
    return `is unhealthy: its health attributes add up to ${node.healthScore}`;
  }
  return undefined;
}
