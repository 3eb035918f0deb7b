/**
 * The cluster information base. Other daemons read it through `doors/document.ts`.
 *
 * @module
 */
export { cib } from "./core.ts";
export { unknownNodes } from "./first_nodes.ts";
export type { CibConfig, CibState } from "./state.ts";
