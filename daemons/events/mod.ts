/**
 * What happens in the cluster.
 *
 * @module
 */
export { events } from "./core.ts";
export { found, segmentIn, type Wanted } from "./journal.ts";
export { segmentBytesMax, segmentsMax } from "./limits.ts";
export type { EventsState } from "./state.ts";
