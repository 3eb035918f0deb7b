/**
 * Actions on remote nodes in relation to the connection they need.
 *
 * @module
 */
import { type Action, type Resource, Role, type WorkingSet } from "../model.ts";
import { Order } from "../order/flags.ts";
import { order, task } from "../order/ordering.ts";
import { isRemote } from "../place/node.ts";
import { currentNode } from "../place/resource.ts";
import { fenceNode } from "./fence_node.ts";
import { connectionState } from "./remote.ts";

/** Adds those orders. */
export function orderRemote(set: WorkingSet): void {
  // The latest first, so that of several nodes that are lost the last is fenced first.
  for (const action of set.actions.toReversed()) {
    const { resource, node } = action;
    if (resource === undefined) continue;
    if (resource.remoteConnection && action.task === "clear_failcount") {
      order(set, { action, resource }, task(resource, "start"), Order.optional);
      continue;
    }
    if (node === undefined || !isRemote(node) || action.pseudo) continue;
    const { connection } = node;
    if (connection === undefined) continue;
    if (action.task === "start") {
      // If the connection cannot be made, the resource stays where it was.
      for (const other of resource.actions) {
        if (other.task === "stop" && other.node !== undefined && other.node !== node) {
          order(set, task(connection, "start"), { action: other, resource }, Order.optional);
        }
      }
    }
    if (connection.container !== undefined) {
      inGuest(set, action, connection, connection.container);
    } else {
      onRemote(set, action, connection);
    }
  }
}

function afterStart(set: WorkingSet, first: Resource, action: Action, extra: number): void {
  const type = Order.preserve | Order.runnableLeft | extra;
  order(set, task(first, "start"), { action, resource: action.resource }, type);
}

function beforeStop(set: WorkingSet, action: Action, then: Resource, extra: number): void {
  order(set, { action, resource: action.resource }, task(then, "stop"), Order.preserve | extra);
}

function inGuest(
  set: WorkingSet,
  action: Action,
  connection: Resource,
  container: Resource,
): void {
  if (container.failed && action.node !== undefined) {
    fenceNode(set, action.node, "container failed");
  }
  switch (action.task) {
    case "start":
    case "promote":
      // A new container is an empty one.
      afterStart(set, container, action, Order.impliesThen);
      afterStart(set, connection, action, Order.none);
      return;
    case "migrate_to":
      // It leaves the guest: that the guest stops for good must not hinder it.
      beforeStop(set, action, connection, Order.none);
      return;
    case "stop":
    case "demote":
      // With a failed container, these follow from its own stop.
      if (!container.failed) beforeStop(set, action, connection, Order.none);
      return;
    case "cancel":
      return; // What is no longer wanted need not wait for anything.
    default:
      afterStart(
        set,
        connection,
        action,
        action.intervalMs > 0 && action.task === "monitor" ? Order.impliesThen : Order.none,
      );
  }
}

function onRemote(
  set: WorkingSet,
  action: Action,
  connection: Resource,
): void {
  const { node } = action;
  if (node === undefined) return;
  const state = connectionState(node);
  switch (action.task) {
    case "start":
    case "promote":
      afterStart(set, connection, action, state === "failed" ? Order.impliesThen : Order.none);
      return;
    case "stop":
    case "migrate_to":
    case "migrate_from":
      if (state === "alive") {
        beforeStop(set, action, connection, Order.impliesFirst);
      } else if (state === "failed") {
        // Only fencing can still stop it.
        fenceNode(
          set,
          node,
          "resources are active but connection is unrecoverable",
        );
      } else if (connection.nextRole === Role.stopped) {
        beforeStop(set, action, connection, Order.impliesFirst);
      } else {
        afterStart(set, connection, action, Order.none);
      }
      return;
    case "demote":
      if (state === "resting" || state === "unknown") {
        afterStart(set, connection, action, Order.none);
      }
      return;
    default:
      if (action.intervalMs > 0 && action.task !== "cancel") {
        afterStart(set, connection, action, Order.impliesThen);
        return;
      }
      if (action.task === "monitor" && state === "failed") {
        fenceNode(
          set,
          node,
          "resources are in unknown state and connection is unrecoverable",
        );
      }
      if (currentNode(connection) !== undefined && state === "stopped") {
        if (action.task === "cancel") {
          // It ends with its resource, and must not hold up the stop of the connection.
          action.runnable = false;
          return;
        }
        beforeStop(set, action, connection, Order.runnableLeft);
      } else {
        afterStart(set, connection, action, Order.none);
      }
  }
}
