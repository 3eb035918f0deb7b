/**
 * The shape of one field, for those who cannot afford zod: the same as `field_schema.ts`, which a test
 * holds it against. `check_fields.ts` says what must hold beyond the form.
 *
 * @module
 */
import type { Field, FieldValue } from "./field.ts";
import { count, exact, list, number, oneOf, type Shape, table, text, yesOrNo } from "./shape.ts";

/** Maximum fields of one list, not counting those of its structs. */
export const FIELDS_MAX = 512;
/** Choices of a field at most. */
const choicesMax = 1024;
/** Structs within structs at most, as `check_fields.ts` has it. */
const depthMax = 8;

/** Text of so many characters at most. */
const short = (charactersMax: number): Shape<string> =>
(
  value,
  at,
  wrong,
): value is string => {
  if (typeof value === "string" && value.length <= charactersMax) return true;
  wrong.push(`${at}: expected text of at most ${charactersMax} characters`);
  return false;
};

const words = table(/^[^]{0,35}$/, short(65_536));

/** A value of a field. */
const value: Shape<FieldValue> = (input, at, wrong): input is FieldValue => {
  if (["string", "number", "boolean"].includes(typeof input)) return true;
  return Array.isArray(input) ? list(value)(input, at, wrong) : table(/^/, value)(input, at, wrong);
};

const either = <A, B>(first: Shape<A>, second: Shape<B>): Shape<A | B> =>
(
  input,
  at,
  wrong,
): input is A | B => first(input, at, []) || second(input, at, wrong);

const fieldWith = (fields: Shape<readonly Field[]>) =>
  exact({
    fieldname: short(128),
    basictype: oneOf("string", "integer", "number", "boolean", "enum", "struct"),
  }, {
    specialtype: short(128),
    label: words,
    isarray: yesOrNo,
    minitems: count,
    maxitems: count,
    fields,
    length: count,
    regex: text(),
    minimum: number,
    maximum: number,
    unit: short(32),
    choices: list(either(text(), exact({ value: text() }, { label: words })), choicesMax),
    default: value,
    required: yesOrNo,
    unique: either(yesOrNo, short(128)),
    secret: yesOrNo,
    reloadable: yesOrNo,
    deprecated: either(yesOrNo, exact({}, { by: list(text()), text: words })),
    showif: exact({ field: text(), is: list(value, Infinity, 1) }),
    choicesfrom: short(128),
    class: short(128),
    order: number,
    getopt: short(256),
    short_text: words,
    long_text: words,
  });

/** No fields: what would lie deeper is refused. */
const none: Shape<readonly Field[]> = (input, at, wrong): input is readonly Field[] => {
  if (Array.isArray(input) && input.length === 0) return true;
  wrong.push(`${at}: expected no fields at this depth`);
  return false;
};

/** A list of fields. */
export const fieldsShape: Shape<readonly Field[]> = nested(depthMax);

function nested(depth: number): Shape<readonly Field[]> {
  return depth === 0 ? none : list(fieldWith(nested(depth - 1)), FIELDS_MAX);
}
