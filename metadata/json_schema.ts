/**
 * Fields as JSON Schema (2020-12), for editors, other programs, and third-party forms.
 *
 * It describes values, while `check` also accepts their texts. Keys that begin with `x-` carry what
 * JSON Schema cannot express, such as special types without a `format`: only `check` checks those.
 *
 * @module
 */
import { changeOf } from "./difference.ts";
import type { Field, FieldValue } from "./field.ts";
import { fieldOfSchema } from "./json_schema_in.ts";
import { choiceValue, isSecret } from "./facts.ts";
import { specials } from "./special/mod.ts";
import { labelIn, textIn } from "./text.ts";
import { defaultOf, isNeeded, ITEMS_MAX } from "./zod.ts";

/** A JSON Schema, as data. */
export type JsonSchema = { readonly [key: string]: unknown };

/**
 * The JSON Schema of a configuration with these fields.
 *
 * @param language of titles and descriptions; the texts of all languages are in `x-texts`.
 */
export function jsonSchema(fields: readonly Field[], language = "en"): JsonSchema {
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    ...structSchema(fields, language),
  };
}

function structSchema(fields: readonly Field[], language: string): JsonSchema {
  const conditions = fields.filter((field) => field.showif !== undefined && isNeeded(field))
    .flatMap((field) => conditionOf(field, fields));
  const required = fields.filter((field) => isNeeded(field) && field.showif === undefined)
    .map(({ fieldname }) => fieldname);
  return {
    type: "object",
    properties: Object.fromEntries(
      fields.map((field) => [field.fieldname, memberSchema(field, language)]),
    ),
    ...(required.length === 0 ? {} : { required }),
    additionalProperties: false,
    ...(conditions.length === 0 ? {} : { allOf: conditions }),
  };
}

/** One property, with what it cannot say of its field beside it. */
function memberSchema(field: Field, language: string): JsonSchema {
  const schema = plainSchema(field, language);
  const back = fieldOfSchema(
    field.fieldname,
    schema,
    isNeeded(field) && field.showif === undefined,
  );
  const { fieldname: _name, ...rest } = field;
  const { fieldname: _same, ...read } = back ?? { fieldname: "" };
  const change = changeOf(read, rest);
  return change === undefined ? schema : { ...schema, "x-field": change };
}

function plainSchema(field: Field, language: string): JsonSchema {
  const { unit, unique, showif, choicesfrom, getopt } = field;
  const description = textIn(field.short_text, language);
  const secret = isSecret(field);
  const value = valueSchema(field, language);
  const shown = showif === undefined ? undefined : { field: showif.field, is: showif.is };
  return {
    ...(field.isarray === true
      ? {
        type: "array",
        items: value,
        ...(field.minitems === undefined ? {} : { minItems: field.minitems }),
        maxItems: field.maxitems ?? ITEMS_MAX,
      }
      : value),
    title: labelIn(field, language),
    ...present({
      description,
      default: secret ? undefined : defaultOf(field),
      deprecated: field.deprecated ? true : undefined,
      writeOnly: secret ? true : undefined,
      "x-secret": secret ? true : undefined,
      "x-specialtype": field.specialtype,
      "x-unit": unit,
      "x-options-from": choicesfrom,
      "x-show-if": shown,
      "x-unique-group": unique === true ? field.fieldname : unique === false ? undefined : unique,
      "x-reloadable": field.reloadable === true ? true : undefined,
      "x-class": field.class,
      "x-order": field.order,
      "x-getopt": getopt,
      "x-label": field.label,
      "x-texts": field.short_text,
      "x-long": field.long_text,
    }),
  };
}

function valueSchema(field: Field, language: string): JsonSchema {
  const special = specials.get(field.specialtype ?? "");
  const { minimum, maximum } = field;
  switch (field.basictype) {
    case "integer":
    case "number":
      return {
        type: field.basictype,
        ...present(
          field.specialtype === "port"
            ? { minimum: Math.max(minimum ?? 1, 1), maximum: Math.min(maximum ?? 65535, 65535) }
            : field.specialtype === "duration"
            ? { minimum: Math.max(minimum ?? 0, 0), maximum }
            : { minimum, maximum },
        ),
      };
    case "boolean":
      return { type: "boolean" };
    case "struct":
      return structSchema(field.fields ?? [], language);
    case "enum":
      return { type: "string", ...choicesSchema(field, language) };
    case "string":
      return {
        type: "string",
        ...present({
          maxLength: field.length,
          minLength: isNeeded(field) && field.isarray !== true ? 1 : undefined,
          // The whole text has to match, which a pattern of JSON Schema does not say by itself.
          pattern: field.regex === undefined ? undefined : `^(?:${field.regex})$`,
          format: special?.format,
        }),
      };
  }
}

function choicesSchema({ choices = [], choicesfrom }: Field, language: string): JsonSchema {
  // Where choices are asked of the plugin, those that are written down are examples.
  if (choices.length === 0) return {};
  if (choicesfrom !== undefined) return { examples: choices.map(choiceValue) };
  if (choices.every((choice) => typeof choice === "string")) return { enum: choices };
  return {
    oneOf: choices.map((choice) => ({
      const: choiceValue(choice),
      ...present({
        title: typeof choice === "string" ? undefined : textIn(choice.label, language),
      }),
    })),
  };
}

/** If the fields it depends on have the values, it is required. */
function conditionOf(field: Field, fields: readonly Field[]): readonly JsonSchema[] {
  const all: JsonSchema[] = [];
  const seen = new Set<Field>();
  for (let at: Field | undefined = field; at?.showif !== undefined;) {
    const { field: name, is }: NonNullable<Field["showif"]> = at.showif;
    seen.add(at);
    const on: Field | undefined = fields.find(({ fieldname }) => fieldname === name);
    if (on === undefined || seen.has(on)) return [];
    const absent = defaultOf(on);
    const matches: readonly FieldValue[] = is;
    const holds = absent !== undefined && matches.some((value) => `${value}` === `${absent}`);
    const test = { enum: matches };
    all.push({
      properties: { [name]: on.isarray === true ? { contains: test } : test },
      ...(holds ? {} : { required: [name] }),
    });
    at = on;
  }
  return [{
    if: all.length === 1 ? all[0] : { allOf: all },
    then: { required: [field.fieldname] },
  }];
}

function present(part: JsonSchema): JsonSchema {
  return Object.fromEntries(Object.entries(part).filter(([, value]) => value !== undefined));
}
