/**
 * Probes in relation to what follows: a restart that a probe's result may save must wait for it.
 *
 * @module
 */
import type { Action, Resource, WorkingSet } from "../model.ts";
import { Role } from "../model.ts";
import { findActions, tasksOf } from "../act/action.ts";
import { compatibleInstance } from "../place/pairing.ts";
import { Order } from "./flags.ts";
import { orderActions } from "./ordering.ts";

/** Adds those orders. */
export function orderProbes(set: WorkingSet): void {
  // Restarts first: what comes after a stop anyway is no reason to hold back a restart.
  for (const resource of set.resources) orderBeforeRestarts(resource);
  orderBeforeStops(set);
}

/** What comes after a stop comes after the probe that may find there is something to stop. */
function orderBeforeStops(set: WorkingSet): void {
  for (const ordering of set.orderings) {
    const { firstResource, thenResource } = ordering;
    if (ordering.type === Order.none) continue;
    if (firstResource === undefined || firstResource === thenResource) continue;
    const firstIsStop = ordering.first !== undefined
      ? ordering.first.task === "stop"
      : ordering.firstTask?.endsWith("_stop_0") === true;
    if (!firstIsStop) continue;
    if (thenResource !== undefined && firstResource.container === thenResource) {
      // Else the container's stop would wait for a probe that may come after its start.
      const thenIsStop = ordering.then !== undefined
        ? ordering.then.task === "stop"
        : ordering.thenTask?.endsWith("_stop_0") === true;
      if (thenIsStop) continue;
    }
    let type: number = Order.optional |
      (ordering.type & (Order.firstNonMigratable | Order.sameNode));
    if (ordering.type === Order.antiColocation || ordering.type === Order.load) {
      type = ordering.type;
    }
    const probes = tasksOf(firstResource, "monitor", undefined, false);
    if (probes.length === 0) continue;
    const thens = ordering.then !== undefined
      ? [ordering.then]
      : thenResource === undefined
      ? []
      : findActions(thenResource, ordering.thenTask ?? "");
    for (const probe of probes) {
      for (const then of thens) if (waitsFor(then, probe)) orderActions(probe, then, type);
    }
  }
}

/** A node is unfenced before its probes, and shut down after its own probes alone. */
function waitsFor(then: Action, probe: Action): boolean {
  if (then.task === "do_shutdown") return probe.node === then.node;
  return then.task !== "stonith" || then.meta.get("stonith_action") !== "on" ||
    probe.node !== then.node;
}

function orderBeforeRestarts(resource: Resource): void {
  if (resource.children.length > 0) {
    for (const child of resource.children) orderBeforeRestarts(child);
    return;
  }
  // Probes of one resource on all nodes are followed by the same actions: these are found once.
  const found = new Map<Action, readonly Action[]>();
  for (const probe of tasksOf(resource, "monitor", undefined, false)) {
    for (const { action: after } of [...probe.after]) {
      let restarts = found.get(after);
      if (restarts === undefined) {
        const list: Action[] = [];
        follow(resource, after, new Set(), list);
        found.set(after, restarts = list);
      }
      for (const restart of restarts) orderActions(probe, restart, Order.optional);
    }
  }
}

/** Follows the chain of what a probe may bring about, and collects the downs of its restarts. */
function follow(probed: Resource, after: Action, seen: Set<Action>, into: Action[]): void {
  if (seen.has(after)) return;
  seen.add(after);
  const { resource } = after;
  if (resource !== undefined && resource.variant === "primitive" && resource !== probed) {
    const opposite = after.task === "start" ? "stop" : after.task === "promote" ? "demote" : "";
    if (opposite !== "") {
      // Marks (of a fencing, say) need no probe.
      into.push(...tasksOf(resource, opposite, undefined, false).filter((one) => !one.pseudo));
    }
  }
  const interleaved = resource?.clone?.interleave === true;
  const partner = resource !== undefined && interleaved
    ? compatibleInstance(probed, resource, Role.unknown, false)
    : undefined;
  for (const relation of after.after) {
    const next = relation.action;
    if ((relation.type & Order.impliesThen) === 0) {
      // Otherwise only from a group or clone down to its own members.
      if (
        resource === undefined || resource.variant === "primitive" || probed.parent === resource ||
        next.resource === undefined || next.resource.variant === "clone" ||
        next.resource.variant === "bundle" || next.resource.parent !== resource
      ) {
        continue;
      }
      if (interleaved && partner !== next.resource) continue;
    }
    follow(probed, next, seen, into);
  }
}
