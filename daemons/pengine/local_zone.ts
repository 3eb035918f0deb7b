/**
 * The time zone of this process. The engine itself is given a zone: it asks nothing of its
 * surroundings.
 *
 * @module
 */
import type { Zone } from "./unpack/zone.ts";

/** The zone that this process runs in (`TZ`). */
export const localZone: Zone = (timeS) => -new Date(timeS * 1000).getTimezoneOffset() * 60;
