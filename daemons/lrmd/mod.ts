/**
 * The local resource manager.
 *
 * @module
 */
export {
  graceMs,
  history,
  lrmd,
  type LrmdConfig,
  type LrmdState,
  operationKey,
  waitingMax,
} from "./core.ts";
