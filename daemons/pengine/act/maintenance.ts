/**
 * Telling remote nodes that their maintenance began or ended: their executors act on it alone while
 * the connection is lost.
 *
 * @module
 */
import type { Action, Node, WorkingSet } from "../model.ts";
import { isRemote } from "../place/node.ts";
import { clusterAction } from "./action.ts";

/** Remote and guest nodes that were last informed otherwise. */
export function remoteMaintenanceChanges(set: WorkingSet): readonly Node[] {
  return set.nodes.filter((node) => isRemote(node) && node.maintenance !== node.remoteMaintenance);
}

/** The mark that carries the news, if there is any. */
export function maintenanceAction(set: WorkingSet): Action | undefined {
  if (remoteMaintenanceChanges(set).length === 0) return undefined;
  const key = "maintenance_nodes";
  const action = clusterAction(set, { key, task: key, optional: false });
  action.pseudo = true;
  action.runnable = true;
  return action;
}
