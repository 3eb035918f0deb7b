/**
 * Reference documentation of fields, as Markdown.
 *
 * @module
 */
import type { Field } from "./field.ts";
import { choiceValue, isSecret, membersOf, nounOf } from "./facts.ts";
import { labelIn, textIn } from "./text.ts";
import { defaultOf, isNeeded } from "./zod.ts";

/**
 * The fields as a Markdown table in a language, members of a struct as `struct.member`, followed by
 * the long descriptions.
 */
export function reference(fields: readonly Field[], language = "en"): string {
  const rows = rowsOf(fields, "", language);
  const long = rows.flatMap(({ name, field }) => {
    const said = textIn(field.long_text, language)?.trim();
    return said === undefined || said === "" ? [] : [`### \`${name}\`\n\n${plain(said)}\n`];
  });
  const table = [
    "| name | what | type | default |",
    "| --- | --- | --- | --- |",
    ...rows.map(({ name, field }) =>
      `| ${
        [`\`${name}\``, whatOf(field, language), typeOf(field), defaultText(field)].map(cell).join(
          " | ",
        )
      } |`
    ),
  ];
  return `${table.join("\n")}\n${long.length === 0 ? "" : `\n${long.join("\n")}`}`;
}

interface Row {
  readonly name: string;
  readonly field: Field;
}

function rowsOf(fields: readonly Field[], before: string, language: string): readonly Row[] {
  return fields.toSorted((a, b) => (a.order ?? 0) - (b.order ?? 0)).flatMap((field) => {
    const name = `${before}${field.fieldname}`;
    return [
      { name, field },
      ...rowsOf(membersOf(field), `${name}${field.isarray === true ? "[]" : ""}.`, language),
    ];
  });
}

function whatOf(field: Field, language: string): string {
  const { showif, deprecated } = field;
  const by = typeof deprecated === "object" ? deprecated.by ?? [] : [];
  return [
    plain(textIn(field.short_text, language) ?? labelIn(field, language)),
    ...(showif === undefined ? [] : [`Only if \`${showif.field}\` is ${showif.is.join(" or ")}.`]),
    ...(field.choices === undefined || field.choices.length === 0
      ? []
      : [`One of ${field.choices.map((choice) => `\`${choiceValue(choice)}\``).join(", ")}.`]),
    ...(isSecret(field) ? ["Secret."] : []),
    ...(deprecated
      ? [
        `Deprecated${
          by.length === 0 ? "" : `: use ${by.map((name) => `\`${name}\``).join(", ")}`
        }.`,
      ]
      : []),
  ].join(" ");
}

function typeOf(field: Field): string {
  const { minimum, maximum, unit } = field;
  const range = minimum === undefined && maximum === undefined
    ? ""
    : `, ${minimum ?? "…"} to ${maximum ?? "…"}`;
  const noun = nounOf(field).replace(/^an? /, "");
  return `${field.isarray === true ? "list of " : ""}${noun}${
    unit === undefined ? "" : ` in ${unit}`
  }${range}`;
}

function defaultText(field: Field): string {
  const value = isSecret(field) ? undefined : defaultOf(field);
  if (value !== undefined) {
    return `\`${typeof value === "string" ? value : JSON.stringify(value)}\``;
  }
  return isNeeded(field) ? "**required**" : "";
}

/** Texts come from agents and plugins, so all markup in them is escaped. */
function plain(text: string): string {
  return text.replace(/[\\`*_{}\[\]<>#|!]/g, "\\$&");
}

function cell(text: string): string {
  return text.replace(/\s*\n\s*/g, " ").replace(/(?<!\\)\|/g, "\\|");
}
