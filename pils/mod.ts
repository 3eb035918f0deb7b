/**
 * The loader: see `README.md`.
 *
 * @module
 */
export type { Checked, Diagnostic } from "../metadata/diagnostic.ts";
export type * from "../metadata/field.ts";
export { checkManifest } from "../metadata/manifest_check.ts";
export type { ChildOptions } from "./child.ts";
export { type LogLevel, logLevels, PluginError } from "./errors.ts";
export type { Find, Found, Sources } from "./found.ts";
export * from "./handler.ts";
export { createLoader, type LoaderOptions } from "./loader.ts";
export * from "./loader_types.ts";
export * from "./manifest.ts";
export * from "./plugin.ts";
export type { Policy } from "../metadata/policy.ts";
export { type Limits, usualLimits } from "./running.ts";
