/**
 * Probes: one-time monitors that find out where a resource is, on nodes where that is unknown.
 *
 * @module
 */
import { type Node, type Resource, Role, type WorkingSet } from "../model.ts";
import { Order } from "../order/flags.ts";
import { order, task } from "../order/ordering.ts";
import { isRemote } from "../place/node.ts";
import { byInstance, isAnonymousClone, nodeOf, nodesOf, topmost } from "../place/resource.ts";
import { clusterAction, expectResult, tasksOf } from "./action.ts";
import { fenceNode } from "./fence_node.ts";
import { taskAction } from "./resource_action.ts";
import { guestWillStop } from "./guest.ts";
import { probeBundle } from "./probe_bundle.ts";
import { connectionState } from "./remote.ts";
import { orderAfterUnfencing } from "./unfence.ts";

/** Results of a monitor: not running, promoted. */
const NOT_RUNNING = 7, PROMOTED = 8;

/** Probes every resource on every node where that is needed. */
export function scheduleProbes(set: WorkingSet): void {
  for (const node of set.nodes) {
    if (!node.online) {
      if (node.kind === "remote" && connectionState(node) === "failed") {
        fenceNode(set, node, "the connection is unrecoverable");
      }
      continue;
    }
    if (node.unclean || !node.discoveryEnabled) continue;
    // Old clusters marked nodes that had been probed; a false mark asks for all of it again.
    const probed = node.attributes.get("probe_complete");
    if (probed !== undefined && !isTrue(probed)) {
      const reprobe = clusterAction(set, {
        key: `probe_again-${node.name}`,
        task: "probe_again",
        node,
        optional: false,
      });
      reprobe.meta.set("op_no_wait", "true");
      continue;
    }
    for (const resource of set.resources) probe(set, resource, node);
  }
}

/** Probes one resource (or its members) on one node; says whether a probe was needed. */
export function probe(set: WorkingSet, resource: Resource, node: Node): boolean {
  switch (resource.variant) {
    case "primitive":
      return probePrimitive(set, resource, node);
    case "clone":
      return probeClone(set, resource, node);
    case "bundle":
      return probeBundle(set, resource, node, (part) => probe(set, part, node));
    case "group": {
      let any = false;
      for (const child of resource.children) any = probe(set, child, node) || any;
      return any;
    }
  }
}

function probeClone(set: WorkingSet, clone: Resource, node: Node): boolean {
  clone.children.sort(byInstance);
  if (clone.exclusiveDiscovery) {
    const candidate = clone.allowed.get(node);
    if (candidate !== undefined && candidate.discovery !== "exclusive") {
      // Not a node where it may ever be: notifications should not name it either.
      clone.allowed.delete(node);
      return false;
    }
  }
  if (isAnonymousClone(clone)) {
    // One instance represents all: one that is known there, else the one that will be there.
    const chosen = clone.children.find((child) => isKnownOn(child, node)) ??
      clone.children.find((child) => nodeOf(child, false) === node) ?? clone.children[0];
    return chosen !== undefined && probe(set, chosen, node);
  }
  let any = false;
  for (const child of clone.children) any = probe(set, child, node) || any;
  return any;
}

function isKnownOn(resource: Resource, node: Node): boolean {
  return resource.children.length > 0
    ? resource.children.some((child) => isKnownOn(child, node))
    : resource.knownOn.has(node);
}

function probePrimitive(set: WorkingSet, resource: Resource, node: Node): boolean {
  const top = topmost(resource);
  if (isRemote(node)) {
    if (resource.fenceDevice) return false;
    if (node.kind === "guest" && holdsGuest(set, resource)) return false;
    if (resource.remoteConnection) return false;
  }
  if (resource.container !== undefined && !resource.remoteConnection) return false;
  if (resource.orphan || resource.knownOn.has(node)) return false;
  const candidate = resource.allowed.get(node);
  if (resource.exclusiveDiscovery || top.exclusiveDiscovery) {
    if (candidate === undefined || candidate.discovery !== "exclusive") return false;
  }
  if (candidate?.discovery === "never") return false;
  // The inside of a bundle is for what it was made for.
  if (candidate === undefined && node.connection?.parent?.variant === "bundle") return false;
  if (node.kind === "guest") {
    const guest = node.connection?.container;
    if (guest !== undefined && guest.role === Role.stopped) {
      // Nothing can be active in it; what starts waits until the guest's own probe is done.
      if (guest.allocatedTo !== undefined && !guest.knownOn.has(guest.allocatedTo)) {
        order(set, task(guest, "monitor"), task(top, "start"), Order.optional);
      }
      return false;
    }
    if (guest !== undefined && guestWillStop(node)) {
      order(set, task(guest, "stop"), task(top, "start"), Order.optional);
      return false;
    }
  }
  const action = taskAction(set, resource, "monitor", node, false);
  action.optional = false;
  // What it finds replaces the record, so nothing has to remove that one before.
  for (const removal of tasksOf(resource, "lrm_delete", node, true)) removal.optional = true;
  // The instances of a clone start together once all is known; members of a group one by one.
  const starting = top.variant === "clone" ? top : resource;
  orderAfterUnfencing(set, resource, node, action, Order.optional);
  if (!resource.runningOn.includes(node)) expectResult(action, NOT_RUNNING);
  else if (resource.role === Role.promoted) expectResult(action, PROMOTED);
  // What is active already need not wait for a probe that cannot run.
  const strict = !action.runnable && nodesOf(starting, true).size === 0;
  const type = strict ? Order.optional | Order.runnableLeft : Order.optional;
  order(set, { action, resource }, task(starting, "start"), type);
  if (!action.runnable && !strict && starting.variant === "clone") {
    // The others of the clone wait until it is known whether they are needed.
    for (const instance of starting.children) {
      if (nodesOf(instance, true).size > 0) continue;
      order(
        set,
        { action, resource },
        task(instance, "start"),
        Order.optional | Order.runnableLeft,
      );
    }
  }
  order(set, { action, resource }, task(resource, "reload-agent"), Order.optional);
  return true;
}

/** Whether the resource is the container of a guest node. */
function holdsGuest(set: WorkingSet, resource: Resource): boolean {
  return set.nodes.some((node) => node.kind === "guest" && node.connection?.container === resource);
}

function isTrue(text: string): boolean {
  return /^(true|on|yes|y|1)$/i.test(text);
}
