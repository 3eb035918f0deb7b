/**
 * Which cluster node carries out an action for a remote node: the one that has the connection.
 *
 * @module
 */
import type { Action, Node } from "../model.ts";
import { currentNode } from "../place/resource.ts";
import { isRemote } from "../place/node.ts";

/** What has to be done before a connection moves. */
const ENDING: ReadonlySet<string> = new Set([
  "cancel",
  "stop",
  "demote",
  "migrate_from",
  "migrate_to",
]);

/** The host of the connection at the time of the action, or undefined for cluster nodes. */
export function connectionHost(action: Action): Node | undefined {
  const { node } = action;
  if (action.task === "stonith" || node === undefined || !isRemote(node)) return undefined;
  const { connection } = node;
  if (connection === undefined) return undefined;
  const began = currentNode(connection);
  const ended = connection.allocatedTo;
  if (began === undefined || ended === undefined || began === ended) return began ?? ended;
  const partial = connection.container?.partialMigrationTarget !== undefined;
  const name = action.task === "notify" ? action.meta.get("notify_operation") ?? "" : action.task;
  return ENDING.has(name) && !partial ? began : ended;
}
