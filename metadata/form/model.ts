/**
 * A form as data, from fields and values: the questions, their order, texts, limits and errors. The
 * terminal and the web page are two renderings of it.
 *
 * The model does not contain the value of a secret, so no rendering can show it.
 *
 * @module
 */
import { type Diagnostic, pathText } from "../diagnostic.ts";
import type { Choice, Field } from "../field.ts";
import { choiceValue, isSecret, membersOf } from "../facts.ts";
import { isShown } from "../showif.ts";
import { specials } from "../special/mod.ts";
import { labelIn, textIn } from "../text.ts";
import { defaultOf, isNeeded } from "../zod.ts";
import type { ControlKind } from "./control_kind.ts";
import { hintsOf, textsOf } from "./hints.ts";
import { controlName } from "./names.ts";
import { type Words, wordsIn } from "./words.ts";

export type { ControlKind };

/** One control, or a group of them. */
export interface Control {
  /** What it looks like. */
  readonly kind: ControlKind;
  /** What it asks for. */
  readonly field: Field;
  /** Where its value stands in the configuration. */
  readonly path: Diagnostic["path"];
  /** The path as one text; unique within the form. */
  readonly name: string;
  /** Its caption. */
  readonly label: string;
  /** One line that says what it is. */
  readonly short?: string;
  /** All there is to say. */
  readonly long?: string;
  /** Everything else worth knowing, as sentences: unit, default, condition, deprecation. */
  readonly hints: readonly string[];
  /** It may not be left empty. */
  readonly required: boolean;
  /** Whether it counts, given the values. */
  readonly shown: boolean;
  /** Texts of its value: none, one, or several of a list. Always none for a secret. */
  readonly values: readonly string[];
  /** A secret has a value, which stays if nothing is written. */
  readonly isStored: boolean;
  /** What may be chosen. */
  readonly choices: readonly { readonly value: string; readonly label: string }[];
  /** Text that is no choice is taken too. */
  readonly isFree: boolean;
  /** A value of its type, as an example. */
  readonly placeholder?: string;
  /** What was wrong with its value. */
  readonly errors: readonly Diagnostic[];
  /** Members of a group; the groups of a list, the last one being empty. */
  readonly children: readonly Control[];
}

/** What a form is made with. */
export interface FormOptions {
  /** Values so far, checked or as they were written. */
  readonly values?: unknown;
  /** What was wrong with the values, with paths that begin with `path`. */
  readonly diagnostics?: readonly Diagnostic[];
  /** What stands before the paths of the diagnostics. */
  readonly path?: Diagnostic["path"];
  /** Language of the texts; English where there are none in it. */
  readonly language?: string;
  /** Choices that were asked of the plugin, by the name of the control or of the field. */
  readonly choices?: Readonly<Record<string, readonly Choice[]>>;
}

/** A whole form. */
export interface Form {
  /** The language that was asked for. */
  readonly language: string;
  /** The words of the form itself. */
  readonly words: Words;
  /** What is asked, in order. */
  readonly controls: readonly Control[];
  /** What was wrong that belongs to no control. */
  readonly errors: readonly Diagnostic[];
}

/** The form of a configuration with these fields. */
export function formOf(fields: readonly Field[], options: FormOptions = {}): Form {
  const { language = "en", diagnostics = [], path = [] } = options;
  const words = wordsIn(language);
  const making: Making = { options, language, words, path };
  const controls = groupOf(fields, options.values, [], making);
  const claimed = new Set<Diagnostic>();
  const claim = (control: Control): void => {
    control.errors.forEach((error) => claimed.add(error));
    control.children.forEach(claim);
  };
  controls.forEach(claim);
  const errors = diagnostics.filter((diagnostic) => !claimed.has(diagnostic));
  return { language, words, controls, errors };
}

interface Making {
  readonly options: FormOptions;
  readonly language: string;
  readonly words: Words;
  readonly path: Diagnostic["path"];
}

function groupOf(
  fields: readonly Field[],
  values: unknown,
  path: Diagnostic["path"],
  making: Making,
): readonly Control[] {
  const given = isGroup(values) ? values : {};
  // What counts depends on the values as they will be, defaults among them.
  const whole = Object.fromEntries(fields.flatMap((field) => {
    const value = Object.hasOwn(given, field.fieldname) ? given[field.fieldname] : defaultOf(field);
    return value === undefined ? [] : [[field.fieldname, value]];
  }));
  const order = (field: Field) => field.order ?? 0;
  return fields.toSorted((a, b) => order(a) - order(b)).map((field) =>
    controlOf(field, { given, shown: isShown(field, fields, whole), fields, path }, making)
  );
}

/** The group of fields that a field belongs to. */
interface Surroundings {
  /** Values of the group. */
  readonly given: Readonly<Record<string, unknown>>;
  /** Whether the field is shown with these values. */
  readonly shown: boolean;
  readonly fields: readonly Field[];
  readonly path: Diagnostic["path"];
}

function controlOf(
  field: Field,
  { given, shown, fields, path: parent }: Surroundings,
  making: Making,
): Control {
  const { language, words, options } = making;
  const path = [...parent, field.fieldname];
  const name = controlName(path);
  const value = Object.hasOwn(given, field.fieldname) ? given[field.fieldname] : undefined;
  const choices = options.choices?.[name] ?? options.choices?.[field.fieldname] ?? field.choices ??
    [];
  const kind = kindOf(field, choices);
  const short = textIn(field.short_text, language);
  const long = textIn(field.long_text, language);
  const example = specials.get(field.specialtype ?? "")?.example;
  const secret = isSecret(field);
  return {
    kind,
    field,
    path,
    name,
    label: labelIn(field, language),
    ...(short === undefined ? {} : { short }),
    ...(long === undefined || long === short ? {} : { long }),
    hints: hintsOf(field, fields, kind, language, words),
    required: isNeeded(field),
    shown,
    values: secret || kind === "group" || kind === "items" ? [] : textsOf(value),
    isStored: secret && textsOf(value).join("") !== "",
    choices: choices.map((choice) => ({
      value: choiceValue(choice),
      label: typeof choice === "string" ? choice : textIn(choice.label, language) || choice.value,
    })),
    isFree: field.basictype === "enum" && (field.choicesfrom !== undefined || choices.length === 0),
    ...(example === undefined || secret ? {} : { placeholder: example }),
    errors: errorsAt(path, kind, making),
    children: childrenOf(field, kind, value, path, making),
  };
}

function kindOf(field: Field, choices: readonly Choice[]): ControlKind {
  const isList = field.isarray === true;
  if (field.basictype === "struct") return isList ? "items" : "group";
  if (isSecret(field)) return "password";
  const isClosed = field.basictype === "enum" && field.choicesfrom === undefined &&
    choices.length > 0;
  if (isList) return isClosed ? "checks" : "lines";
  if (isClosed) return "select";
  switch (field.basictype) {
    case "boolean":
      // What may be left open needs a third choice beside on and off.
      return field.required === true || defaultOf(field) !== undefined ? "check" : "select";
    case "integer":
    case "number":
      // Durations and scores may be written as text: 5min, INFINITY.
      return field.specialtype === "duration" || field.specialtype === "score" ? "text" : "number";
    case "string":
    case "enum":
      return specials.get(field.specialtype ?? "")?.input === "url" ? "url" : "text";
  }
}

function childrenOf(
  field: Field,
  kind: ControlKind,
  value: unknown,
  path: Diagnostic["path"],
  making: Making,
): readonly Control[] {
  const members = membersOf(field);
  if (kind === "group") return groupOf(members, value, path, making);
  if (kind !== "items") return [];
  const items: readonly unknown[] = Array.isArray(value) ? value : [];
  const room = items.length < (field.maxitems ?? Infinity) ? [undefined] : [];
  const { words } = making;
  return [...items, ...room].map((item, index): Control => {
    const at = [...path, index];
    const isNew = index >= items.length;
    return {
      kind: "group",
      field,
      path: at,
      name: controlName(at),
      label: `${words.item} ${index + 1}${isNew ? ` (${words.newItem})` : ""}`,
      hints: [],
      required: !isNew,
      shown: true,
      values: [],
      isStored: false,
      choices: [],
      isFree: false,
      errors: errorsAt(at, "text", making),
      children: isNew
        ? groupOf(members, item, at, making).map(unrequired)
        : groupOf(members, item, at, making),
    };
  });
}

/** The empty group at the end of a list may stay empty. */
function unrequired(control: Control): Control {
  return { ...control, required: false, children: control.children.map(unrequired) };
}

/** The errors of a control: those at its place, and below it where nothing smaller shows them. */
function errorsAt(
  path: Diagnostic["path"],
  kind: ControlKind,
  { options, path: before }: Making,
): readonly Diagnostic[] {
  const whole = [...before, ...path];
  const below = kind === "lines" || kind === "checks" || kind === "password";
  return (options.diagnostics ?? []).filter((diagnostic) =>
    (below ? diagnostic.path.length >= whole.length : diagnostic.path.length === whole.length) &&
    whole.every((step, index) => diagnostic.path[index] === step)
  );
}

/** A diagnostic as a sentence for a form, which shows it at its place. */
export function errorText({ what, why, fix, path }: Diagnostic, words: Words): string {
  const index = path.at(-1);
  const where = typeof index === "number" ? `${pathText([index])} ` : "";
  return `${where}${what}${why === undefined ? "" : `: ${why}`}${
    fix === undefined ? "" : `. ${words.fix} ${fix}`
  }`;
}

function isGroup(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
