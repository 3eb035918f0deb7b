/**
 * The form of one field as zod: the same as the type `Field`, for data from outside.
 *
 * @module
 */
import { z } from "zod";
import type { Field, FieldValue, Text } from "./field.ts";
import { FIELDS_MAX } from "./field_shape.ts";

const text: z.ZodType<Text> = z.record(z.string().max(35), z.string().max(65_536));
const count = z.int().min(0);
const value: z.ZodType<FieldValue> = z.lazy(() =>
  z.union([z.string(), z.number(), z.boolean(), z.array(value), z.record(z.string(), value)])
);

const field = z.strictObject({
  fieldname: z.string().max(128),
  basictype: z.enum(["string", "integer", "number", "boolean", "enum", "struct"]),
  specialtype: z.string().max(128).exactOptional(),
  label: text.exactOptional(),
  isarray: z.boolean().exactOptional(),
  minitems: count.exactOptional(),
  maxitems: count.exactOptional(),
  fields: z.lazy((): z.ZodType<readonly Field[]> => z.array(field).max(FIELDS_MAX)).exactOptional(),
  length: count.exactOptional(),
  regex: z.string().exactOptional(),
  minimum: z.number().exactOptional(),
  maximum: z.number().exactOptional(),
  unit: z.string().max(32).exactOptional(),
  choices: z.array(
    z.union([
      z.string(),
      z.strictObject({ value: z.string(), label: text.exactOptional() }),
    ]),
  ).max(1024).exactOptional(),
  default: value.exactOptional(),
  required: z.boolean().exactOptional(),
  unique: z.union([z.boolean(), z.string().max(128)]).exactOptional(),
  secret: z.boolean().exactOptional(),
  reloadable: z.boolean().exactOptional(),
  deprecated: z.union([
    z.boolean(),
    z.strictObject({ by: z.array(z.string()).exactOptional(), text: text.exactOptional() }),
  ]).exactOptional(),
  showif: z.strictObject({ field: z.string(), is: z.array(value).min(1) }).exactOptional(),
  choicesfrom: z.string().max(128).exactOptional(),
  class: z.string().max(128).exactOptional(),
  order: z.number().exactOptional(),
  getopt: z.string().max(256).exactOptional(),
  short_text: text.exactOptional(),
  long_text: text.exactOptional(),
});

/** The form of one field, without rules that depend on other fields. */
export const fieldSchema: z.ZodType<Field> = field;

/** The names of all attributes of a field. */
export const fieldKeys: readonly string[] = Object.keys(field.shape);
