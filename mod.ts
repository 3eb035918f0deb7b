/**
 * A high-availability cluster assembled from plugins: the loader, its contracts, and the metadata
 * by which plugins describe their own configuration.
 *
 * Authors of plugins need `define`, `Plugin` and the contract of its kind
 * (`plugins/handler/<kind>/contract.ts`); programs that compose plugins need `createLoader`.
 *
 * @module
 */
export * from "./metadata/mod.ts";
export { inLocks } from "./daemons/site/consent/locked.ts";
export * from "./pils/mod.ts";
export type { Code } from "./metadata/codes/code_name.ts";
export type { Hide } from "./metadata/hide.ts";
