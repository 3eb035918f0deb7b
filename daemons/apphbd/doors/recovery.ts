/**
 * What apphbd and the recovery manager say to each other.
 *
 * @module
 */
export { type ApplicationEvent, givenUpLine, type Happened, readHappened } from "../event.ts";
