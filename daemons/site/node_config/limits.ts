/**
 * Bounds of a node configuration that daemons keep too.
 *
 * @module
 */

/** Nodes at most, as heartbeat has it. */
export const nodesMax = 100;

/** Links of a node at most, as the original has it. */
export const mediaMax = 64;
