/**
 * XML in and out: one reader and one writer for the CIB, the wire and agent meta-data.
 *
 * Code that needs only what the standard library offers imports `@std/xml` (`../std/xml.ts`). What
 * is here beside that are bounds, lines of elements and processing instructions.
 *
 * @module
 */
export * from "./types.ts";
export { parse, type ParseOptions } from "./parse.ts";
export { stringify, type StringifyOptions } from "./stringify.ts";
/** The two ways in which the project reads XML: `profiles.cib` and `profiles.agent`. */
export * as profiles from "./profiles.ts";
