/**
 * Bounds of the events.
 *
 * @module
 */

/** Events of one segment, which is one file. */
export const segmentEventsMax = 100;
/** Bytes of one segment. */
export const segmentBytesMax = 80 * 1024;
/** Segments that are kept: 10,000 events, or 8 MiB. */
export const segmentsMax = 100;
/** Milliseconds until an event is on disk at the latest, unless the disk is slow. */
export const flushMs = 1_000;
/** Sequence numbers that a new life leaves out: those of events that were not on disk. */
export const sequencesLeftOut = 1_000;
/** Events of one answer. */
export const answerEventsMax = 10_000;
/** Results of operations that were in the CIB and are gone: they are no news when they come back. */
export const goneMax = 4_096;
/** Milliseconds in which the same fencing may be heard of twice: from stonithd and from a member. */
export const sameFencingMs = 5_000;
/** Fencings that are compared. */
export const fencingsMax = 32;
