/**
 * Derives fields from a zod schema, for authors who prefer to write that.
 *
 * @module
 */
import { z } from "zod";
import { DiagnosticError } from "./diagnostic.ts";
import type { Field } from "./field.ts";
import { fieldsOfJsonSchema } from "./json_schema_in.ts";

/**
 * The fields that a zod object describes. Titles and descriptions become labels and texts;
 * `.meta({ "x-secret": true })` and the other keys of `json_schema.ts` express what zod cannot.
 *
 * The result is data without the types of the schema: infer the configuration from zod then.
 *
 * @example
 * ```ts
 * import { z } from "zod";
 * fieldsOf(z.object({ port: z.int().min(1).default(161), mode: z.enum(["fast", "slow"]) }));
 * ```
 * @throws {DiagnosticError} that names everything in the schema that fields cannot express.
 */
export function fieldsOf(schema: z.ZodType): readonly Field[] {
  const written = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
  const fields = fieldsOfJsonSchema(written);
  if (!fields.ok) throw new DiagnosticError("Cannot make fields of the schema", fields.diagnostics);
  return fields.value;
}
