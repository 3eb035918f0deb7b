/**
 * Attributes of nodes.
 *
 * @module
 */
export { attrd } from "./core.ts";
export { type AttrdConfig, type AttrdState, type Connectivity, type Mirror } from "./state.ts";
