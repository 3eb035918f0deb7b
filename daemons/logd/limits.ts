/**
 * The bounds of `logd`.
 *
 * @module
 */

/** Connections of local applications at most. The one that is idle for longest makes room for another. */
export const connectionsMax = 1_000;
/** Connections of daemons at most. */
export const daemonsMax = 64;
/** Frames of one application, and of all of them, that are read in a second at most. */
export const framesPerSecond = 20_000;
export const allFramesPerSecond = 60_000;
/** Milliseconds in which a client must say its first word, and end a frame that it has begun. */
export const firstFrameMs = 10_000;
/** Clients whose progress is kept for their next connection at most. */
export const knownMax = 200;
/** Bytes that wait to be read by a client at most: acknowledgements, and levels. */
export const unreadBytesMax = 64 * 1024;

/** Characters of one write to an output, about. */
export const batchCharactersMax = 256 * 1024;
/** Lines of one write to an output at most. */
export const batchLinesMax = 4_096;
/** Lines of one client before the next one has its turn. */
export const turnLines = 16;
/** Lines that are given up at once where all clients together have too many. */
export const giveUpAtOnce = 64;

/** Milliseconds until an output that failed is tried again: at first, and at most. */
export const firstRetryMs = 250;
export const retryMsMax = 10_000;
/** Milliseconds after which nobody waits for an output that fails, if another one works. */
export const failingMs = 5_000;
/** Milliseconds that one write may take. */
export const writeMs = 30_000;
/** Milliseconds that a stop waits for what is left to be written. */
export const stopMs = 3_000;
/** Reasons for which clients were turned away that are counted by themselves at most. */
export const reasonsMax = 64;
/** Bytes that a line takes beside its text, about. */
export const lineBytes = 160;
/** Characters of a line that are written. */
export const lineCharactersMax = 8_192;
