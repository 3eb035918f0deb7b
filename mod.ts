/**
 * A high-availability cluster assembled from plugins: the loader, its contracts, and the metadata
 * by which plugins describe their own configuration.
 *
 * Whoever writes a plugin needs `define`, `Plugin` and the contract of its kind
 * (`plugins/handler/<kind>/contract.ts`); whoever composes plugins needs `createLoader`.
 *
 * @module
 */
export * from "./metadata/mod.ts";
export { createLoader, type LoaderOptions } from "./pils/loader.ts";
export type { Loaded, Loader, LoadOptions, PluginFault, TreeNode } from "./pils/loader_types.ts";
export {
  type Config,
  define,
  type Isolation,
  type Manifest,
  type Permissions,
} from "./pils/manifest.ts";
export type { Api, Host, Method, Plugin } from "./pils/plugin.ts";
