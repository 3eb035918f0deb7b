/**
 * The membership daemon.
 *
 * @module
 */
export { ccm, type CcmConfig, type CcmState } from "./core.ts";
