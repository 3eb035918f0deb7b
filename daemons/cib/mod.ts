/**
 * The cluster information base.
 *
 * @module
 */
export { cib } from "./core.ts";
export { type Applied, applyChanges, readCib } from "./change.ts";
export { digestOf } from "./digest.ts";
export { elementAt, parsePath, type PathStep, stepText } from "./path.ts";
export type { CibConfig, CibState } from "./state.ts";
export { compareVersions, formatVersion, versionOf } from "./version.ts";
