/**
 * The orders within a bundle.
 *
 * @module
 */
import { INFINITY, type Resource, type WorkingSet } from "../model.ts";
import { colocate } from "../place/colocate.ts";
import { Order } from "./flags.ts";
import { orderStarts, orderStops, orderTasks } from "./ordering.ts";
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
    orderTasks(set, child, "running", bundle, "running", Order.impliesThenPrinted);
    orderTasks(set, child, "stopped", bundle, "stopped", Order.impliesThenPrinted);
  }
  for (const { container, ip, remote, child: inside } of data.replicas) {
    createMember(container);
    orderStarts(set, bundle, container, Order.runnableLeft | Order.impliesFirstPrinted);
    if (inside !== undefined) orderStops(set, bundle, inside, Order.impliesFirstPrinted);
    orderStops(set, bundle, container, Order.impliesFirstPrinted);
    orderTasks(set, container, "start", bundle, "running", Order.impliesThenPrinted);
    orderTasks(set, container, "stop", bundle, "stopped", Order.impliesThenPrinted);
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
  orderTasks(set, child, "demoted", bundle, "demoted", Order.impliesThenPrinted);
  orderTasks(set, bundle, "demote", child, "demote", Order.impliesFirstPrinted);
  orderTasks(set, child, "promoted", bundle, "promoted", Order.impliesThenPrinted);
  orderTasks(set, bundle, "promote", child, "promote", Order.impliesFirstPrinted);
}
