/**
 * The action that fences a node: one for each node and kind of fencing.
 *
 * @module
 */
import type { Action, Node, WorkingSet } from "../model.ts";
import { canFence } from "../place/node.ts";
import { clusterAction } from "./action.ts";
import { addUnfencingDigests } from "./unfence_digest.ts";

/** What is wanted of the fencing of a node. */
export interface FencingWish {
  /** `off`, `on`, `reboot`; the cluster's `fencing-action` by default. */
  readonly operation?: string | undefined;
  /** Only its order matters so far. */
  readonly optional: boolean;
  readonly reason?: string | undefined;
  /** The side of the more important node may win. */
  readonly priorityDelay?: boolean;
}

/** The action that fences a node. */
export function fencingAction(
  set: WorkingSet,
  node: Node,
  wish: FencingWish,
): Action {
  const { operation: kind = set.options.stonithAction, reason, priorityDelay = false } = wish;
  const key = `stonith-${node.name}-${kind}`;
  let { optional } = wish;
  let action = set.singletons.get(key);
  if (action === undefined) {
    action = clusterAction(set, { key, task: "stonith", node, optional: true });
    action.meta.set("on_node", node.name);
    action.meta.set("on_node_uuid", node.id);
    action.meta.set("stonith_action", kind);
    if (set.enableUnfencing && addUnfencingDigests(set, action, node)) optional = false;
  }
  if (
    set.options.priorityFencingDelayMs > 0 &&
    (priorityDelay || action.meta.has("priority-fencing-delay"))
  ) {
    action.meta.set("priority-fencing-delay", String(priorityDelayS(set, node)));
  }
  if (!optional && canFence(set, node)) {
    action.optional = false;
    if (reason !== undefined && action.reason === undefined) action.reason = reason;
  } else if (reason !== undefined && action.reason === undefined) {
    action.reason = reason;
  }
  return action;
}

/**
 * The delay that lets the side of the more important node win: for a lost member of the highest
 * priority, as long as no majority is left here.
 */
function priorityDelayS(set: WorkingSet, node: Node): number {
  const delayS = Math.floor(set.options.priorityFencingDelayMs / 1000);
  if (node.kind !== "cluster" || node.online) return 0;
  const members = set.nodes.filter((one) => one.kind === "cluster");
  const online = members.filter((one) => one.online).length;
  if (online > Math.floor(members.length / 2)) return 0;
  const priorities = members.map((one) => one.priority);
  const top = Math.max(...priorities);
  if (Math.min(...priorities) === top || node.priority < top) return 0;
  return delayS;
}
