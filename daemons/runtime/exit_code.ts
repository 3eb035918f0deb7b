/**
 * Codes by which a daemon says how it ended, in the numbers of sysexits.h.
 *
 * @module
 */

/** It could not start, or one of its machines failed: another start may help. */
export const exitFailure = 1;
/** It was called in the wrong way. */
export const exitUsage = 64;
/** What it needs cannot be kept: its parent has given it up. */
export const exitUnavailable = 69;
/** Its state cannot be written or read: another start helps when there is room. */
export const exitState = 74;
/** It has computed for as long as it may: nothing is broken, and another start may help. */
export const exitSpent = 75;
/** Its configuration cannot be used, or what that names: to start it again would change nothing. */
export const exitConfig = 78;
/** The cluster wants the node to be started again: it has left cleanly. No number of sysexits.h. */
export const exitRestart = 79;
