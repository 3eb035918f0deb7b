/**
 * The bounds of attributes: of what a node keeps, of what a program may ask, of what is waited for.
 *
 * @module
 */

/** Attributes of one node at most; those that are to leave the CIB count too. */
export const attributesMax = 512;
/** Bytes of a name, and of a value, in UTF-8. */
export const nameBytesMax = 255;
export const valueBytesMax = 4096;
/** Bytes of all names and values of one node. */
export const totalBytesMax = 256 * 1024;
/** The longest dampening: a day. */
export const dampenMsMax = 24 * 3_600_000;

/** Changes of one program that are taken at once, and in a second after that. */
export const changesAtOnceMax = 256;
export const changesPerSecond = 100;
/** Programs that are counted one by one. */
export const programsMax = 256;
/** Answers that wait for the disk, for another node or for the CIB, at most of each. */
export const waitingMax = 256;

/** Milliseconds within which another node must answer for a change of its attributes. */
export const forwardMsMax = 5_000;
/** A member that has not sent its attributes is asked again after so many milliseconds. */
export const askAgainMs = 2_000;
/** Pause before a refused write to the CIB is repeated; it doubles up to the second. */
export const writeAgainMs = 250;
export const writeAgainMsMax = 30_000;
/**
 * So long an attribute that was deleted is kept out of the CIB: longer than a write of it may be on its
 * way (`writeTimeoutMs` of the cib).
 */
export const deletedMs = 120_000;
