/**
 * What a plugin says of itself, and all that follows from it: see `README.md`.
 *
 * @module
 */
export * from "./diagnostic.ts";
export * from "./field.ts";
export { check, type CheckedConfig, type CheckOptions } from "./check.ts";
export { type About, diagnose, DIAGNOSTICS_MAX, fieldAt } from "./diagnose.ts";
export { didYouMean, nearest } from "./nearest.ts";
export { labelIn, textIn } from "./text.ts";
export { isShown } from "./showif.ts";
export { isSecret } from "./scalar.ts";
export { type Special, specials } from "./special/mod.ts";
export { defaultOf, isNeeded, type Values, zodOf } from "./zod.ts";
export { checkFields, fieldSchema } from "./check_fields.ts";
export { regexProblem } from "./regex.ts";
export { type JsonSchema, jsonSchema } from "./json_schema.ts";
export { fieldsOfJsonSchema } from "./json_schema_in.ts";
export { fieldsOf } from "./fields_of.ts";
export * from "./form/mod.ts";
export * from "./agents/mod.ts";
