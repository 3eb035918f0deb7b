/**
 * Actions of a bundle: those of its replicas and of what they hold, and the marks of the whole.
 *
 * @module
 */
import { INFINITY, type Node, type Resource, type WorkingSet } from "../model.ts";
import { Order } from "../order/flags.ts";
import { order, task } from "../order/ordering.ts";
import { firstWithTask, pseudoAction } from "./action.ts";
import { createInstanceMarks } from "./clone.ts";
import { createActions } from "./create.ts";
import { probe } from "./probe.ts";

/** Creates all actions of a bundle. */
export function createBundleActions(set: WorkingSet, bundle: Resource): void {
  const data = bundle.bundle;
  if (data === undefined) return;
  for (const { ip, container, remote } of data.replicas) {
    if (ip !== undefined) createActions(set, ip);
    createActions(set, container);
    if (remote !== undefined) createActions(set, remote);
  }
  createInstanceMarks(set, bundle, data.replicas.map((replica) => replica.container));
  if (data.child === undefined) return;
  createActions(set, data.child);
  if (!data.child.promotable) return;
  pseudoAction(set, bundle, "promote", true, true);
  pseudoAction(set, bundle, "promoted", true, true).priority = INFINITY;
  pseudoAction(set, bundle, "demote", true, true);
  pseudoAction(set, bundle, "demoted", true, true).priority = INFINITY;
}

/** Probes a bundle's parts on a node. */
export function probeBundle(set: WorkingSet, bundle: Resource, node: Node): boolean {
  const data = bundle.bundle;
  let any = false;
  for (const replica of data?.replicas ?? []) {
    const { ip, child, container, remote } = replica;
    if (ip !== undefined) any = probe(set, ip, node) || any;
    if (child !== undefined && replica.node === node) any = probe(set, child, node) || any;
    if (probe(set, container, node)) {
      any = true;
      keepApart(set, bundle, container, node);
    }
    if (remote !== undefined && probe(set, remote, node)) {
      any = true;
      // A connection is looked for only while its container runs there.
      const looked = firstWithTask(remote, "monitor", node);
      if (looked !== undefined && looked.resource !== undefined) {
        order(
          set,
          task(container, "start"),
          { action: looked, resource: remote },
          Order.probe,
        );
      }
    }
  }
  return any;
}

/** With one replica to a host, the others start only when it is known that none runs there. */
function keepApart(set: WorkingSet, bundle: Resource, container: Resource, node: Node): void {
  const data = bundle.bundle;
  if (data === undefined || data.replicasPerHost !== 1) return;
  const probed = firstWithTask(container, "monitor", node);
  if (probed === undefined) return;
  for (const other of data.replicas) {
    if (other.container === container) continue;
    order(
      set,
      { action: probed, resource: container },
      task(other.container, "start"),
      Order.optional | Order.sameNode,
    );
  }
}
