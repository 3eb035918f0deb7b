/**
 * Bounds of apphbd.
 *
 * @module
 */

/** Applications at most, with connections that have not registered. */
export const connectionsMax = 1_000;
/** Of one user that is neither root nor the owner of the daemon. */
export const connectionsOfUserMax = 500;
/** Milliseconds within which a connection must register. */
export const registerMs = 10_000;
/** Bytes of a frame at most: a registration has 788. */
export const frameBytesMax = 1_024;
/** Frames of one connection in a second; what is more waits in the kernel. */
export const framesPerSecondMax = 1_000;
/** Bytes of answers that a client leaves unread at most. */
export const unreadBytesMax = 16 * 1_024;

/** Milliseconds between two beats that an application may promise. */
export const intervalMsMin = 10;
export const intervalMsMax = 86_400_000;
/** What holds until the application says otherwise. */
export const intervalMsDefault = 10_000;

/** Milliseconds between two looks at the deadlines at least. */
export const lookMsMin = 5;
/** Milliseconds until a look that the sockets could not answer is repeated. */
export const againMs = 10;
/** Milliseconds in which the sockets say what still waits. */
export const drainMs = 1_000;

/** Lines of events in the log in a window of time at most; what is more is counted. */
export const linesMax = 1_000;
export const linesMs = 10_000;

/** Notices that wait for one notifier at most; the oldest is dropped. */
export const noticesMax = 256;
/** Milliseconds that a notifier may take. */
export const notifyMs = 30_000;
/** Milliseconds until a plugin that failed is loaded again. */
export const reloadMs = 10_000;
/** Milliseconds that a watchdog may take. */
export const watchdogMs = 3_000;
