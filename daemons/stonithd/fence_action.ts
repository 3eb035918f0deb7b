/**
 * What may be done to a node.
 *
 * @module
 */

/** See the head of the file. */
export type FenceAction = "off" | "reboot" | "on";
