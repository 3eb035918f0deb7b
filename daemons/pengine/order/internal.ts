/**
 * The orders and colocations that follow from what a resource is: a stop before a start, members
 * of a group in their row, instances between the marks of their clone.
 *
 * @module
 */
import { INFINITY, type Resource, Role, type WorkingSet } from "../model.ts";
import { fencingAction } from "../act/fencing_action.ts";
import { needsUnfencing } from "../act/unfence.ts";
import { colocate } from "../place/colocate.ts";
import { isRemote } from "../place/node.ts";
import { byInstance, topmost } from "../place/resource.ts";
import { orderBundle } from "./bundle.ts";
import { Order } from "./flags.ts";
import { order, orderStarts, orderStops, orderTasks, task } from "./ordering.ts";
import { orderPromotion } from "./promotion.ts";
import { orderUtilization } from "./utilization.ts";

/** Creates them for a resource and its members. */
export function createInternal(set: WorkingSet, resource: Resource): void {
  switch (resource.variant) {
    case "primitive":
      return primitive(set, resource);
    case "group":
      return group(set, resource);
    case "clone":
      return clone(set, resource);
    case "bundle":
      return orderBundle(set, resource, (part) => createInternal(set, part));
  }
}

function primitive(set: WorkingSet, resource: Resource): void {
  if (!resource.managed) return;
  const top = topmost(resource);
  orderTasks(
    set,
    resource,
    "stop",
    resource,
    "start",
    Order.optional | Order.impliesThen | Order.restart,
  );
  if (top.promotable || resource.role > Role.unpromoted) {
    orderTasks(set, resource, "demote", resource, "stop", Order.promotedImpliesFirst);
    orderTasks(set, resource, "start", resource, "promote", Order.runnableLeft);
  }
  orderTasks(
    set,
    resource,
    "delete",
    resource,
    "monitor",
    Order.sameNode | Order.thenCancelsFirst,
  );
  if (needsUnfencing(set, resource)) {
    for (const node of resource.allowed.keys()) {
      const unfence = fencingAction(set, node, { operation: "on", optional: true });
      order(set, task(resource, "stop"), { action: unfence }, Order.optional | Order.sameNode);
      order(
        set,
        { action: unfence },
        task(resource, "start"),
        Order.impliesThenOnNode | Order.sameNode,
      );
    }
  }
  if (resource.utilization.size > 0 && set.options.placementStrategy !== "default") {
    orderUtilization(set, resource);
  }
  if (resource.container !== undefined) inContainer(set, resource, resource.container);
  if (resource.remoteConnection || resource.fenceDevice) avoidRemoteNodes(resource);
}

function inContainer(set: WorkingSet, resource: Resource, container: Resource): void {
  let guest: Resource | undefined;
  if (resource.remoteConnection) {
    if (!resource.allowRemoteRemotes) avoidRemoteNodes(container);
    // A probe that finds the container running saves the recovery of the connection.
    orderTasks(set, container, "monitor", resource, "stop", Order.optional);
  } else if (container.remoteConnection) {
    guest = container;
  } else {
    guest = container.fillers.find((filler) => filler.remoteConnection);
  }
  if (guest !== undefined) {
    for (const candidate of resource.allowed.values()) {
      if (candidate.node.connection !== guest) candidate.score = -INFINITY;
    }
    return;
  }
  orderTasks(set, container, "start", resource, "start", Order.impliesThen | Order.runnableLeft);
  orderTasks(set, resource, "stop", container, "stop", Order.impliesFirst);
  const score = resource.allowRemoteRemotes ? 10_000 : INFINITY;
  colocate(set, {
    id: "resource-with-container",
    score,
    dependent: resource,
    primary: container,
    influence: true,
  });
}

function avoidRemoteNodes(resource: Resource): void {
  for (const candidate of resource.allowed.values()) {
    if (isRemote(candidate.node)) candidate.score = -INFINITY;
  }
}

function group(set: WorkingSet, group: Resource): void {
  orderTasks(set, group, "stopped", group, "start", Order.optional);
  orderTasks(set, group, "start", group, "running", Order.runnableLeft);
  orderTasks(set, group, "stop", group, "stopped", Order.runnableLeft);
  const ordered = group.group?.ordered !== false;
  let last: Resource | undefined;
  let lastActive: Resource | undefined;
  for (const child of group.children) {
    createInternal(set, child);
    orderInGroup(set, group, child, last);
    // A group that is active in part only still stops in sequence.
    if (child.runningOn.length > 0) {
      if (
        ordered && last !== undefined && last.runningOn.length === 0 && lastActive !== undefined &&
        lastActive.runningOn.length > 0
      ) {
        orderStops(set, child, lastActive, Order.optional);
      }
      lastActive = child;
    }
    last = child;
  }
}

/** A member of a group, between the marks of the whole and behind the member before it. */
function orderInGroup(
  set: WorkingSet,
  group: Resource,
  child: Resource,
  last: Resource | undefined,
): void {
  const { promotable } = topmost(group);
  const ordered = group.group?.ordered !== false;
  const colocated = group.group?.colocated !== false;
  const started = Order.runnableLeft | Order.impliesThen | Order.impliesThenPrinted;
  const start = Order.impliesThen | Order.runnableLeft;
  let stop: number = Order.none;
  let stopped: number = Order.impliesThenPrinted;
  if (last === undefined) {
    if (ordered) {
      stop = Order.optional;
      stopped = Order.impliesThen;
    }
  } else if (colocated) {
    colocate(set, {
      id: "group:internal_colocation",
      score: INFINITY,
      dependent: child,
      primary: last,
      influence: child.critical,
    });
  }
  const printed = Order.impliesFirstPrinted;
  if (promotable) {
    orderTasks(set, group, "demote", child, "demote", stop | printed);
    orderTasks(set, child, "demote", group, "demoted", stopped);
    orderTasks(set, child, "promote", group, "promoted", started);
    orderTasks(set, group, "promote", child, "promote", printed);
  }
  orderStarts(set, group, child, printed);
  orderStops(set, group, child, stop | printed);
  orderTasks(set, child, "stop", group, "stopped", stopped);
  orderTasks(set, child, "start", group, "running", started);
  if (!ordered) {
    orderStarts(set, group, child, start | printed);
    if (promotable) orderTasks(set, group, "promote", child, "promote", start | printed);
  } else if (last !== undefined) {
    orderStarts(set, last, child, start);
    orderStops(set, child, last, Order.optional | Order.restart);
    // What comes new before an active member starts only once that one could be stopped.
    if (last.runningOn.length === 0 && child.runningOn.length > 0) {
      orderTasks(set, child, "stop", last, "start", Order.optional | Order.runnableLeft);
    }
    if (promotable) {
      orderTasks(set, last, "promote", child, "promote", start);
      orderTasks(set, child, "demote", last, "demote", Order.optional);
    }
  }
}

function clone(set: WorkingSet, clone: Resource): void {
  orderTasks(set, clone, "stopped", clone, "start", Order.optional);
  orderTasks(set, clone, "start", clone, "running", Order.runnableLeft);
  orderTasks(set, clone, "stop", clone, "stopped", Order.runnableLeft);
  if (clone.promotable) {
    orderTasks(set, clone, "demoted", clone, "stop", Order.optional);
    orderTasks(set, clone, "running", clone, "promote", Order.runnableLeft);
  }
  const ordered = clone.clone?.ordered === true;
  if (ordered) clone.children.sort(byInstance);
  clone.children.forEach((child, n) => {
    createInternal(set, child);
    orderStarts(set, clone, child, Order.runnableLeft | Order.impliesFirstPrinted);
    // Before the marks make its start known, so that one without a node waits for nobody.
    for (const earlier of ordered ? clone.children.slice(0, n) : []) {
      orderStarts(set, earlier, child, Order.optional);
      orderStops(set, child, earlier, Order.optional);
    }
    orderTasks(set, child, "start", clone, "running", Order.impliesThenPrinted);
    orderStops(set, clone, child, Order.impliesFirstPrinted);
    orderTasks(set, child, "stop", clone, "stopped", Order.impliesThenPrinted);
  });
  if (clone.promotable) promotable(set, clone);
}

function promotable(set: WorkingSet, clone: Resource): void {
  orderPromotion(set, clone);
  const ordered = clone.clone?.ordered === true;
  let last: Resource | undefined;
  for (const child of clone.children) {
    orderTasks(set, child, "demote", child, "promote", Order.optional);
    orderTasks(set, clone, "promote", child, "promote", Order.impliesFirstPrinted);
    orderTasks(set, child, "promote", clone, "promoted", Order.impliesThenPrinted);
    orderTasks(set, clone, "demote", child, "demote", Order.impliesFirstPrinted);
    orderTasks(set, child, "demote", clone, "demoted", Order.impliesThenPrinted);
    if (ordered && last !== undefined) {
      orderTasks(set, last, "promote", child, "promote", Order.optional);
      orderTasks(set, child, "demote", last, "demote", Order.optional);
    }
    last = child;
  }
}
