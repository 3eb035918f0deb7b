/**
 * How often the recovery manager starts a process again.
 *
 * @module
 */
export { intensity } from "../core.ts";
