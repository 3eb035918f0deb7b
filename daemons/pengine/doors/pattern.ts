/**
 * Patterns of names, as a configuration has them.
 *
 * @module
 */
export { type Pattern, readPattern } from "../unpack/pattern.ts";
