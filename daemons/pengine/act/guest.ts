/**
 * Guest nodes: what is to become of the container they live in.
 *
 * @module
 */
import type { Node } from "../model.ts";
import { firstWithTask } from "./action.ts";

/** Whether the container of a guest will be stopped, be it to move or to restart. */
export function guestWillStop(node: Node): boolean {
  const container = node.connection?.container;
  if (container === undefined) return false;
  const stop = firstWithTask(container, "stop", undefined);
  return stop !== undefined && !stop.optional && stop.runnable;
}
