/**
 * Fields as lines for people: what each takes, and what it is for; members of a struct further in.
 *
 * @module
 */
import type { Field } from "../../../../metadata/field.ts";
import { choiceValue, isSecret, membersOf } from "../../../../metadata/facts.ts";
import { textIn } from "../../../../metadata/text.ts";

/** The lines, `indent` before each. */
export function fieldLines(fields: readonly Field[], indent: string): readonly string[] {
  return fields.flatMap((field) => [
    `${indent}${field.fieldname}: ${rule(field)}${said(field)}`,
    ...fieldLines(membersOf(field), `${indent}  `),
  ]);
}

function said({ short_text }: Field): string {
  const text = textIn(short_text, "en");
  return text === undefined || text === "" ? "" : `: ${text}`;
}

/** What a field takes, in a few words. */
function rule(field: Field): string {
  const { basictype, specialtype, isarray, choices, minimum, maximum, unit, required } = field;
  const type = specialtype ?? basictype;
  return [
    choices === undefined ? type : choices.map(choiceValue).join("|"),
    isarray ? "any number of them" : "",
    minimum === undefined ? "" : `at least ${minimum}`,
    maximum === undefined ? "" : `at most ${maximum}`,
    unit ?? "",
    required ? "required" : "",
    field.default === undefined || isSecret(field)
      ? ""
      : `default ${JSON.stringify(field.default)}`,
    isSecret(field) ? "secret" : "",
    field.deprecated ? "deprecated" : "",
  ].filter((part) => part !== "").join(", ");
}
