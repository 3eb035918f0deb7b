/**
 * Bounds of the history.
 *
 * @module
 */

/** Changes that are kept. */
export const keptMax = 1_000;
/** Bytes of one change with all that it changed; of a larger one only the head is kept. */
export const changeBytesMax = 256 * 1024;
/** Bytes of all of them; the oldest go first. */
export const allBytesMax = 16 * 1024 * 1024;
/** Characters of a command, a reason, a user. */
export const textCharactersMax = 1_024;
