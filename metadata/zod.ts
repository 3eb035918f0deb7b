/**
 * Fields as a zod schema, for programs that use zod; `check.ts` uses `values.ts` instead.
 *
 * The schema accepts text or values (see `scalar.ts`), fills in defaults, and rejects unknown
 * names. `diagnose.ts` turns its issues into diagnostics.
 *
 * @module
 */
import { z } from "zod";
import type { Field, FieldValue } from "./field.ts";
import { membersOf } from "./facts.ts";
import { type Problem, scalar } from "./scalar.ts";
import { isShown } from "./showif.ts";
import { defaultOf, isGroup, isNeeded, ITEMS_MAX, unfold, type Values } from "./values.ts";

export { defaultOf, isNeeded, ITEMS_MAX, type Values };

const schemas = new WeakMap<readonly Field[], z.ZodType<Values>>();

/**
 * The schema of a list of fields. It is kept as long as the list, so that asking again is free.
 *
 * @example
 * ```ts
 * const schema = zodOf([{ fieldname: "port", basictype: "integer", specialtype: "port" }]);
 * schema.parse({ port: "694" }); // { port: 694 }
 * ```
 */
export function zodOf(fields: readonly Field[]): z.ZodType<Values> {
  let schema = schemas.get(fields);
  if (schema === undefined) schemas.set(fields, schema = structOf(fields));
  return schema;
}

/** The schema of one field's value, as it stands in its configuration. */
export function memberOf(field: Field): z.ZodType<FieldValue | undefined> {
  const absent = defaultOf(field);
  if (field.isarray !== true && field.basictype !== "struct") return leafOf(field, absent);
  const inner = field.isarray === true
    ? z.array(itemOf(field)).min(field.minitems ?? 0).max(field.maxitems ?? ITEMS_MAX)
      .superRefine(refuseRepeats(field), { when: ({ value }) => Array.isArray(value) })
    : itemOf(field);
  const open = (value: unknown, context: z.RefinementCtx): unknown => {
    if (value === undefined) return absent;
    const { value: unfolded, problem } = unfold(field, value);
    if (problem === undefined) return unfolded;
    context.addIssue(issueOf(problem));
    return z.NEVER;
  };
  // An optional member that is not there is passed over, and its default with it.
  return absent !== undefined || (isNeeded(field) && field.showif === undefined)
    ? z.preprocess(open, inner)
    : z.preprocess(open, inner.optional());
}

function structOf(fields: readonly Field[]): z.ZodType<Values> {
  const shape: Record<string, z.ZodType<FieldValue | undefined>> = {};
  for (const field of fields) {
    // An object cannot hold this name safely; `check_fields.ts` refuses it with words.
    if (field.fieldname !== "__proto__") shape[field.fieldname] = memberOf(field);
  }
  const object = z.strictObject(shape).superRefine((values, context) => {
    for (const field of fields) {
      if (field.showif === undefined || !isNeeded(field)) continue;
      const name = field.fieldname;
      const wrong = context.issues.some((issue) => issue.path?.[0] === name);
      if (wrong || values[name] !== undefined || !isShown(field, fields, values)) continue;
      context.addIssue({
        code: "invalid_type",
        expected: "string",
        input: undefined,
        path: [name],
      });
    }
  }, { when: ({ value }) => isGroup(value) });
  return z.preprocess(ownOnly, object) as z.ZodType<Values>;
}

function itemOf(field: Field): z.ZodType<FieldValue> {
  return field.basictype === "struct" ? structOf(membersOf(field)) : leafOf(field, undefined, true);
}

function leafOf(field: Field, absent: FieldValue | undefined, isItem?: true): z.ZodType<FieldValue>;
function leafOf(field: Field, absent: FieldValue | undefined): z.ZodType<FieldValue | undefined>;
function leafOf(
  field: Field,
  absent: FieldValue | undefined,
  isItem?: boolean,
): z.ZodType<FieldValue | undefined> {
  const needed = isItem === true || (isNeeded(field) && field.showif === undefined);
  return z.unknown().optional().transform((input, context): FieldValue | undefined => {
    if (input === undefined && absent !== undefined) return absent;
    if (input === undefined && !needed) return undefined;
    if (input === undefined || (input === "" && isItem !== true && needed)) {
      context.addIssue({ code: "invalid_type", expected: "string", input: undefined });
      return z.NEVER;
    }
    const taken = scalar(field, input);
    if (taken.ok) return taken.value;
    for (const problem of taken.problems) context.addIssue(issueOf(problem));
    return z.NEVER;
  });
}

/** An issue that carries a whole diagnostic but for its place. */
function issueOf({ what, why, fix }: Problem) {
  return { code: "custom" as const, message: what, params: { why, fix } };
}

/** Members that are unique within their array: two partitions of one disk, say, have two numbers. */
function refuseRepeats(field: Field) {
  const unique = (field.fields ?? []).filter((member) => member.unique === true);
  return (items: readonly unknown[], context: z.RefinementCtx): void => {
    for (const member of unique) {
      const seen = new Set<unknown>();
      for (const [index, item] of items.entries()) {
        const value = isGroup(item) ? item[member.fieldname] : undefined;
        // What was not given, was left empty, or is wrong by itself is shared with nobody.
        if (value === undefined || value === "" || value === defaultOf(member)) continue;
        if (typeof value === "object") continue;
        if (seen.has(value)) {
          context.addIssue({
            ...issueOf({
              what: `"${member.fieldname}" has the same value as in an item before`,
              why: "no two items may share it",
              fix: "give each item its own",
            }),
            path: [index, member.fieldname],
          });
        }
        seen.add(value);
      }
    }
  };
}

/** What the input itself says: nothing inherited, nothing that is there without a value. */
function ownOnly(value: unknown): unknown {
  if (!isGroup(value)) return value;
  const own: Record<string, unknown> = Object.create(null);
  for (const [name, member] of Object.entries(value)) {
    if (member !== undefined) own[name] = member;
  }
  return own;
}
