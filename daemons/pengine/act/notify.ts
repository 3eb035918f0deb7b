/**
 * Notifications: a clone that requests it is notified before and after each change of its
 * instances.
 *
 * Around each change of the clone stand four marks (`pre`, `confirmed-pre`, `post`,
 * `confirmed-post`); between a mark and its confirmation, every active instance gets a `notify`.
 *
 * @module
 */
import {
  type Action,
  INFINITY,
  type Node,
  type Notification,
  type NotificationEntry,
} from "../model.ts";
import { type Resource, Role, type WorkingSet } from "../model.ts";
import { Order } from "../order/flags.ts";
import { orderActions } from "../order/ordering.ts";
import { currentNode, topmost } from "../place/resource.ts";
import { firstWithTask } from "./action.ts";
import { resourceAction } from "./resource_action.ts";
import { notifyKey } from "./keys.ts";

/** Creates the marks around one change of a clone. */
export function notificationMarks(
  set: WorkingSet,
  clone: Resource,
  task: string,
  action: Action | undefined,
  complete: Action | undefined,
): Notification {
  const data: Notification = {
    action: task,
    keys: new Map(),
    active: [],
    inactive: [],
    start: [],
    stop: [],
    demote: [],
    promote: [],
    promoted: [],
    unpromoted: [],
  };
  const mark = (of: Action, name: string, type: string, keyType: string): Action => {
    const made = resourceAction(set, clone, {
      key: notifyKey(clone.id, keyType, of.task),
      task: name,
      optional: of.optional,
    });
    made.pseudo = true;
    made.meta.set("notify_key_type", keyType);
    made.meta.set("notify_key_operation", of.task);
    made.meta.set("notify_type", type);
    made.meta.set("notify_operation", task);
    return made;
  };
  if (action !== undefined) {
    data.pre = mark(action, "notify", "pre", "pre");
    data.pre.runnable = true;
    data.preDone = mark(action, "notified", "pre", "confirmed-pre");
    data.preDone.runnable = true;
    orderActions(data.pre, data.preDone, Order.optional);
    orderActions(data.preDone, action, Order.optional);
  }
  if (complete !== undefined) {
    data.post = mark(complete, "notify", "post", "post");
    data.postDone = mark(complete, "notified", "post", "confirmed-post");
    for (const one of [data.post, data.postDone]) {
      one.priority = INFINITY;
      one.runnable = complete.runnable;
    }
    orderActions(complete, data.post, Order.impliesThen | Order.runnableLeft);
    orderActions(data.post, data.postDone, Order.impliesThen | Order.runnableLeft);
    if (data.preDone !== undefined) orderActions(data.preDone, data.post, Order.optional);
  }
  return data;
}

/** Creates the notifications themselves, once all else is settled. */
export function createNotifications(set: WorkingSet, clone: Resource): void {
  const data = clone.clone;
  if (data === undefined) return;
  for (
    const notification of [
      data.startNotify,
      data.stopNotify,
      data.promoteNotify,
      data.demoteNotify,
    ]
  ) {
    if (notification === undefined) continue;
    collect(clone, true, notification);
    describe(set, clone, notification);
    notifyInstances(set, clone, notification);
  }
}

/** A second round for an instance whose stop is implied by fencing, so that nothing waits in a loop. */
export function notifyAfterFencing(
  set: WorkingSet,
  resource: Resource,
  stop: Action,
  fencing: Action,
): void {
  const data = notificationMarks(set, resource, "stop", undefined, fencing);
  collect(resource, false, data);
  const top = topmost(resource);
  // Few variables are set if the clone sends no notifications, or no clone contains the resource.
  if (top.notify && top.variant === "clone") describe(set, resource, data);
  data.keys.set("notify_stop_resource", resource.id);
  data.keys.set("notify_stop_uname", stop.node?.name ?? "");
  notifyInstances(set, top, data);
}

function collect(resource: Resource, activity: boolean, data: Notification): void {
  if (resource.children.length > 0) {
    for (const child of resource.children) collect(child, activity, data);
    return;
  }
  const here: NotificationEntry = { resource, node: resource.runningOn[0] };
  if (resource.role === Role.stopped) data.inactive.push(here);
  else if (resource.role !== Role.unknown) data.active.push(here);
  if (resource.role === Role.unpromoted) data.unpromoted.push(here);
  if (resource.role === Role.promoted) data.promoted.push(here);
  if (!activity) return;
  for (const action of resource.actions) {
    const { node, task } = action;
    if (action.optional || node === undefined) continue;
    if (!(task === "stop" && node.unclean) && !action.runnable) continue;
    if (task === "start" || task === "stop" || task === "promote" || task === "demote") {
      data[task].push({ resource, node });
    }
  }
}

function describe(set: WorkingSet, resource: Resource, data: Notification): void {
  const put = (name: string, entries: NotificationEntry[], withNodes: boolean) => {
    const sorted = [...entries].sort(compareEntries);
    data.keys.set(
      `notify_${name}_resource`,
      sorted.length === 0 ? " " : sorted.map((one) => nameOf(one.resource)).join(" "),
    );
    if (!withNodes) return;
    const nodes = sorted.map((one) => one.node?.name).filter((name) => name !== undefined);
    data.keys.set(`notify_${name}_uname`, nodes.length === 0 ? " " : nodes.join(" "));
  };
  put("start", data.start, true);
  put("stop", data.stop, true);
  put("promote", data.promote, true);
  put("demote", data.demote, true);
  put("slave", data.unpromoted, true);
  put("unpromoted", data.unpromoted, true);
  put("master", data.promoted, true);
  put("promoted", data.promoted, true);
  put("active", data.active, true);
  put("inactive", data.inactive, false);
  const names = (nodes: Iterable<Node>) => {
    const list = [...nodes].map((node) => node.name).sort();
    return list.length === 0 ? " " : list.join(" ");
  };
  data.keys.set("notify_available_uname", names(resource.allowed.keys()));
  data.keys.set("notify_all_uname", names(set.nodes));
  if (resource.meta.get("container-attribute-target") === "host") {
    data.keys.set("notify_all_hosts", set.nodes.map((node) => hostOf(node).name).join(" "));
  }
}

/** The machine that a node is, or that the container of a guest is on. */
function hostOf(node: Node): Node {
  const container = node.kind === "guest" ? node.connection?.container : undefined;
  return (container && currentNode(container)) ?? node;
}

/** Anonymous instances keep their number here, as agents tell them apart by it. */
function nameOf(resource: Resource): string {
  return resource.id;
}

function compareEntries(a: NotificationEntry, b: NotificationEntry): number {
  if (a.resource.id !== b.resource.id) return a.resource.id < b.resource.id ? -1 : 1;
  const nodeA = a.node?.name ?? "", nodeB = b.node?.name ?? "";
  return nodeA < nodeB ? -1 : nodeA > nodeB ? 1 : 0;
}

function notifyInstances(set: WorkingSet, resource: Resource, data: Notification): void {
  if (resource.children.length > 0) {
    for (const child of resource.children) notifyInstances(set, child, data);
    return;
  }
  for (const action of resource.actions) {
    if (action.optional || action.node === undefined) continue;
    if (["start", "stop", "promote", "demote"].includes(action.task)) {
      for (const [name, value] of data.keys) action.meta.set(name, value);
    }
  }
  switch (data.action) {
    case "start":
      if (data.start.length === 0) return;
      break;
    case "promote":
      if (data.promote.length === 0) return;
      break;
    case "demote":
      if (data.demote.length === 0) return;
      break;
    default:
      // A stop may be implied by fencing, and then is in no list.
  }
  const stop = firstWithTask(resource, "stop", undefined);
  const start = firstWithTask(resource, "start", undefined);
  if (resource.role !== Role.stopped && (data.action === "stop" || data.action === "demote")) {
    for (const node of resource.runningOn) {
      // A node that will be fenced cannot be notified.
      if (stop?.pseudo === true && (node.unclean || node.remoteRequiresReset)) continue;
      notify(set, resource, node, data, [data.pre, data.preDone]);
      if (data.action === "demote" || stop === undefined || stop.optional) {
        notifyAfter(set, resource, node, data);
      }
    }
  }
  if (
    resource.nextRole !== Role.stopped && (data.action === "start" || data.action === "promote")
  ) {
    const node = resource.allocatedTo;
    if (node === undefined) return;
    // An instance that cannot be started cannot be notified either.
    if (start !== undefined && !start.optional && !start.runnable) return;
    if (data.action !== "start" || start === undefined || start.optional) {
      notify(set, resource, node, data, [data.pre, data.preDone]);
    }
    notifyAfter(set, resource, node, data);
  }
}

function notifyAfter(set: WorkingSet, resource: Resource, node: Node, data: Notification): void {
  const made = notify(set, resource, node, data, [data.post, data.postDone]);
  if (made !== undefined) made.priority = INFINITY;
  if (data.postDone === undefined) return;
  for (const monitor of resource.actions) {
    if (monitor.intervalMs === 0 || monitor.task === "cancel") continue;
    orderActions(data.postDone, monitor, Order.optional);
  }
}

function notify(
  set: WorkingSet,
  resource: Resource,
  node: Node,
  data: Notification,
  [mark, done]: readonly [Action | undefined, Action | undefined],
): Action | undefined {
  if (mark === undefined || done === undefined || !node.online || !mark.runnable) return undefined;
  const type = mark.meta.get("notify_type") ?? "";
  const task = mark.meta.get("notify_operation") ?? "";
  const action = resourceAction(set, resource, {
    key: notifyKey(resource.id, type, task),
    task: mark.task,
    node,
    optional: mark.optional,
  });
  for (const [name, value] of mark.meta) {
    if (!action.meta.has(name)) action.meta.set(name, value);
  }
  for (const [name, value] of data.keys) action.meta.set(name, value);
  orderActions(mark, action, Order.optional);
  orderActions(action, done, Order.optional);
  return action;
}
