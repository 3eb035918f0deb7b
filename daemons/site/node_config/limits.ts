/**
 * Bounds of a node configuration that daemons keep too.
 *
 * @module
 */

/** Nodes at most, as heartbeat has it. */
export const nodesMax = 100;
