/**
 * Calls notifiers for what happens in the cluster.
 *
 * @module
 */
export { alerts } from "./core.ts";
export type { AlertsState } from "./state.ts";
