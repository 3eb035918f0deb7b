/**
 * Which of the actions that come before another one it has to wait for.
 *
 * @module
 */
import type { Action, Node, Relation } from "../model.ts";
import { Order } from "./flags.ts";

const PRINTED_ONLY = Order.impliesFirstPrinted | Order.impliesThenPrinted | Order.optional;

/** Whether an input of an action in the graph is one it has to wait for. */
export function isNeededInput(action: Action, input: Relation): boolean {
  const { type, action: first } = input;
  if (type === Order.none) return false;
  if (!first.runnable) {
    if ((type & ~PRINTED_ONLY) === 0) return false;
    if ((type & (Order.oneOrMore | Order.impliesFirstMigratable)) !== 0) return false;
  }
  if ((type & Order.firstNonMigratable) !== 0 && first.migrateRunnable) return false;
  if (type === Order.optional && first.migrateRunnable && first.key.endsWith("_stop_0")) {
    return false;
  }
  const drop = () => {
    input.type = Order.none;
    return false;
  };
  if (type === Order.load || type === Order.antiColocation) {
    if (isElsewhere(action, input) || first.optional) return drop();
  } else if (
    first.resource !== undefined && first.resource !== action.resource && first.resource.failed &&
    !first.resource.managed && first.key.endsWith("_stop_0") &&
    action.resource?.variant === "clone"
  ) {
    // What failed and is unmanaged cannot hold up the stop of a clone.
    return false;
  }
  // What is required and cannot be done is waited for all the same, so that nothing begins.
  return first.dumped || !first.optional || first.printAlways;
}

/** Whether an order about one node has its two actions on two, so that it says nothing. */
function isElsewhere(then: Action, { type, action: first }: Relation): boolean {
  if (type === Order.load) {
    const place = placeFilled(then);
    return place === undefined || first.node !== place;
  }
  return first.node !== undefined && then.node !== undefined && first.node !== then.node;
}

/** A migration frees the node it leaves, and fills the one it was assigned to. */
const placeFilled = ({ task, resource, node }: Action): Node | undefined =>
  resource !== undefined && task === "migrate_to" ? resource.allocatedTo : node;
