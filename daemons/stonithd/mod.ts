/**
 * Fencing.
 *
 * @module
 */
export {
  type FenceAction,
  type FenceRecord,
  historyMax,
  requestsMax,
  stonithd,
  type StonithdState,
} from "./core.ts";
export { type DeviceConfig, type FencingConfig, type FencingLevel, fencingOf } from "./devices.ts";
