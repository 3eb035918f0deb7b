/**
 * Where applications connect, unless the node configuration says otherwise.
 *
 * @module
 */

/** The socket in the run folder. The original's library looks in `/run/heartbeat`. */
export const socketIn = (run: string): string => `${run}/apphb.comm`;
