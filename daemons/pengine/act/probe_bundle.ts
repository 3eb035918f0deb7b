/**
 * Probes of a bundle: of its replicas' parts, and what waits for them.
 *
 * @module
 */
import type { Node, Resource, WorkingSet } from "../model.ts";
import { Order } from "../order/flags.ts";
import { order, task } from "../order/ordering.ts";
import { firstWithTask } from "./action.ts";

/** Probes a bundle's parts on a node. */
export function probeBundle(
  set: WorkingSet,
  bundle: Resource,
  node: Node,
  probe: (part: Resource) => boolean,
): boolean {
  const data = bundle.bundle;
  let any = false;
  for (const replica of data?.replicas ?? []) {
    const { ip, child, container, remote } = replica;
    if (child !== undefined && replica.node === node) any = probe(child) || any;
    if (ip !== undefined) any = probe(ip) || any;
    if (probe(container)) {
      any = true;
      keepApart(set, bundle, container, node);
    }
    if (remote !== undefined && probe(remote)) {
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
