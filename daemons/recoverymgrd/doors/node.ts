/**
 * What the recovery manager says of the processes of a node, and how often it starts them again.
 *
 * @module
 */
export { intensity } from "../core.ts";
export { type DaemonsStatus, type DaemonStatus, statusFile, type Writer } from "../status_file.ts";
