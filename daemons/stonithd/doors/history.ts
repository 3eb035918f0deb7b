/**
 * The history of fencings, as stonithd shows it in its status.
 *
 * @module
 */
export { note } from "../record.ts";
