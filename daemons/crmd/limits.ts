/**
 * Bounds that the messages of a crmd keep too.
 *
 * @module
 */

/** Operations that the local resource manager owes an answer for, at most. */
export const ordersMax = 16_384;
