/**
 * The orders within a bundle.
 *
 * @module
 */
import { INFINITY, type Resource, type WorkingSet } from "../model.ts";
import { Order } from "./flags.ts";
import { colocate, createInternal, orderPromotion } from "./internal.ts";
import { orderStarts, orderStops, orderTasks } from "./ordering.ts";

/** Creates them. */
export function orderBundle(set: WorkingSet, bundle: Resource): void {
  const data = bundle.bundle;
  if (data === undefined) return;
  const { child } = data;
  if (child !== undefined) {
    orderStarts(set, bundle, child, Order.impliesFirstPrinted);
    orderStops(set, bundle, child, Order.impliesFirstPrinted);
    orderTasks(set, child, "running", bundle, "running", Order.impliesThenPrinted);
    orderTasks(set, child, "stopped", bundle, "stopped", Order.impliesThenPrinted);
  }
  for (const { container, ip, remote, child: inside } of data.replicas) {
    createInternal(set, container);
    orderStarts(set, bundle, container, Order.runnableLeft | Order.impliesFirstPrinted);
    if (inside !== undefined) orderStops(set, bundle, inside, Order.impliesFirstPrinted);
    orderStops(set, bundle, container, Order.impliesFirstPrinted);
    orderTasks(set, container, "start", bundle, "running", Order.impliesThenPrinted);
    orderTasks(set, container, "stop", bundle, "stopped", Order.impliesThenPrinted);
    if (ip !== undefined) {
      createInternal(set, ip);
      orderStarts(set, ip, container, Order.runnableLeft | Order.preserve);
      orderStops(set, container, ip, Order.impliesFirst | Order.preserve);
      colocate(set, "ip-with-docker", INFINITY, ip, container, true);
    }
    // Being in the container, the connection is ordered and colocated as such.
    if (remote !== undefined) createInternal(set, remote);
  }
  if (child === undefined) return;
  createInternal(set, child);
  if (!child.promotable) return;
  orderPromotion(set, bundle);
  orderTasks(set, child, "demoted", bundle, "demoted", Order.impliesThenPrinted);
  orderTasks(set, bundle, "demote", child, "demote", Order.impliesFirstPrinted);
  orderTasks(set, child, "promoted", bundle, "promoted", Order.impliesThenPrinted);
  orderTasks(set, bundle, "promote", child, "promote", Order.impliesFirstPrinted);
}
