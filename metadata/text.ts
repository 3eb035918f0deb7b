/**
 * Texts by language: a field's label and descriptions, an agent's, a manifest's.
 *
 * @module
 */
import type { Field, Text } from "./field.ts";

/**
 * The text in a language: in `de-AT` if there is one, else in `de`, else in English, else in
 * whichever comes first. Undefined if there is none.
 */
export function textIn(text: Text | undefined, language: string): string | undefined {
  if (text === undefined) return undefined;
  const wanted = language.toLowerCase();
  const tags = Object.keys(text);
  const find = (prefix: string) =>
    tags.find((tag) => tag.toLowerCase() === prefix) ??
      tags.find((tag) => tag.toLowerCase().startsWith(`${prefix}-`));
  const steps = wanted.split("-");
  for (let count = steps.length; count > 0; count--) {
    const tag = find(steps.slice(0, count).join("-"));
    if (tag !== undefined) return text[tag];
  }
  const tag = find("en") ?? tags[0];
  return tag === undefined ? undefined : text[tag];
}

/** The caption of a field: its label, or its name. */
export function labelIn(field: Field, language: string): string {
  return textIn(field.label, language) || field.fieldname;
}
