/**
 * Scores: how much a resource wants a node.
 *
 * @module
 */

/** The greatest score; sums are clamped to it, and minus it wins over it. */
export const INFINITY = 1_000_000;
