/**
 * The orders within a bundle.
 *
 * @module
 */
import { INFINITY, type Resource, type WorkingSet } from "../model.ts";
import { colocate } from "../place/colocate.ts";
import { Order } from "./flags.ts";
import { order, orderStarts, orderStops, task } from "./ordering.ts";
import { orderPromotion } from "./promotion.ts";

/** Creates them. */
export function orderBundle(
  set: WorkingSet,
  bundle: Resource,
  createMember: (member: Resource) => void,
): void {
  const data = bundle.bundle;
  if (data === undefined) return;
  const { child } = data;
  if (child !== undefined) {
    orderStarts(set, bundle, child, Order.impliesFirstPrinted);
    orderStops(set, bundle, child, Order.impliesFirstPrinted);
    order(set, task(child, "running"), task(bundle, "running"), Order.impliesThenPrinted);
    order(set, task(child, "stopped"), task(bundle, "stopped"), Order.impliesThenPrinted);
  }
  for (const { container, ip, remote, child: inside } of data.replicas) {
    createMember(container);
    orderStarts(set, bundle, container, Order.runnableLeft | Order.impliesFirstPrinted);
    if (inside !== undefined) orderStops(set, bundle, inside, Order.impliesFirstPrinted);
    orderStops(set, bundle, container, Order.impliesFirstPrinted);
    order(set, task(container, "start"), task(bundle, "running"), Order.impliesThenPrinted);
    order(set, task(container, "stop"), task(bundle, "stopped"), Order.impliesThenPrinted);
    if (ip !== undefined) {
      createMember(ip);
      orderStarts(set, ip, container, Order.runnableLeft | Order.preserve);
      orderStops(set, container, ip, Order.impliesFirst | Order.preserve);
      colocate(set, {
        id: "ip-with-docker",
        score: INFINITY,
        dependent: ip,
        primary: container,
        influence: true,
      });
    }
    // Being in the container, the connection is ordered and colocated as such.
    if (remote !== undefined) createMember(remote);
  }
  if (child === undefined) return;
  createMember(child);
  if (!child.promotable) return;
  orderPromotion(set, bundle);
  order(set, task(child, "demoted"), task(bundle, "demoted"), Order.impliesThenPrinted);
  order(set, task(bundle, "demote"), task(child, "demote"), Order.impliesFirstPrinted);
  order(set, task(child, "promoted"), task(bundle, "promoted"), Order.impliesThenPrinted);
  order(set, task(bundle, "promote"), task(child, "promote"), Order.impliesFirstPrinted);
}
