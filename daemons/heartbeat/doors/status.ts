/**
 * What a person may see of heartbeat's status.
 *
 * @module
 */
export { refusalCode } from "../refusals.ts";
