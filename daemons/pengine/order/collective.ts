/**
 * What the marks of collective resources (groups, clones, bundles) stand for: whether the whole is
 * optional or runnable follows from its members.
 *
 * @module
 */
import type { Action, Node, Resource } from "../model.ts";
import { bitsOf, firstWithKey, firstWithTask } from "../act/action.ts";
import {
  beginningOf,
  completionOf,
  notifyKey,
  operationKey,
  parseOperationKey,
} from "../act/keys.ts";
import { hasInstances, isBundled } from "../place/resource.ts";
import { Bit } from "./flags.ts";

/** Tasks in which a collective resource is the sum of its members; others are a member's own. */
const SHARED: ReadonlySet<string> = new Set([
  "start",
  "running",
  "stop",
  "stopped",
  "promote",
  "promoted",
  "demote",
  "demoted",
  "notify",
  "notified",
  "monitor",
]);

/** Whether `inner` belongs to `outer`. */
export function isMemberOf(inner: Resource, outer: Resource): boolean {
  for (let up = inner.parent; up !== undefined; up = up.parent) if (up === outer) return true;
  return false;
}

/** The flags of an action, of a collective one from its members (on a node, if given). */
export function actionFlags(action: Action, node: Node | undefined): number {
  const flags = flagsOfAll(action, node);
  // A notification that cannot be sent is not sent, whatever the members could do.
  const silenced = !action.runnable && action.key.includes("_notify_");
  return silenced ? flags & ~Bit.runnable : flags;
}

function flagsOfAll(action: Action, node: Node | undefined): number {
  const { resource } = action;
  switch (resource?.variant) {
    case "group":
      return groupFlags(action, resource, node);
    case "clone":
      return instanceFlags(action, resource.children, node);
    case "bundle":
      return bundleFlags(action, resource, node);
    default:
      return bitsOf(action);
  }
}

function groupFlags(action: Action, group: Resource, node: Node | undefined): number {
  let flags = Bit.optional | Bit.runnable | Bit.pseudo;
  for (const child of group.children) {
    const task = child.variant === "primitive" ? beginningOf(action.task) : action.task;
    const one = SHARED.has(task) ? firstWithTask(child, task, node) : undefined;
    if (one !== undefined) {
      const bits = actionFlags(one, node);
      if ((flags & Bit.optional) !== 0 && (bits & Bit.optional) === 0) {
        flags &= ~Bit.optional;
        action.optional = false;
      }
      if (task !== action.task && (flags & Bit.runnable) !== 0 && (bits & Bit.runnable) === 0) {
        flags &= ~Bit.runnable;
        action.runnable = false;
      }
    } else if (task !== "stop" && task !== "demote") {
      flags &= ~Bit.runnable;
    }
  }
  return flags;
}

/** Instances: one that must makes the whole; one that can is enough. */
export function instanceFlags(
  action: Action,
  instances: readonly Resource[],
  node: Node | undefined,
): number {
  let flags = Bit.optional | Bit.runnable | Bit.pseudo;
  let anyRunnable = false;
  for (const child of instances) {
    const task = originalTask(action, child);
    if (!SHARED.has(task)) continue;
    const one = firstWithTask(child, task, child.children.length > 0 ? undefined : node);
    if (one === undefined) continue;
    const bits = actionFlags(one, node);
    if ((flags & Bit.optional) !== 0 && (bits & Bit.optional) === 0) {
      flags &= ~Bit.optional;
      action.optional = false;
    }
    if ((bits & Bit.runnable) !== 0) anyRunnable = true;
  }
  // What no instance does, as to promote what is not promotable, cannot be waited for.
  if (!anyRunnable) {
    flags &= ~Bit.runnable;
    if (node === undefined) action.runnable = false;
  }
  return flags;
}

function bundleFlags(action: Action, bundle: Resource, node: Node | undefined): number {
  const data = bundle.bundle;
  const task = originalTask(action, undefined);
  // Promotion and notification concern what is in the containers.
  if (data?.child !== undefined && /^(promote|demote|notify)$/.test(task)) {
    return instanceFlags(action, data.child.children, node);
  }
  return instanceFlags(action, data?.replicas.map((one) => one.container) ?? [], node);
}

/**
 * The task of a member that a mark of the whole stands for: a primitive knows only its beginning,
 * a group has marks of its own.
 */
export function originalTask(action: Action, member: Resource | undefined): string {
  const notification = /_notify_([a-z]+)_0$/.exec(action.key);
  if (notification !== null) return beginningOf(notification[1]!);
  return member === undefined || member.variant === "primitive"
    ? beginningOf(action.task)
    : action.task;
}

/**
 * For what comes after a collective resource, "start" means "started" and so on; if the clone
 * sends notifications, that these are confirmed.
 */
export function expandFirst(action: Action): Action {
  const { resource } = action;
  if (resource === undefined || resource.variant === "primitive") return action;
  if (action.key.includes("notify")) return action;
  const parts = parseOperationKey(action.key);
  if (parts === undefined || parts.intervalMs > 0) return action;
  const done = completionOf(parts.task);
  if (done === undefined) return action;
  const notified = resource.notify && (hasInstances(resource) || isBundled(resource));
  const key = notified
    ? notifyKey(resource.id, "confirmed-post", done)
    : operationKey(resource.id, done, 0);
  return firstWithKey(resource, key) ?? action;
}
