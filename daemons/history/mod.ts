/**
 * What the configuration was changed by.
 *
 * @module
 */
export { history } from "./core.ts";
export type { HistoryState } from "./state.ts";
