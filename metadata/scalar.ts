/**
 * Checks one value of one field: the basic type, the special type, and the limits.
 *
 * Parameters arrive as text from an XML attribute, a command line or a form, or as values from a
 * program. Both are accepted, and nothing beyond that is guessed.
 *
 * @module
 */
import type { Code } from "./code.ts";
import { choiceValue, isSecret, kindOf, nounOf, quoted } from "./facts.ts";
import type { Field } from "./field.ts";
import { didYouMean } from "./nearest.ts";
import { matches } from "./regex.ts";
import { durationMs, scoreOf, specials, unitMs } from "./special/mod.ts";

/** Characters of a value that are taken at most, where the field has no `length`. */
export const CHARACTERS_MAX = 65_536;
/** What is wrong with a value: a diagnostic without its place. */
export interface Problem {
  readonly what: string;
  readonly why: string;
  readonly fix: string;
  /** Its error code, if it is not that of any wrong value. */
  readonly code?: Code;
}

/** The value as the program will see it, or everything that is wrong with it. */
export type Taken =
  | { readonly ok: true; readonly value: string | number | boolean }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Takes one value (one item, if the field is an array) of a field that is not a struct. */
export function scalar(field: Field, input: unknown): Taken {
  const subject = quoted(field, input);
  const refuse = (why: string, fix: string, noun = nounOf(field)): Taken => ({
    ok: false,
    problems: [{ what: `${subject} is not ${noun}`, why, fix }],
  });
  switch (field.basictype) {
    case "boolean": {
      const value = booleanOf(input);
      if (value !== undefined) return { ok: true, value };
      return refuse("expected true, on, yes, 1, false, off, no or 0", "write true or false");
    }
    case "integer":
    case "number":
      return numberTaken(field, input, subject, refuse);
    case "enum":
      return choiceTaken(field, input, refuse);
    case "string":
    case "struct":
      if (typeof input !== "string") {
        return refuse(`it is ${kindOf(input)}`, "write it as text");
      }
      return textTaken(field, input, subject, refuse);
  }
}

type Refuse = (why: string, fix: string, noun?: string) => Taken;

function booleanOf(input: unknown): boolean | undefined {
  if (typeof input === "boolean") return input;
  if (typeof input !== "string" && typeof input !== "number") return undefined;
  const text = `${input}`.trim().toLowerCase();
  if (["1", "true", "on", "yes"].includes(text)) return true;
  if (["0", "false", "off", "no"].includes(text)) return false;
  return undefined;
}

function numberTaken(field: Field, input: unknown, subject: string, refuse: Refuse): Taken {
  const integer = field.basictype === "integer";
  const value = numberOf(field, input);
  const example = specials.get(field.specialtype ?? "")?.example ?? `${field.minimum ?? 1}`;
  if (value === undefined || !Number.isFinite(value)) {
    const why = specials.get(field.specialtype ?? "")?.refuse("")?.why ??
      (integer ? "expected only digits" : "expected digits, and at most one point");
    return refuse(why, `write a number such as ${example}`);
  }
  if (integer && !Number.isSafeInteger(value)) {
    const unit = field.specialtype === "duration" ? ` of ${field.unit ?? "s"}` : "";
    return refuse(
      "it has a fraction or is too large to be exact",
      `write a whole number${unit} such as ${example}`,
    );
  }
  const unit = field.unit === undefined ? "" : ` ${field.unit}`;
  const problems: Problem[] = [];
  if (field.minimum !== undefined && value < field.minimum) {
    problems.push({
      what: `${subject} is too small`,
      why: `the minimum is ${field.minimum}${unit}`,
      fix: `write ${field.minimum} or more`,
    });
  }
  if (field.maximum !== undefined && value > field.maximum) {
    problems.push({
      what: `${subject} is too large`,
      why: `the maximum is ${field.maximum}${unit}`,
      fix: `write ${field.maximum} or less`,
    });
  }
  // A number has a special type too: a port is more than an integer.
  const special = specials.get(field.specialtype ?? "");
  const refusal = field.specialtype === "duration" || field.specialtype === "score"
    ? undefined
    : special?.refuse(`${value}`);
  if (refusal !== undefined) {
    problems.push({ what: `${subject} is not ${nounOf(field)}`, ...refusal });
  }
  return problems.length > 0 ? { ok: false, problems } : { ok: true, value };
}

function numberOf(field: Field, input: unknown): number | undefined {
  if (typeof input === "number") {
    return field.specialtype === "duration" && input < 0 ? undefined : input;
  }
  if (typeof input !== "string") return undefined;
  const text = input.trim();
  if (field.specialtype === "duration") {
    const unit = field.unit ?? "s";
    const ms = durationMs(text, unit);
    return ms === undefined ? undefined : ms / (unitMs(unit) ?? 1000);
  }
  if (field.specialtype === "score") return scoreOf(text);
  const form = field.basictype === "integer"
    ? /^[+-]?\d{1,20}$/
    : /^[+-]?(?:\d{1,40}(?:\.\d{0,40})?|\.\d{1,40})(?:[eE][+-]?\d{1,3})?$/;
  return form.test(text) ? Number(text) : undefined;
}

function choiceTaken(field: Field, input: unknown, refuse: Refuse): Taken {
  if (typeof input !== "string" && typeof input !== "number" && typeof input !== "boolean") {
    return refuse(`it is ${kindOf(input)}`, "write it as text");
  }
  const value = `${input}`;
  const choices = (field.choices ?? []).map(choiceValue);
  // Choices that are asked of the plugin are not known here, and the device may be down: any text
  // is taken then. Some agents upstream name a list of choices and leave it empty.
  if (choices.includes(value)) return { ok: true, value };
  if (field.choicesfrom !== undefined || choices.length === 0) {
    return textTaken(field, value, quoted(field, value), refuse);
  }
  const secret = isSecret(field);
  return refuse(
    `the choices are ${choices.join(", ")}`,
    `use one of them.${secret ? "" : didYouMean(value, choices)}`,
  );
}

function textTaken(field: Field, value: string, subject: string, refuse: Refuse): Taken {
  const problems: Problem[] = [];
  const lengthMax = field.length ?? CHARACTERS_MAX;
  // Characters as people count them, not as JavaScript stores them.
  const length = value.length > lengthMax ? [...value].length : value.length;
  if (length > lengthMax) {
    problems.push({
      what: `${subject} is too long`,
      why: `it has ${length} characters, the limit is ${lengthMax}`,
      fix: `shorten it to ${lengthMax} characters`,
    });
    if (length > CHARACTERS_MAX) return { ok: false, problems };
  }
  if (/[^\P{C}\t\r\n\p{Cf}\p{Co}\p{Cn}]/u.test(value)) {
    return refuse(
      "it holds a control character, which neither XML nor a command line can carry",
      "remove the control character",
      "text",
    );
  }
  const special = specials.get(field.specialtype ?? "");
  const refusal = special?.refuse(value);
  if (refusal !== undefined) {
    problems.push({ what: `${subject} is not ${special!.noun}`, ...refusal });
  }
  if (field.regex !== undefined && !matches(field.regex, value)) {
    problems.push({
      what: `${subject} has the wrong form`,
      why: `the whole value must match ${field.regex}`,
      fix: "write a value that matches",
    });
  }
  return problems.length > 0 ? { ok: false, problems } : { ok: true, value };
}
