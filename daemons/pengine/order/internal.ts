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
import { order, orderStarts, orderStops, task } from "./ordering.ts";
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
  order(
    set,
    task(resource, "stop"),
    task(resource, "start"),
    Order.optional | Order.impliesThen | Order.restart,
  );
  if (top.promotable || resource.role > Role.unpromoted) {
    order(set, task(resource, "demote"), task(resource, "stop"), Order.promotedImpliesFirst);
    order(set, task(resource, "start"), task(resource, "promote"), Order.runnableLeft);
  }
  order(
    set,
    task(resource, "delete"),
    task(resource, "monitor"),
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
    order(set, task(container, "monitor"), task(resource, "stop"), Order.optional);
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
  order(
    set,
    task(container, "start"),
    task(resource, "start"),
    Order.impliesThen | Order.runnableLeft,
  );
  order(set, task(resource, "stop"), task(container, "stop"), Order.impliesFirst);
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
  order(set, task(group, "stopped"), task(group, "start"), Order.optional);
  order(set, task(group, "start"), task(group, "running"), Order.runnableLeft);
  order(set, task(group, "stop"), task(group, "stopped"), Order.runnableLeft);
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
    order(set, task(group, "demote"), task(child, "demote"), stop | printed);
    order(set, task(child, "demote"), task(group, "demoted"), stopped);
    order(set, task(child, "promote"), task(group, "promoted"), started);
    order(set, task(group, "promote"), task(child, "promote"), printed);
  }
  orderStarts(set, group, child, printed);
  orderStops(set, group, child, stop | printed);
  order(set, task(child, "stop"), task(group, "stopped"), stopped);
  order(set, task(child, "start"), task(group, "running"), started);
  if (!ordered) {
    orderStarts(set, group, child, start | printed);
    if (promotable) order(set, task(group, "promote"), task(child, "promote"), start | printed);
  } else if (last !== undefined) {
    orderStarts(set, last, child, start);
    orderStops(set, child, last, Order.optional | Order.restart);
    // What comes new before an active member waits for its stop: that one does not move alive.
    if (last.runningOn.length === 0 && child.runningOn.length > 0) {
      order(set, task(child, "stop"), task(last, "start"), Order.impliesFirst | Order.runnableLeft);
    }
    if (promotable) {
      order(set, task(last, "promote"), task(child, "promote"), start);
      order(set, task(child, "demote"), task(last, "demote"), Order.optional);
    }
  }
}

function clone(set: WorkingSet, clone: Resource): void {
  order(set, task(clone, "stopped"), task(clone, "start"), Order.optional);
  order(set, task(clone, "start"), task(clone, "running"), Order.runnableLeft);
  order(set, task(clone, "stop"), task(clone, "stopped"), Order.runnableLeft);
  if (clone.promotable) {
    order(set, task(clone, "demoted"), task(clone, "stop"), Order.optional);
    order(set, task(clone, "running"), task(clone, "promote"), Order.runnableLeft);
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
    order(set, task(child, "start"), task(clone, "running"), Order.impliesThenPrinted);
    orderStops(set, clone, child, Order.impliesFirstPrinted);
    order(set, task(child, "stop"), task(clone, "stopped"), Order.impliesThenPrinted);
  });
  if (clone.promotable) promotable(set, clone);
}

function promotable(set: WorkingSet, clone: Resource): void {
  orderPromotion(set, clone);
  const ordered = clone.clone?.ordered === true;
  let last: Resource | undefined;
  for (const child of clone.children) {
    order(set, task(child, "demote"), task(child, "promote"), Order.optional);
    order(set, task(clone, "promote"), task(child, "promote"), Order.impliesFirstPrinted);
    order(set, task(child, "promote"), task(clone, "promoted"), Order.impliesThenPrinted);
    order(set, task(clone, "demote"), task(child, "demote"), Order.impliesFirstPrinted);
    order(set, task(child, "demote"), task(clone, "demoted"), Order.impliesThenPrinted);
    if (ordered && last !== undefined) {
      order(set, task(last, "promote"), task(child, "promote"), Order.optional);
      order(set, task(child, "demote"), task(last, "demote"), Order.optional);
    }
    last = child;
  }
}
