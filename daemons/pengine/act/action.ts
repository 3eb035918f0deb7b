/**
 * Creating and finding actions: one action per resource, key and node, asked for as often as
 * needed. Whether it is optional and whether it can run is settled here first; orderings change
 * both later.
 *
 * @module
 */
import type { Action, Node, Resource, WorkingSet } from "../model.ts";
import { Role } from "../model.ts";
import { findOperation, operationOptions } from "../unpack/mod.ts";
import { Bit } from "../order/flags.ts";
import { canFence } from "../place/node.ts";
import { isActive } from "../place/resource.ts";
import { setNextRole } from "../place/role.ts";
import { fencingAction } from "./fence.ts";
import { operationKey, parseOperationKey } from "./keys.ts";

/** What is wanted of an action. */
export interface ActionWish {
  readonly key: string;
  readonly task: string;
  readonly node?: Node | undefined;
  readonly optional: boolean;
}

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

/** An action that belongs to no resource, one for each key. */
export function clusterAction(set: WorkingSet, wish: ActionWish): Action {
  let action = set.singletons.get(wish.key);
  if (action === undefined) {
    action = newAction(set, undefined, wish);
    set.singletons.set(wish.key, action);
  }
  if (!wish.optional) action.optional = false;
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
  optional: boolean,
  runnable: boolean,
): Action {
  const action = taskAction(set, resource, task, undefined, optional);
  action.pseudo = true;
  action.runnable = runnable;
  return action;
}

/** Actions of a resource by key, on any node. */
export function findActions(resource: Resource, key: string): Action[] {
  return resource.actions.filter((action) => action.key === key);
}

/** The same on a node. Those that have no node yet get this one. */
export function claimActions(resource: Resource, key: string, node: Node): Action[] {
  const found = findActions(resource, key)
    .filter((action) => action.node === undefined || action.node === node);
  for (const action of found) action.node = node;
  return found;
}

/** Actions of a resource by task, on a node; without `exactly` those without node count too. */
export function tasksOf(
  resource: Resource,
  task: string,
  node: Node | undefined,
  exactly: boolean,
): Action[] {
  const key = operationKey(resource.id, task, 0);
  if (node === undefined) return exactly ? [] : findActions(resource, key);
  if (!exactly) return claimActions(resource, key, node);
  return resource.actions.filter((a) => a.key === key && a.node === node);
}

/** The latest action with a task on a node (any, if none is given). */
export function firstWithTask(
  resource: Resource,
  taskName: string,
  node: Node | undefined,
): Action | undefined {
  return resource.actions.findLast((action) =>
    action.task === taskName &&
    (node === undefined || action.node === undefined || action.node === node)
  );
}

/** The latest action with a key. */
export function firstWithKey(resource: Resource, key: string): Action | undefined {
  return resource.actions.findLast((action) => action.key === key);
}

/** The four properties that orderings know, as bits. */
export function bitsOf(action: Action): number {
  return (action.optional ? Bit.optional : 0) | (action.runnable ? Bit.runnable : 0) |
    (action.pseudo ? Bit.pseudo : 0) | (action.migrateRunnable ? Bit.migrateRunnable : 0);
}

/** Why an action is what it is: the first reason stands, unless overwritten. */
export function setReason(action: Action, reason: string | undefined, overwrite: boolean): void {
  if (action.reason !== undefined && !overwrite) return;
  if (reason === undefined) delete action.reason;
  else action.reason = reason;
}

/** Takes one of the properties away from an action because of another, and says so. */
export function clearBecause(
  action: Action,
  what: "optional" | "runnable" | "migrateRunnable",
  because: Action,
): void {
  if (!action[what]) return;
  action[what] = false;
  if (action.resource === because.resource) return; // Of itself it is no reason.
  const word = what === "optional"
    ? "required"
    : what === "runnable"
    ? "unrunnable"
    : "unmigrateable";
  const name = because.resource === undefined ? "" : ` ${because.resource.id}`;
  setReason(action, `${word}${name} ${because.task}`, what === "migrateRunnable");
}

/** The result that is expected, for the executor to compare with. */
export function expectResult(action: Action, code: number): void {
  action.meta.set("op_target_rc", String(code));
}

function newAction(set: WorkingSet, resource: Resource | undefined, wish: ActionWish): Action {
  const parts = parseOperationKey(wish.key);
  const intervalMs = parts?.intervalMs ?? 0;
  // What is configured for notify holds for its marks as well, and that of a monitor for its end.
  const task = wish.key.includes("_notify_") ? "notify" : parts?.task ?? wish.task;
  const operation = resource === undefined
    ? undefined
    : findOperation(resource, task, intervalMs, true);
  const action: Action = {
    id: set.actions.length + 1,
    task: wish.task,
    key: wish.key,
    ...(resource === undefined ? {} : { resource }),
    ...(wish.node === undefined ? {} : { node: wish.node }),
    ...(operation === undefined ? {} : { operation }),
    pseudo: false,
    optional: wish.optional,
    runnable: true,
    printAlways: false,
    haveNodeAttributes: false,
    implied: false,
    migrateRunnable: false,
    failureIsFatal: true,
    mayFail: false,
    dangle: false,
    processed: false,
    rescheduled: false,
    reloadable: false,
    dedup: false,
    dumped: false,
    requiresAny: false,
    tracking: false,
    needs: "nothing",
    onFail: "ignore",
    failRole: Role.unknown,
    priority: 0,
    intervalMs,
    startDelayMs: 0,
    meta: new Map(),
    extra: new Map(),
    before: [],
    after: [],
    runnableBefore: 0,
    requiredRunnableBefore: 0,
    nodeAttributes: new Map(),
  };
  if (resource !== undefined) {
    const options = operationOptions(set, resource, wish.task, intervalMs, operation);
    action.meta = new Map(options.meta);
    action.needs = options.needs;
    action.onFail = options.onFail;
    action.failRole = options.failRole;
    action.startDelayMs = options.startDelayMs;
    for (const [name, value] of options.extra) action.extra.set(name, value);
    resource.actions.push(action);
  }
  set.actions.push(action);
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
      fenceNode(set, node, "resource actions are unrunnable", false);
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

/** A node that cannot be trusted any more: for a guest, its container is recovered instead. */
export function fenceNode(
  set: WorkingSet,
  node: Node,
  reason: string,
  priorityDelay: boolean,
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
    fencingAction(set, node, undefined, true, reason, priorityDelay && node.kind !== "remote");
  }
}
