/**
 * Bugs of what calls notifiers.
 *
 * @module
 */
import type { AlertsState } from "../../../daemons/alerts/mod.ts";
import { wrapping } from "./wrap.ts";

/** What came last is sent first. */
export const alertsReversed = wrapping<AlertsState>("alerts", () => ({
  before(state, event) {
    for (const { queue } of state.lanes.values()) queue.reverse();
    return event;
  },
}));

/** Nobody waits for the answer to the alert before. */
export const alertsAtOnce = wrapping<AlertsState>("alerts", () => ({
  before(state, event) {
    for (const lane of state.lanes.values()) lane.underway = undefined;
    return event;
  },
}));
