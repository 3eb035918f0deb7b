/**
 * Fields as a zod schema: the one place where a list of fields becomes a checker.
 *
 * The schema accepts text or values (see `scalar.ts`), fills in defaults, and rejects unknown
 * names. `diagnose.ts` turns its issues into diagnostics.
 *
 * @module
 */
import { z } from "zod";
import type { Field, FieldValue } from "./field.ts";
import { membersOf } from "./facts.ts";
import { messageOf } from "./message_of.ts";
import { type Problem, scalar } from "./scalar.ts";
import { isShown } from "./showif.ts";

/** A checked configuration, where the compiler does not know the fields. */
export type Values = { readonly [name: string]: FieldValue };

/** Items of an array at most, where the field has no `maxitems`. */
export const ITEMS_MAX = 1024;

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
  return isNeeded(field) && field.showif === undefined
    ? z.preprocess(open, inner)
    : z.preprocess(open, inner.optional());
}

/** The default of a field as the program will see it; undefined if there is none that checks. */
export function defaultOf(field: Field): FieldValue | undefined {
  if (field.default === undefined) return undefined;
  const { default: given, showif: _condition, required: _required, ...bare } = field;
  const taken = memberOf(bare).safeParse(given);
  return taken.success ? taken.data : undefined;
}

/** Whether the field has to be given: it is required and has no default. */
export function isNeeded(field: Field): boolean {
  return field.required === true && field.default === undefined;
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
function issueOf({ what, why, mend }: Problem) {
  return { code: "custom" as const, message: what, params: { why, mend } };
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
              mend: "give each item its own",
            }),
            path: [index, member.fieldname],
          });
        }
        seen.add(value);
      }
    }
  };
}

function isGroup(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
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

/**
 * Parameters of agents are text: a list is written with commas or blanks between its items, a
 * group as JSON, and so is a list whose items hold commas or blanks.
 */
function unfold(
  field: Field,
  value: unknown,
): { readonly value?: unknown; readonly problem?: Problem } {
  if (typeof value !== "string") return { value };
  const text = value.trim();
  if (/^[\[{]/.test(text)) {
    try {
      return { value: JSON.parse(text) };
    } catch (error) {
      // A list of addresses may begin with a bracket too; a group can only be JSON.
      if (field.basictype === "struct") return { problem: brokenJson(field, error) };
    }
  }
  if (field.isarray !== true || field.basictype === "struct") return { value };
  return { value: text === "" ? [] : text.split(/\s*,\s*|\s+/) };
}

/** The parser's words without the text that it quotes, which may hold a secret. */
function brokenJson(field: Field, error: unknown): Problem {
  const said = messageOf(error);
  const place = /at position \d+(?: \(line \d+ column \d+\))?/.exec(said)?.[0];
  return {
    what: `"${field.fieldname}" is not valid JSON`,
    why: place === undefined
      ? "it starts like JSON, but ends too early or contains invalid syntax"
      : `it is invalid ${place}`,
    mend: field.isarray === true
      ? `write it as [{"NAME": VALUE, ...}, ...]: names and texts in double quotes`
      : `write it as {"NAME": VALUE, ...}: names and texts in double quotes`,
  };
}
