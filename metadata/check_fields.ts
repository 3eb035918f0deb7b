/**
 * Checks a list of fields itself, before it is used: it may come from a third-party plugin and may
 * be wrong or hostile.
 *
 * @module
 */
import { z } from "zod";
import { check } from "./check.ts";
import { diagnose } from "./diagnose.ts";
import type { Checked, Diagnostic } from "./diagnostic.ts";
import type { Field } from "./field.ts";
import { fieldKeys, fieldSchema } from "./field_schema.ts";
import { FIELDS_MAX } from "./field_shape.ts";
import { didYouMean } from "./nearest.ts";
import { regexProblem } from "./regex.ts";
import { choiceValue, isMethodName, isSecret } from "./facts.ts";
import type { Problem } from "./scalar.ts";
import { tooLarge } from "./size.ts";
import { specials } from "./special/mod.ts";

export { fieldSchema } from "./field_schema.ts";

/** Maximum depth of structs within structs. */
export const DEPTH_MAX = 8;

/**
 * Checks that `input` is a list of fields that all other modules can use.
 *
 * Beyond the form of each field: names are unique and plain, limits fit together, expressions are
 * usable, defaults check, conditions lead somewhere. What merely falls back or looks odd is a
 * warning.
 */
export function checkFields(
  input: unknown,
  options: { readonly path?: Diagnostic["path"] } = {},
): Checked<readonly Field[]> {
  const path = options.path ?? [];
  const large = tooLarge(input, "the list of fields");
  if (large !== undefined) {
    return { ok: false, diagnostics: [{ severity: "error", path, code: "HA2013", ...large }] };
  }
  const parsed = z.array(fieldSchema).max(FIELDS_MAX).safeParse(input);
  if (!parsed.success) {
    return {
      ok: false,
      diagnostics: diagnose(parsed.error.issues, {
        input,
        path,
        namesAt: (at) => typeof at.at(-1) === "number" ? fieldKeys : undefined,
      }),
    };
  }
  const found = listProblems(parsed.data, path, 1);
  const errors = found.filter(({ severity }) => severity === "error");
  if (errors.length > 0) return { ok: false, diagnostics: errors };
  return { ok: true, value: parsed.data, warnings: found };
}

function listProblems(
  fields: readonly Field[],
  path: Diagnostic["path"],
  depth: number,
): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  const names = new Set<string>();
  for (const [index, field] of fields.entries()) {
    const at = (step: string): Diagnostic["path"] => [...path, index, step];
    const say = (
      step: string,
      what: string,
      why: string,
      fix: string,
      severity: Diagnostic["severity"] = "error",
    ) => found.push({ severity, path: at(step), what, why, fix, code: "HA2013" });
    const name = field.fieldname;
    if (names.has(name)) {
      say("fieldname", `"${name}" appears twice`, "each field needs its own name", "rename one");
    }
    names.add(name);
    for (const problem of fieldProblems(field, fields)) say(...problem);
    if (field.basictype !== "struct") continue;
    if (depth >= DEPTH_MAX) {
      say(
        "fields",
        `"${name}" is nested too deep`,
        `the limit is ${DEPTH_MAX} levels`,
        "flatten it",
      );
    } else {
      found.push(...listProblems(field.fields ?? [], at("fields"), depth + 1));
    }
  }
  return found;
}

type Say = readonly [
  step: string,
  what: string,
  why: string,
  fix: string,
  severity?: Diagnostic["severity"],
];

/** The problems of one field whose form is valid. */
function* fieldProblems(field: Field, siblings: readonly Field[]): Generator<Say> {
  const { fieldname: name, basictype } = field;
  if (!/^[A-Za-z_][A-Za-z0-9_.:-]*$/.test(name) || name === "__proto__") {
    yield [
      "fieldname",
      `${JSON.stringify(name)} cannot be a field's name`,
      "expected a letter or _, then letters, digits, _, ., : and -, such as port_1",
      "rename the field",
    ];
  }
  if (basictype === "struct" && field.fields === undefined) {
    yield [
      "fields",
      `the struct "${name}" has no fields`,
      "a struct needs at least one",
      "add a field",
    ];
  }
  if (basictype !== "struct" && field.fields !== undefined) {
    yield [
      "fields",
      `"${name}" has fields but is not a struct`,
      "only a struct has fields",
      'write basictype: "struct" or remove them',
    ];
  }
  yield* choiceProblems(field);
  for (const [low, high] of [["minimum", "maximum"], ["minitems", "maxitems"]] as const) {
    const [least, most] = [field[low], field[high]];
    if (least !== undefined && most !== undefined && least > most) {
      yield [low, `${low} ${least} is above ${high} ${most}`, "no value fits", "exchange them"];
    }
  }
  const wrong = field.regex === undefined ? undefined : regexProblem(field.regex);
  if (wrong !== undefined) {
    yield ["regex", `the regex of "${name}" cannot be used`, wrong, "write a simpler one"];
  }
  const special = field.specialtype;
  if (special !== undefined && !specials.has(special)) {
    yield [
      "specialtype",
      `the special type "${special}" of "${name}" is not known here`,
      "the field is treated by its basictype, length and regex",
      `leave it if other programs know it.${didYouMean(special, specials.keys())}`,
      "warning",
    ];
  }
  if (field.showif !== undefined) {
    const problem = conditionProblem(field, siblings);
    if (problem !== undefined) yield ["showif", problem.what, problem.why, problem.fix];
  }
  yield* defaultProblems(field);
}

/** The problems of its choices, and of the method that gives them. */
function* choiceProblems(field: Field): Generator<Say> {
  const { fieldname: name, basictype } = field;
  if (basictype === "enum" && !field.choices?.length && field.choicesfrom === undefined) {
    yield [
      "choices",
      `the enum "${name}" has no choices`,
      "any text is accepted then",
      "add choices or choicesfrom",
      "warning",
    ];
  }
  const values = (field.choices ?? []).map(choiceValue);
  const repeated = values.find((choice, index) => values.indexOf(choice) !== index);
  if (repeated !== undefined) {
    yield [
      "choices",
      `the choice ${JSON.stringify(repeated)} of "${name}" appears twice`,
      "each choice needs its own value",
      "remove one",
    ];
  }
  const { choicesfrom } = field;
  if (choicesfrom !== undefined && (!isMethodName(choicesfrom) || choicesfrom === "close")) {
    yield [
      "choicesfrom",
      `${JSON.stringify(choicesfrom)} cannot be the method that gives the choices of "${name}"`,
      "it is not the name of a method, or the name is reserved",
      "rename the method",
    ];
  }
}

/** The problems of its default. */
function* defaultProblems(field: Field): Generator<Say> {
  const { fieldname: name } = field;
  if (field.default === undefined) return;
  if (isSecret(field)) {
    yield [
      "default",
      `the secret "${name}" has a default`,
      "everyone who can read the manifest can see it",
      "remove the default",
    ];
    return;
  }
  const { showif: _condition, ...alone } = field;
  const checked = check([alone], { [name]: field.default });
  for (const { what, why, fix } of checked.ok ? [] : checked.diagnostics) {
    yield [
      "default",
      `the default of "${name}" is invalid: ${what}`,
      why ?? "the field rejects it",
      fix ?? "correct the default",
    ];
  }
}

function conditionProblem(field: Field, siblings: readonly Field[]): Problem | undefined {
  const seen = new Set<Field>([field]);
  for (let at = field; at.showif !== undefined;) {
    const wanted = at.showif.field;
    const next = siblings.find(({ fieldname }) => fieldname === wanted);
    if (next === undefined) {
      if (at !== field) return undefined; // Reported for that field.
      return {
        what: `"${field.fieldname}" depends on "${wanted}", which does not exist`,
        why: "it would never be asked",
        fix: `name a field beside it.${didYouMean(wanted, siblings.map((one) => one.fieldname))}`,
      };
    }
    if (seen.has(next)) {
      return {
        what: `"${field.fieldname}" depends on itself`,
        why: "it would never be asked",
        fix: "break the circle",
      };
    }
    seen.add(next);
    at = next;
  }
  return undefined;
}
