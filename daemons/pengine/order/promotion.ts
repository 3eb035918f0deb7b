/**
 * The order of demotion, stop, start and promotion of a whole.
 *
 * @module
 */
import type { Resource, WorkingSet } from "../model.ts";
import { Order } from "./flags.ts";
import { order, task } from "./ordering.ts";

/** The order of what becomes of a promotable collective as a whole. */
export function orderPromotion(set: WorkingSet, collective: Resource): void {
  const whole = (first: string, then: string) =>
    order(set, task(collective, first), task(collective, then), Order.optional);
  whole("stopped", "start");
  whole("stopped", "promote");
  whole("demoted", "start");
  whole("running", "promote");
  whole("demoted", "stop");
  whole("demote", "demoted");
  whole("demoted", "promote");
}
