/**
 * The loader: see `README.md`.
 *
 * @module
 */
export type { Checked, Diagnostic } from "../metadata/diagnostic.ts";
export type * from "../metadata/field.ts";
export * from "./loader_types.ts";
export * from "./manifest.ts";
export * from "./plugin.ts";
export { type Clock, machineClock } from "./clock.ts";
export type { Find, Found } from "./found.ts";
export type { Policy } from "./grant.ts";
export { inLocks } from "./locked.ts";
export { type OperatorPolicy, readPolicy } from "./policy.ts";
export type { Sources } from "./sources.ts";
export type { SignaturePolicy } from "./signature.ts";
export {
  type Contract,
  type Handler,
  handler,
  type HandlerOptions,
  type Methods,
  type Registration,
} from "./handler.ts";
export { createLoader, type LoaderOptions } from "./loader.ts";
export { checkManifest } from "./manifest_check.ts";
export { type LogLevel, PluginError } from "./message.ts";
export { type Limits, usualLimits } from "./running.ts";
