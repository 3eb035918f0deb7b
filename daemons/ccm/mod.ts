/**
 * The membership daemon.
 *
 * @module
 */
export { mayHaveActed } from "./quorum.ts";
export { refuseDamaged, savedKey } from "./saved.ts";
export { ccm, type CcmConfig, type CcmState } from "./core.ts";
