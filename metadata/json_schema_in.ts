/**
 * Derives fields from JSON Schema: from our own, and from that of zod and others.
 *
 * @module
 */
import { z } from "zod";
import { fieldSchema } from "./field_schema.ts";
import { type Checked, type Diagnostic, pathText } from "./diagnostic.ts";
import { changed, changeShape } from "./difference.ts";
import { tooLarge } from "./size.ts";
import type { Choice, Field, FieldValue } from "./field.ts";

/** Maximum depth of schemas within schemas. */
const DEPTH_MAX = 32;

/**
 * The fields of a JSON Schema of an object. What fields cannot express (alternatives that are no
 * choices, tuples, maps, references) is an error with its path; alternatives of objects that are
 * distinguished by one property become conditional fields.
 */
export function fieldsOfJsonSchema(schema: unknown): Checked<readonly Field[]> {
  const large = tooLarge(schema, "the schema");
  if (large !== undefined) {
    return { ok: false, diagnostics: [{ severity: "error", path: [], code: "HA2013", ...large }] };
  }
  const problems: Diagnostic[] = [];
  const fields = structOf(schema, [], problems);
  return problems.length > 0
    ? { ok: false, diagnostics: problems }
    : { ok: true, value: fields, warnings: [] };
}

/** The field of one property, or undefined if fields cannot express it. */
export function fieldOfSchema(
  fieldname: string,
  schema: unknown,
  required: boolean,
): Field | undefined {
  const problems: Diagnostic[] = [];
  const field = memberOf(fieldname, schema, required, [fieldname], problems);
  return problems.length > 0 ? undefined : field;
}

type Schema = Readonly<Record<string, unknown>>;

function structOf(
  input: unknown,
  path: Diagnostic["path"],
  problems: Diagnostic[],
): readonly Field[] {
  const schema = asSchema(input);
  if (path.length > DEPTH_MAX) {
    problems.push(cannot(path, "it is nested too deep", "flatten it"));
    return [];
  }
  if (schema !== undefined && schema.type === undefined && Array.isArray(schema.oneOf)) {
    return variantsOf(schema.oneOf, path, problems);
  }
  if (schema === undefined || (schema.type !== "object" && schema.properties === undefined)) {
    problems.push(cannot(path, "it is not an object with properties", "describe an object"));
    return [];
  }
  const needed: readonly unknown[] = Array.isArray(schema.required) ? schema.required : [];
  return Object.entries(asSchema(schema.properties) ?? {}).flatMap(([name, member]) =>
    memberOf(name, member, needed.includes(name), [...path, name], problems) ?? []
  );
}

/** Objects that are distinguished by a property with one value each: conditional fields. */
function variantsOf(
  variants: readonly unknown[],
  path: Diagnostic["path"],
  problems: Diagnostic[],
): readonly Field[] {
  const shapes = variants.map((variant) => asSchema(asSchema(variant)?.properties) ?? {});
  const teller = Object.keys(shapes[0] ?? {}).find((name) =>
    shapes.every((shape) => typeof asSchema(shape[name])?.const === "string")
  );
  if (teller === undefined) {
    problems.push(
      cannot(path, "its alternatives share no property that distinguishes them", "add one"),
    );
    return [];
  }
  const values = shapes.map((shape) => String(asSchema(shape[teller])?.const));
  const fields: Field[] = [
    { fieldname: teller, basictype: "enum", choices: values, required: true },
  ];
  for (const [index, variant] of variants.entries()) {
    for (const field of structOf(variant, path, problems)) {
      if (field.fieldname === teller) continue;
      const same = fields.findIndex(({ fieldname }) => fieldname === field.fieldname);
      const is = values[index]!;
      if (same < 0) fields.push({ ...field, showif: { field: teller, is: [is] } });
      else {
        const { showif, ...before } = fields[same]!;
        if (JSON.stringify(before) !== JSON.stringify(field)) {
          problems.push(
            cannot(
              [...path, field.fieldname],
              "its alternatives define it differently",
              "rename one",
            ),
          );
        }
        fields[same] = { ...before, showif: { field: teller, is: [...showif?.is ?? [], is] } };
      }
    }
  }
  return fields;
}

function memberOf(
  fieldname: string,
  input: unknown,
  required: boolean,
  path: Diagnostic["path"],
  problems: Diagnostic[],
): Field | undefined {
  const schema = withoutNull(asSchema(input) ?? {});
  const isArray = schema.type === "array";
  const value = isArray ? withoutNull(asSchema(schema.items) ?? {}) : schema;
  const type = typeOf(value, path, problems);
  if (type === undefined) return undefined;
  const text = (key: string) => typeof schema[key] === "string" ? String(schema[key]) : undefined;
  const number = (from: Schema, key: string) =>
    typeof from[key] === "number" ? Number(from[key]) : undefined;
  const given = schema.default;
  const group = text("x-unique-group");
  const field = {
    fieldname,
    ...type,
    ...present({
      specialtype: text("x-specialtype") ?? type.specialtype,
      label: schema["x-label"] ??
        (text("title") === undefined || text("title") === fieldname
          ? undefined
          : { en: text("title") }),
      isarray: isArray ? true : undefined,
      minitems: number(schema, "minItems"),
      maxitems: number(schema, "maxItems"),
      length: number(value, "maxLength"),
      regex: regexOf(value, required),
      minimum: limit(value, "minimum"),
      maximum: limit(value, "maximum"),
      unit: text("x-unit"),
      default: given === null ? undefined : given,
      required: required && given === undefined ? true : undefined,
      unique: group === fieldname ? true : group,
      secret: schema["x-secret"] === true || schema.writeOnly === true ? true : undefined,
      reloadable: schema["x-reloadable"] === true ? true : undefined,
      deprecated: schema.deprecated === true ? true : undefined,
      showif: schema["x-show-if"],
      choicesfrom: text("x-options-from"),
      class: text("x-class"),
      order: number(schema, "x-order"),
      getopt: text("x-getopt"),
      short_text: schema["x-texts"] ??
        (text("description") === undefined ? undefined : { en: text("description") }),
      long_text: schema["x-long"],
      fields: type.basictype === "struct" ? structOf(value, path, problems) : undefined,
    }),
  };
  const change: unknown = schema["x-field"];
  const made = changeShape(change, "", []) ? { ...changed(field, change), fieldname } : field;
  const checked = fieldSchema.safeParse(made);
  if (checked.success) return checked.data;
  problems.push(cannot(path, "its keywords do not form a valid field", "correct it"));
  return undefined;
}

type Type = Pick<Field, "basictype" | "specialtype" | "choices">;

const FORMATS: Readonly<Record<string, string>> = {
  ipv4: "IPv4",
  ipv6: "IPv6",
  hostname: "hostname",
  uri: "url",
  uuid: "uuid",
  mac: "mac",
};

function typeOf(
  schema: Schema,
  path: Diagnostic["path"],
  problems: Diagnostic[],
): Type | undefined {
  const choices = choicesOf(schema);
  if (choices !== undefined) return { basictype: "enum", choices };
  if (schema["x-options-from"] !== undefined && schema.type === "string") {
    const examples = z.array(z.string()).safeParse(schema.examples);
    return { basictype: "enum", ...(examples.success ? { choices: examples.data } : {}) };
  }
  switch (schema.type) {
    case "string": {
      const special = FORMATS[String(schema.format)];
      return { basictype: "string", ...(special === undefined ? {} : { specialtype: special }) };
    }
    case "integer":
    case "number":
    case "boolean":
      return { basictype: schema.type };
    case "object":
      if (schema.properties !== undefined) return { basictype: "struct" };
      break;
    case undefined:
      if (Array.isArray(schema.oneOf)) return { basictype: "struct" };
  }
  problems.push(
    cannot(
      path,
      "it is neither text, a number, on or off, a choice, a list of one of these, nor an object",
      "describe it as one of these",
    ),
  );
  return undefined;
}

function choicesOf(schema: Schema): readonly Choice[] | undefined {
  const strings = z.array(z.string());
  if (typeof schema.const === "string") return [schema.const];
  const plain = strings.safeParse(schema.enum);
  if (plain.success) return plain.data;
  const titled = z.array(z.object({ const: z.string(), title: z.string().optional() }))
    .safeParse(schema.oneOf ?? schema.anyOf);
  if (!titled.success) return undefined;
  return titled.data.map((choice): Choice =>
    choice.title === undefined ? choice.const : { value: choice.const, label: { en: choice.title } }
  );
}

/** Optional values of zod are alternatives to null. */
function withoutNull(schema: Schema): Schema {
  const { anyOf, type, ...rest } = schema;
  if (Array.isArray(type)) {
    const types = type.filter((one) => one !== "null");
    return types.length === 1 ? { ...schema, type: types[0] } : schema;
  }
  if (!Array.isArray(anyOf)) return schema;
  const others = anyOf.filter((alternative) => asSchema(alternative)?.type !== "null");
  return others.length === 1
    ? { ...asSchema(others[0]), ...rest, ...(type === undefined ? {} : { type }) }
    : schema;
}

/** Whole numbers of zod are bounded by what is exact, which is no limit of the author's. */
function limit(schema: Schema, key: "minimum" | "maximum"): FieldValue | undefined {
  const sign = key === "minimum" ? 1 : -1;
  const exclusive = schema[key === "minimum" ? "exclusiveMinimum" : "exclusiveMaximum"];
  const value = typeof exclusive === "number" && schema.type === "integer"
    ? exclusive + sign
    : schema[key];
  return typeof value === "number" && Math.abs(value) < Number.MAX_SAFE_INTEGER ? value : undefined;
}

function regexOf(schema: Schema, required: boolean): string | undefined {
  const { pattern, minLength, format } = schema;
  // Zod writes the pattern of a format beside it; the special type knows better.
  if (typeof format === "string" && FORMATS[format] !== undefined) return undefined;
  if (typeof pattern === "string") {
    const whole = /^\^\(\?:([^]*)\)\$$/.exec(pattern) ?? /^\^([^|]*)\$$/.exec(pattern);
    return whole?.[1] ?? `[^]*(?:${pattern})[^]*`;
  }
  return typeof minLength === "number" && minLength > (required ? 1 : 0)
    ? `[^]{${minLength},}`
    : undefined;
}

function asSchema(value: unknown): Schema | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? { ...value }
    : undefined;
}

function present(part: Schema): Schema {
  return Object.fromEntries(Object.entries(part).filter(([, value]) => value !== undefined));
}

function cannot(path: Diagnostic["path"], why: string, fix: string): Diagnostic {
  const subject = path.length === 0 ? "the schema" : `"${pathText(path)}"`;
  return {
    severity: "error",
    path,
    what: `${subject} cannot become a field`,
    why,
    fix,
    code: "HA2013",
  };
}
