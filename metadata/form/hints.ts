/**
 * The facts about a field beside its descriptions: unit, default, condition, replacement.
 *
 * @module
 */
import { isSecret } from "../facts.ts";
import type { Field } from "../field.ts";
import { labelIn, textIn } from "../text.ts";
import { defaultOf } from "../zod.ts";
import type { ControlKind } from "./control_kind.ts";
import type { Words } from "./words.ts";

/** The hints of a field, as short sentences in a language. `fields` are those beside it. */
export function hintsOf(
  field: Field,
  fields: readonly Field[],
  kind: ControlKind,
  language: string,
  words: Words,
): readonly string[] {
  const hints: string[] = [];
  const { deprecated, showif, unit } = field;
  if (unit !== undefined) hints.push(`${words.unit} ${unit}`);
  const absent = isSecret(field) ? undefined : defaultOf(field);
  if (absent !== undefined && kind !== "check" && kind !== "group" && kind !== "items") {
    const said = textsOf(absent).join(", ");
    if (said !== "") hints.push(`${words.defaultIs} ${said}`);
  }
  if (kind === "lines") hints.push(words.onePerLine);
  if (field.basictype === "enum" && field.choicesfrom !== undefined) hints.push(words.anyText);
  if (showif !== undefined) {
    const on = fields.find(({ fieldname }) => fieldname === showif.field);
    const subject = on === undefined ? showif.field : labelIn(on, language);
    const values = showif.is.map((value) => textsOf(value).join(", ")).join(` ${words.or} `);
    hints.push(`${words.onlyIf} ${subject} = ${values}`);
  }
  if (deprecated) {
    const { by, text } = deprecated === true ? {} : deprecated;
    const instead = (by ?? []).map((name) => {
      const other = fields.find(({ fieldname }) => fieldname === name);
      return other === undefined ? name : labelIn(other, language);
    });
    hints.push([
      textIn(text, language) ?? words.deprecated,
      ...(instead.length === 0 ? [] : [`${words.instead} ${instead.join(", ")}`]),
    ].join(" "));
  }
  return hints;
}

/** A value as texts, one for each item. Groups have none. */
export function textsOf(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(textsOf);
  if (typeof value === "string") return value === "" ? [] : [value];
  return typeof value === "number" || typeof value === "boolean" ? [`${value}`] : [];
}
