/**
 * What the recovery manager says of the processes of a node.
 *
 * @module
 */
export { type DaemonsStatus, type DaemonStatus, statusFile, type Writer } from "../status_file.ts";
