/**
 * Fields at random, for the property tests of this folder. Nothing else imports it.
 *
 * @module
 */
import fc from "fast-check";
import type { BasicType, Field, FieldValue, Text } from "./field.ts";

/**
 * Text that often causes errors: markup, quotes, blanks at the ends, line breaks, other scripts.
 */
export const trickyText: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: "binary", maxLength: 12 }),
  fc.constantFrom(
    "",
    " padded ",
    "two\nlines",
    "<b>&amp;</b>",
    "]]>",
    "?>",
    "--",
    "'\"",
    "\r\t",
    "__proto__",
    "\0",
    "\ud800",
    "\ufffe",
    "größe 漢 𝄞",
    "a,b c",
    '{"v":1}',
  ),
);

const name = fc.constantFrom(
  "ip",
  "port_2",
  "mode",
  "passwd",
  "key",
  "x-y",
  "constructor",
  "A.b:c",
);
const texts: fc.Arbitrary<Text> = fc.dictionary(fc.constantFrom("en", "de", "pt-BR"), trickyText, {
  noNullPrototype: true,
});
const value: fc.Arbitrary<FieldValue> = fc.letrec<{ value: FieldValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    trickyText,
    fc.integer(),
    fc.boolean(),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom("a", "b"), tie("value"), { noNullPrototype: true }),
  ),
})).value;
const count = fc.nat({ max: 9 });

const about = (members: fc.Arbitrary<readonly Field[]>): fc.Arbitrary<Field> =>
  fc.record({
    fieldname: name,
    basictype: fc.constantFrom<BasicType>(
      "string",
      "integer",
      "number",
      "boolean",
      "enum",
      "struct",
    ),
    specialtype: fc.constantFrom("ipaddr", "duration", "secret", "select", "telepathy"),
    label: texts,
    isarray: fc.boolean(),
    minitems: count,
    maxitems: count,
    fields: members,
    length: count,
    regex: fc.constantFrom("[a-z]+", "a|b"),
    minimum: fc.integer(),
    maximum: fc.integer(),
    unit: fc.constantFrom("s", "ms", "MiB"),
    choices: fc.array(
      fc.oneof(
        trickyText,
        fc.record({ value: trickyText, label: texts }, {
          requiredKeys: ["value"],
          noNullPrototype: true,
        }),
      ),
      { maxLength: 3 },
    ),
    default: value,
    required: fc.boolean(),
    unique: fc.oneof(fc.boolean(), name),
    secret: fc.boolean(),
    reloadable: fc.boolean(),
    deprecated: fc.oneof(
      fc.boolean(),
      fc.record({ by: fc.array(name, { maxLength: 2 }), text: texts }, {
        requiredKeys: [],
        noNullPrototype: true,
      }),
    ),
    showif: fc.record({ field: name, is: fc.array(value, { minLength: 1, maxLength: 2 }) }, {
      noNullPrototype: true,
    }),
    choicesfrom: fc.constant("outlets"),
    class: fc.constantFrom("basic", "advanced"),
    order: fc.integer(),
    getopt: trickyText,
    short_text: texts,
    long_text: texts,
  }, { requiredKeys: ["fieldname", "basictype"], noNullPrototype: true });

/** Lists of fields with names of their own. They have the form of fields; they need not make sense. */
export const arbitraryFields: fc.Arbitrary<readonly Field[]> = fc.letrec<{
  fields: readonly Field[];
}>((tie) => ({
  fields: fc.uniqueArray(
    about(fc.oneof({ depthSize: "small", maxDepth: 2 }, fc.constant([]), tie("fields"))),
    { selector: ({ fieldname }) => fieldname, maxLength: 5 },
  ),
})).fields;
