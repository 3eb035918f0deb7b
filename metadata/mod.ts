/**
 * A plugin's description of itself and everything that is derived from it: see `README.md`.
 * Functions with types of zod (`zodOf`, `fieldsOf`, `diagnose`) are imported from their own files.
 *
 * @module
 */
export * from "./diagnostic.ts";
export * from "./field.ts";
export { check, type CheckedConfig, type CheckOptions } from "./check.ts";
export { didYouMean, nearest } from "./nearest.ts";
export { labelIn, textIn } from "./text.ts";
export { isShown } from "./showif.ts";
export { isSecret } from "./facts.ts";
export { type Refusal, type Special, specials } from "./special/mod.ts";
export { defaultOf, isNeeded, type Values } from "./zod.ts";
export { checkFields } from "./check_fields.ts";
export { regexProblem } from "./regex.ts";
export { type JsonSchema, jsonSchema } from "./json_schema.ts";
export { fieldsOfJsonSchema } from "./json_schema_in.ts";
export * from "./form/mod.ts";
export * from "./agents/mod.ts";
export {
  FIRST_VERSION,
  migrate,
  type Migrated,
  type Migration,
  type MigrationStep,
  replaceDeprecated,
} from "./migrate.ts";
export { reference } from "./reference.ts";
