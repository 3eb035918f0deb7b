/**
 * "Fencing" a guest node: its container is recovered, which ends everything in it.
 *
 * @module
 */
import type { Node, WorkingSet } from "../model.ts";
import { Order } from "../order/flags.ts";
import { orderActions } from "../order/ordering.ts";
import { firstWithTask } from "./action.ts";
import { fencingAction } from "./fencing_action.ts";
import { orderAgainstFencing } from "./fencing_order.ts";

/** Adds the mark that stands for the fencing of a guest, and orders it after what brings it about. */
export function fenceGuest(set: WorkingSet, node: Node): void {
  const container = node.connection?.container;
  const stop = container === undefined ? undefined : firstWithTask(container, "stop", undefined);
  const start = container === undefined ? undefined : firstWithTask(container, "start", undefined);
  // It is only a name: with a start of the container it is a reboot.
  const operation = start !== undefined ? "reboot" : "off";
  const fencing = fencingAction(set, node, {
    operation,
    optional: false,
    reason: "guest is unclean",
  });
  fencing.pseudo = true;
  fencing.runnable = true;
  if (stop !== undefined && stop.pseudo) {
    const host = stop.node;
    const hostFencing = host === undefined
      ? undefined
      : fencingAction(set, host, { optional: false });
    if (hostFencing !== undefined) {
      orderActions(hostFencing, fencing, Order.runnableLeft | Order.impliesThen);
    }
  } else if (stop !== undefined) {
    orderActions(stop, fencing, Order.runnableLeft | Order.impliesThen);
  } else {
    const connection = node.connection;
    const lost = connection === undefined
      ? undefined
      : firstWithTask(connection, "stop", undefined);
    if (lost !== undefined) orderActions(lost, fencing, Order.optional);
  }
  orderAgainstFencing(set, fencing);
}
