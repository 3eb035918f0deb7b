/**
 * The actions of resources: one action per resource, key and node, asked for as often as needed.
 * Whether it is optional and whether it can run is settled here first; orderings change both later.
 *
 * @module
 */
import { type Action, type Node, type Resource, Role, type WorkingSet } from "../model.ts";
import { canFence } from "../place/node.ts";
import { isActive } from "../place/resource.ts";
import { setNextRole } from "../place/role.ts";
import { type ActionWish, claimActions, findActions, newAction, setReason } from "./action.ts";
import { fenceNode } from "./fence_node.ts";
import { operationKey } from "./keys.ts";

/** The action of a resource with this key on this node; made if there is none yet. */
export function resourceAction(set: WorkingSet, resource: Resource, wish: ActionWish): Action {
  const [found] = wish.node === undefined
    ? findActions(resource, wish.key)
    : claimActions(resource, wish.key, wish.node);
  const action = found ?? newAction(set, resource, wish);
  settleOptional(action, wish.optional);
  settleRunnable(set, action, resource);
  return action;
}

/** An operation of a resource by its task, with interval 0. */
export function taskAction(
  set: WorkingSet,
  resource: Resource,
  task: string,
  node: Node | undefined,
  optional: boolean,
): Action {
  return resourceAction(set, resource, {
    key: operationKey(resource.id, task, 0),
    task,
    node,
    optional,
  });
}

/** A mark in time of a collective resource ("all started"). */
export function pseudoAction(
  set: WorkingSet,
  resource: Resource,
  task: string,
  { optional, runnable }: Pick<Action, "optional" | "runnable">,
): Action {
  const action = taskAction(set, resource, task, undefined, optional);
  action.pseudo = true;
  action.runnable = runnable;
  return action;
}

/** What is unmanaged is left alone, except that its recurring operations go on. */
function settleOptional(action: Action, optional: boolean): void {
  const { resource } = action;
  if (
    resource !== undefined && action.node !== undefined && !action.pseudo && !resource.managed &&
    action.intervalMs === 0
  ) {
    action.optional = true;
  } else if (!optional) {
    action.optional = false;
  }
}

/** Whether the node, and the quorum, allow it. */
function settleRunnable(set: WorkingSet, action: Action, resource: Resource): void {
  if (action.pseudo) return;
  const { node } = action;
  if (node === undefined) {
    action.runnable = false;
  } else if (action.task === "lrm_delete") {
    // The status is changed by the DC, whatever became of the node.
    action.runnable = true;
  } else if (!node.online && (node.kind !== "guest" || node.remoteRequiresReset)) {
    action.runnable = false;
    if (resource.managed && action.task === "stop" && !node.unclean) {
      fenceNode(set, node, "resource actions are unrunnable");
    }
  } else if (node.pending) {
    action.runnable = false;
  } else if (action.needs === "nothing") {
    setReason(action, undefined, true);
    action.runnable = !(node.kind === "guest" && !canFence(set, node));
  } else {
    switch (quorumPolicyFor(set, resource)) {
      case "stop":
        action.runnable = false;
        setReason(action, "no quorum", true);
        break;
      case "freeze":
        if (!isActive(resource, true) || resource.nextRole > resource.role) {
          action.runnable = false;
          setReason(action, "quorum freeze", true);
        }
        break;
      case "ignore":
      case "suicide":
        action.runnable = true;
    }
  }
}

function quorumPolicyFor(
  set: WorkingSet,
  resource: Resource,
): "ignore" | "stop" | "freeze" | "suicide" {
  const policy = set.options.noQuorumPolicy;
  if (set.quorate) return "ignore";
  if (policy !== "demote") return policy;
  if (resource.role !== Role.promoted && resource.role !== Role.unpromoted) return "stop";
  if (resource.nextRole > Role.unpromoted) {
    setNextRole(resource, Role.unpromoted, "no-quorum-policy=demote");
  }
  return "ignore";
}
