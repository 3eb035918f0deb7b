/**
 * Bounds of the alerts.
 *
 * @module
 */

/** Events that wait for one recipient. Of more the oldest are dropped: the newest say how it is now. */
export const queueMax = 256;
/** Milliseconds that an answer of a notifier may come late: it ends what is overdue itself. */
export const graceMs = 2_000;
/** Milliseconds until a notifier that could not be used is tried again. */
export const retryMs = 30_000;
/** Milliseconds after which a notifier that nobody needs is unloaded. */
export const idleMs = 60_000;
/** Milliseconds between two reports about one recipient. */
export const reportEveryMs = 60_000;
/** Tests that wait for their results. */
export const testsMax = 16;
/** Milliseconds that a test waits behind other alerts, and for its own. */
export const testMs = 90_000;
/** Characters of an error that are reported. */
export const errorCharactersMax = 512;
