/**
 * What the fencing of a node means for its resources: what stops with it, what waits for it.
 *
 * @module
 */
import type { Action, Node, Resource, WorkingSet } from "../model.ts";
import { Order } from "../order/flags.ts";
import { orderActions } from "../order/ordering.ts";
import { isBundled, primitivesOf, topmost } from "../place/resource.ts";
import { firstWithTask, tasksOf } from "./action.ts";
import { notifyAfterFencing } from "./notify.ts";

/** Orders all resources relative to a fencing. */
export function orderAgainstFencing(set: WorkingSet, fencing: Action): void {
  for (const resource of set.resources) {
    for (const one of primitivesOf(resource)) {
      if (!one.managed) continue;
      orderStarts(one, fencing);
      orderStops(set, one, fencing);
    }
  }
}

function orderStarts(resource: Resource, fencing: Action): void {
  const target = fencing.node;
  for (const action of resource.actions) {
    switch (action.needs) {
      case "nothing":
        break;
      case "fencing":
        orderActions(fencing, action, Order.optional);
        break;
      case "quorum":
        // Its state on the lost node is unknown: it may be active there.
        if (
          action.task === "start" && target !== undefined && resource.allowed.has(target) &&
          !isKnownOn(resource, target)
        ) {
          orderActions(fencing, action, Order.optional | Order.runnableLeft);
        }
    }
  }
}

/**
 * What is known of one anonymous instance is known of all; of members of a cloned group not, since
 * that may be known in part.
 */
function isKnownOn(resource: Resource, node: Node): boolean {
  if (resource.knownOn.has(node)) return true;
  const { parent } = resource;
  return parent?.variant === "clone" && !parent.globallyUnique &&
    parent.children.some((sibling) => sibling.knownOn.has(node));
}

function orderStops(set: WorkingSet, resource: Resource, fencing: Action): void {
  const target = fencing.node;
  if (target === undefined) return;
  const top = topmost(resource);
  const stops = tasksOf(resource, "stop", target, false);
  // The fencing does what the stop would, so the stop is no more than a mark.
  const implicit = resource.needsFencing || target.kind === "guest";
  const parentStop = stops.length > 0 && implicit
    ? firstWithTask(top, "stop", undefined)
    : undefined;
  for (const stop of stops) {
    stop.pseudo = true;
    stop.runnable = true;
    if (implicit) {
      stop.implied = true;
      if (!isBundled(resource)) orderActions(fencing, stop, Order.preserve);
      if (parentStop !== undefined) orderActions(fencing, parentStop, Order.preserve);
    }
    if (resource.notify) notifyAfterFencing(set, resource, stop, fencing);
  }
  for (const demote of tasksOf(resource, "demote", target, false)) {
    const node = demote.node;
    if (node === undefined || !node.online || node.unclean || resource.failed) {
      demote.pseudo = true;
      demote.runnable = true;
      if (!isBundled(resource) && implicit) {
        orderActions(fencing, demote, Order.preserve | Order.optional);
      }
    }
  }
}
