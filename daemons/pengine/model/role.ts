/**
 * The roles that a resource may have on a node.
 *
 * @module
 */

/** Roles in their order, so that they can be compared. */
export const Role = {
  unknown: 0,
  stopped: 1,
  started: 2,
  unpromoted: 3,
  promoted: 4,
} as const;

/** One of the roles. */
export type Role = (typeof Role)[keyof typeof Role];
