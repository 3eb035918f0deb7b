/**
 * The configuration language: what a document breaks of it, and what a change breaks that held before.
 * It loads no engine.
 *
 * @module
 */
export { brokenBy, type Placed } from "../dialect/changed.ts";
export { checkDialect, checkPart, isRefused } from "../dialect/check.ts";
