/**
 * Small facts about a field that several modules need: the name of its type, whether it is a
 * secret, how to quote it.
 *
 * @module
 */
import type { Choice, Field } from "./field.ts";
import { specials } from "./special/mod.ts";

/** Whether the field's value is a secret. */
export function isSecret(field: Field): boolean {
  return field.secret === true || field.specialtype === "secret";
}

/** The members of a struct; those of a secret one are secret. */
export function membersOf(field: Field): readonly Field[] {
  const members = field.fields ?? [];
  return isSecret(field) ? members.map((member) => ({ ...member, secret: true })) : members;
}

/** Names of the methods that return a plugin's choices, for all its fields. */
export function choicesMethods(fields: readonly Field[]): readonly string[] {
  return fields.flatMap(({ choicesfrom, fields: members = [] }) => [
    ...(choicesfrom === undefined ? [] : [choicesfrom]),
    ...choicesMethods(members),
  ]);
}

/**
 * Whether a plugin may have a method of this name. A method called `then` would turn the API into a
 * promise; others exist already on every object.
 */
export function isMethodName(name: string): boolean {
  return /^[A-Za-z][A-Za-z0-9_]{0,63}$/.test(name) && name !== "then" &&
    !Reflect.has(Object.prototype, name) && name !== "toJSON";
}

/** The value, quoted and shortened for a sentence; never that of a secret. */
export function quoted(field: Field | undefined, input: unknown): string {
  if (field !== undefined && isSecret(field)) return "the secret that was given";
  if (typeof input === "string") {
    const safe = withoutCredentials(input);
    return JSON.stringify(safe.length > QUOTED_MAX ? `${safe.slice(0, QUOTED_MAX)}…` : safe);
  }
  if (typeof input === "number" || typeof input === "boolean" || input === null) return `${input}`;
  return kindOf(input);
}

/** Without user and password, which a rejected address may contain. */
export function withoutCredentials(text: string): string {
  return text.replace(/(:\/\/)\S*@/g, "$1***@");
}

/** The name of the field's type, with its article. */
export function nounOf(field: Field): string {
  const special = specials.get(field.specialtype ?? "");
  if (special !== undefined) return special.noun;
  switch (field.basictype) {
    case "string":
      return "text";
    case "integer":
      return "a whole number";
    case "number":
      return "a number";
    case "boolean":
      return "on or off";
    case "enum":
      return "one of the choices";
    case "struct":
      return "a group of values";
  }
}

/** The name of a value's type, with its article. */
export function kindOf(input: unknown): string {
  if (input === null) return "null";
  if (Array.isArray(input)) return "a list";
  switch (typeof input) {
    case "string":
      return "text";
    case "object":
      return "a group of values";
    case "undefined":
      return "nothing";
    default:
      return `a ${typeof input}`;
  }
}

/** The value of a choice. */
export function choiceValue(choice: Choice): string {
  return typeof choice === "string" ? choice : choice.value;
}

/** Maximum quoted characters of a value. */
const QUOTED_MAX = 80;
