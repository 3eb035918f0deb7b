/**
 * What a package may be: the bounds for what a stranger sends.
 *
 * @module
 */

/** Bytes of a package as a file. */
export const packedBytesMax = 8 * 1024 * 1024;
/** Bytes of all that is in it, so that a small file cannot fill the memory. */
export const unpackedBytesMax = 32 * 1024 * 1024;
/** Files and folders in it. */
export const entriesMax = 500;
/** Bytes of the path of a file. */
export const pathBytesMax = 200;
/** Folders above a file. */
export const depthMax = 8;
/** Bytes of `package.json`. */
export const descriptionBytesMax = 64 * 1024;
/** Problems that are listed; more are counted. */
export const problemsMax = 20;
