/**
 * Checks values against fields: the value as a program will see it, or issues. It takes text or values
 * (see `scalar.ts`), fills defaults, and refuses names that are no field's.
 *
 * Daemons and plugins check every configuration, and zod costs each process 8 MiB: this is done
 * without it. `zod.ts` says the same of fields as a schema; a test holds the two against each other.
 *
 * @module
 */
import type { Field, FieldValue } from "./field.ts";
import { membersOf } from "./facts.ts";
import { messageOf } from "./message_of.ts";
import { type Problem, scalar } from "./scalar.ts";
import { isShown } from "./showif.ts";

/** A checked configuration, where the compiler does not know the fields. */
export type Values = { readonly [name: string]: FieldValue };

/** Items of an array at most, where the field has no `maxitems`. */
export const ITEMS_MAX = 1024;

/** Where an issue is. */
export type Path = readonly (string | number)[];

/** What is wrong with a value, in the form of zod's issues: `diagnose.ts` reads both. */
export type Issue =
  & { readonly path: Path; readonly message: string }
  & (
    | {
      readonly code: "custom";
      readonly params: { readonly why: string; readonly fix: string };
    }
    | { readonly code: "invalid_type"; readonly expected: "string" | "object" | "array" }
    | { readonly code: "too_small"; readonly origin: "array"; readonly minimum: number }
    | { readonly code: "too_big"; readonly origin: "array"; readonly maximum: number }
    | { readonly code: "unrecognized_keys"; readonly keys: readonly string[] }
  );

/** What a member becomes that is wrong: it equals nothing that a condition asks for. */
const wrong = Object.freeze({});

/** The values of these fields. Nothing of them is to be used if there are issues. */
export function valuesOf(
  fields: readonly Field[],
  input: unknown,
): { readonly values: Values; readonly issues: readonly Issue[] } {
  const issues: Issue[] = [];
  const values = structValue(fields, input, [], issues);
  return { values: values ?? {}, issues };
}

/** The default of a field as the program will see it; undefined if there is none that checks. */
export function defaultOf(field: Field): FieldValue | undefined {
  if (field.default === undefined) return undefined;
  const { default: given, showif: _condition, required: _required, ...bare } = field;
  const issues: Issue[] = [];
  const value = memberValue(bare, given, [], issues);
  return issues.length === 0 ? value : undefined;
}

/** Whether the field has to be given: it is required and has no default. */
export function isNeeded(field: Field): boolean {
  return field.required === true && field.default === undefined;
}

/** Whether it has to be given whatever the other fields are. */
const isAlwaysNeeded = (field: Field): boolean => isNeeded(field) && field.showif === undefined;

function structValue(
  fields: readonly Field[],
  input: unknown,
  path: Path,
  issues: Issue[],
): Values | undefined {
  if (!isGroup(input)) {
    issues.push({ code: "invalid_type", expected: "object", path, message: "" });
    return undefined;
  }
  const given = ownOnly(input);
  const values: Record<string, FieldValue> = {};
  const broken = new Set<string>();
  for (const field of fields) {
    const { fieldname: name } = field;
    // An object cannot hold this name safely; `check_fields.ts` refuses it with words.
    if (name === "__proto__") continue;
    const before = issues.length;
    const value = memberValue(field, given.get(name), [...path, name], issues);
    if (issues.length > before) broken.add(name);
    if (issues.length > before) values[name] = wrong;
    else if (value !== undefined) values[name] = value;
  }
  const names = new Set(fields.map(({ fieldname }) => fieldname));
  const keys = [...given.keys()].filter((name) => !names.has(name));
  if (keys.length > 0) issues.push({ code: "unrecognized_keys", keys, path, message: "" });
  for (const field of fields) {
    const { fieldname: name, showif } = field;
    if (showif === undefined || !isNeeded(field) || broken.has(name)) continue;
    if (values[name] !== undefined || !isShown(field, fields, values)) continue;
    issues.push({ code: "invalid_type", expected: "string", path: [...path, name], message: "" });
  }
  return values;
}

/** The value of one field, as it stands in its configuration. */
function memberValue(
  field: Field,
  input: unknown,
  path: Path,
  issues: Issue[],
): FieldValue | undefined {
  if (field.isarray !== true && field.basictype !== "struct") {
    if (input === undefined && field.default !== undefined) {
      const absent = defaultOf(field);
      if (absent !== undefined) return absent;
    }
    return leafValue(field, input, { path, needed: isAlwaysNeeded(field), isItem: false }, issues);
  }
  const { value, problem } = input === undefined
    ? { value: defaultOf(field), problem: undefined }
    : unfold(field, input);
  if (problem !== undefined) {
    issues.push(custom(problem, path));
    return undefined;
  }
  if (value === undefined && !isAlwaysNeeded(field)) return undefined;
  return field.isarray === true
    ? listValue(field, value, path, issues)
    : structValue(membersOf(field), value, path, issues);
}

function listValue(
  field: Field,
  input: unknown,
  path: Path,
  issues: Issue[],
): FieldValue | undefined {
  if (!Array.isArray(input)) {
    issues.push({ code: "invalid_type", expected: "array", path, message: "" });
    return undefined;
  }
  const members = membersOf(field);
  const values = Array.from(input, (item: unknown, at) => {
    const before = issues.length;
    const value = field.basictype === "struct"
      ? structValue(members, item, [...path, at], issues)
      : leafValue(field, item, { path: [...path, at], needed: true, isItem: true }, issues);
    return issues.length > before && field.basictype !== "struct" ? wrong : value ?? wrong;
  });
  const { minitems: minimum = 0, maxitems: maximum = ITEMS_MAX } = field;
  const origin = "array";
  if (values.length < minimum) {
    issues.push({ code: "too_small", origin, minimum, path, message: "" });
  }
  if (values.length > maximum) issues.push({ code: "too_big", origin, maximum, path, message: "" });
  refuseRepeats(field, values, path, issues);
  return values;
}

/** Where a value stands. */
interface Place {
  readonly path: Path;
  readonly needed: boolean;
  /** It is one of an array. */
  readonly isItem: boolean;
}

function leafValue(
  field: Field,
  input: unknown,
  { path, needed, isItem }: Place,
  issues: Issue[],
): FieldValue | undefined {
  if (input === undefined && !needed) return undefined;
  if (input === undefined || (input === "" && !isItem && needed)) {
    issues.push({ code: "invalid_type", expected: "string", path, message: "" });
    return undefined;
  }
  const taken = scalar(field, input);
  if (taken.ok) return taken.value;
  for (const problem of taken.problems) issues.push(custom(problem, path));
  return undefined;
}

/** An issue that carries a whole diagnostic but for its place. */
function custom({ what, why, fix }: Problem, path: Path): Issue {
  return { code: "custom", message: what, params: { why, fix }, path };
}

/** Members that are unique within their array: two partitions of one disk, say, have two numbers. */
function refuseRepeats(
  field: Field,
  items: readonly FieldValue[],
  path: Path,
  issues: Issue[],
): void {
  for (const member of (field.fields ?? []).filter(({ unique }) => unique === true)) {
    const seen = new Set<unknown>();
    const absent = defaultOf(member);
    for (const [index, item] of items.entries()) {
      const value: unknown = isGroup(item) ? Reflect.get(item, member.fieldname) : undefined;
      // What was not given, was left empty, or is wrong by itself is shared with nobody.
      if (value === undefined || value === "" || value === absent) continue;
      if (typeof value === "object") continue;
      if (seen.has(value)) {
        issues.push(custom({
          what: `"${member.fieldname}" has the same value as in an item before`,
          why: "no two items may share it",
          fix: "give each item its own",
        }, [...path, index, member.fieldname]));
      }
      seen.add(value);
    }
  }
}

/** Whether it is an object that is no list. */
export function isGroup(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What the input itself says: nothing inherited, nothing that is there without a value. */
function ownOnly(input: Readonly<Record<string, unknown>>): ReadonlyMap<string, unknown> {
  return new Map(Object.entries(input).filter(([, member]) => member !== undefined));
}

/**
 * Parameters of agents are text: a list is written with commas or blanks between its items, a
 * group as JSON, and so is a list whose items hold commas or blanks.
 */
export function unfold(
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
    fix: field.isarray === true
      ? `write it as [{"NAME": VALUE, ...}, ...]: names and texts in double quotes`
      : `write it as {"NAME": VALUE, ...}: names and texts in double quotes`,
  };
}
