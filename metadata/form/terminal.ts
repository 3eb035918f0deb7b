/**
 * A form as questions in a terminal. The caller passes in the functions that read and write lines,
 * so a test can answer and this module uses no terminal.
 *
 * @module
 */
import { check } from "../check.ts";
import type { Diagnostic } from "../diagnostic.ts";
import type { Choice, Field } from "../field.ts";
import { choiceValue, isSecret, membersOf } from "../facts.ts";
import { isShown } from "../showif.ts";
import { textIn } from "../text.ts";
import { defaultOf, isNeeded, type Values } from "../zod.ts";
import { textsOf } from "./hints.ts";
import { type Control, errorText, formOf } from "./model.ts";
import { type Words, wordsIn } from "./words.ts";

/** Times that one question is asked again at most. */
export const ATTEMPTS_MAX = 20;

/** Reads and writes lines. */
export interface TerminalIo {
  /** Shows text, which brings its own line breaks. */
  write(text: string): void;
  /** One line without its end; undefined at the end. */
  readLine(prompt: string): Promise<string | undefined>;
  /** One line that is not echoed. */
  readSecret(prompt: string): Promise<string | undefined>;
}

/** How to ask. */
export interface AskOptions {
  /** Values so far: an empty answer keeps them. */
  readonly values?: unknown;
  /** Language of the texts; English where there are none in it. */
  readonly language?: string;
  /** Choices of a field, given the values so far: see `choices.ts`. */
  readonly choicesOf?: (
    field: Field,
    values: Readonly<Record<string, unknown>>,
  ) => Promise<readonly Choice[]>;
}

/**
 * Asks for a configuration, field by field, and again where an answer cannot be taken. `?` shows
 * the full help of a field, `-` takes a value away. Undefined if there were no more lines, or
 * one question was answered wrongly too often.
 */
export async function askForm(
  fields: readonly Field[],
  io: TerminalIo,
  options: AskOptions = {},
): Promise<Values | undefined> {
  const { language = "en" } = options;
  const asking: Asking = { io, language, words: wordsIn(language), options };
  let values = isGroup(options.values) ? options.values : {};
  let only: ReadonlySet<string> | undefined;
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
    const answered = await askGroup(fields, values, [], asking, only);
    if (answered === undefined || answered === left) return undefined;
    const checked = check(fields, answered);
    if (checked.ok) return checked.value;
    // Each answer was good by itself: what is wrong lies between them. Only those are asked again.
    io.write(`${asking.words.problems}\n`);
    for (const error of checked.diagnostics) io.write(`  ${errorText(error, asking.words)}\n`);
    only = new Set(
      checked.diagnostics.flatMap(({ path }) => typeof path[0] === "string" ? [path[0]] : []),
    );
    values = answered;
  }
  return undefined;
}

interface Asking {
  readonly io: TerminalIo;
  /** Whether a dot leaves out the group that is asked for. */
  readonly mayLeave?: boolean;
  readonly language: string;
  readonly words: Words;
  readonly options: AskOptions;
}

type Group = Readonly<Record<string, unknown>>;

async function askGroup(
  fields: readonly Field[],
  before: Group,
  path: Diagnostic["path"],
  asking: Asking,
  only?: ReadonlySet<string>,
): Promise<Group | typeof left | undefined> {
  let values: Group = {};
  for (const field of fields) {
    const absent = defaultOf(field);
    if (Object.hasOwn(before, field.fieldname)) {
      values = { ...values, [field.fieldname]: before[field.fieldname] };
    } else if (absent !== undefined) values = { ...values, [field.fieldname]: absent };
  }
  const order = (field: Field) => field.order ?? 0;
  for (const field of fields.toSorted((a, b) => order(a) - order(b))) {
    const name = field.fieldname;
    const { [name]: value, ...others } = values;
    if (!isShown(field, fields, values)) {
      values = others;
      continue;
    }
    if (only !== undefined && !only.has(name)) continue;
    const asked = await askField(field, { fields, values, path: [...path, name] }, value, asking);
    if (asked === undefined || asked === left) return asked;
    values = asked.value === undefined ? others : { ...others, [name]: asked.value };
  }
  return values;
}

/** What was begun is to be left out. */
const left = "left";

/** The answer; its value is undefined if there is to be none. No answer at all if there are no more lines. */
type Asked = { readonly value: unknown } | typeof left | undefined;

/** The group of fields that a field belongs to, with its values so far. */
interface Surroundings {
  readonly fields: readonly Field[];
  readonly values: Group;
  /** Path of the field itself. */
  readonly path: Diagnostic["path"];
}

async function askField(
  field: Field,
  { fields, values, path }: Surroundings,
  value: unknown,
  asking: Asking,
): Promise<Asked> {
  const found = await asking.options.choicesOf?.(field, values);
  const { controls } = formOf(fields, {
    values,
    language: asking.language,
    ...(found === undefined ? {} : { choices: { [field.fieldname]: found } }),
  });
  const control = controls.find((one) => one.field.fieldname === field.fieldname)!;
  introduce(control, asking);
  if (field.basictype === "struct") {
    return field.isarray === true
      ? await askItems(field, value, path, asking)
      : await askStruct(field, value, path, asking);
  }
  return await askValue(control, value, asking);
}

async function askStruct(
  field: Field,
  value: unknown,
  path: Diagnostic["path"],
  asking: Asking,
): Promise<Asked> {
  if (value === undefined && !isNeeded(field)) {
    const wanted = await askYes(`${asking.words.fillIn} `, asking);
    if (wanted === undefined) return undefined;
    if (!wanted) return { value: undefined };
  }
  const optional = value === undefined && !isNeeded(field);
  if (optional) asking.io.write(`  ${asking.words.leave}\n`);
  const group = await askGroup(membersOf(field), isGroup(value) ? value : {}, path, {
    ...asking,
    mayLeave: optional || asking.mayLeave === true,
  });
  if (group === undefined) return undefined;
  if (group === left) return optional ? { value: undefined } : left;
  return { value: group };
}

async function askItems(
  field: Field,
  value: unknown,
  path: Diagnostic["path"],
  asking: Asking,
): Promise<Asked> {
  const { io, words } = asking;
  const items: Group[] = (Array.isArray(value) ? value : []).filter(isGroup);
  const show = () => {
    for (const [index, item] of items.entries()) {
      io.write(`  ${words.item} ${index + 1}: ${brief(item, field)}\n`);
    }
  };
  show();
  const { minitems = 0, maxitems = 1024 } = field;
  for (let attempt = 0; attempt < ATTEMPTS_MAX + items.length;) {
    const line = await io.readLine(
      `${words.another}${items.length === 0 ? "" : ` ${words.or} -1`} `,
    );
    if (line === undefined) return undefined;
    const [, number] = /^\s*-\s*(\d{1,4})\s*$/.exec(line) ?? [];
    if (number !== undefined) {
      attempt++;
      items.splice(Number(number) - 1, Number(number) > 0 ? 1 : 0);
      show();
      continue;
    }
    if (!isYes(line) || items.length >= maxitems) {
      if (items.length >= minitems && items.length <= maxitems) break;
      attempt++;
      io.write(`  ${words.items} ${minitems} ${words.to} ${maxitems}\n`);
      continue;
    }
    io.write(`  ${words.leave}\n`);
    const inside = { ...asking, mayLeave: true };
    const group = await askGroup(membersOf(field), {}, [...path, items.length], inside);
    if (group === undefined) return undefined;
    if (group !== left) items.push(group);
  }
  return { value: items.length === 0 && value === undefined ? undefined : items };
}

async function askValue(control: Control, value: unknown, asking: Asking): Promise<Asked> {
  const { field } = control;
  const { io, words } = asking;
  const secret = isSecret(field);
  const kept = secret ? (control.isStored ? "***" : "") : textsOf(value).join(", ");
  const prompt = `${control.label}${kept === "" ? "" : ` [${kept}]`}: `;
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
    const line = await (secret ? io.readSecret(prompt) : io.readLine(prompt));
    if (line === undefined) return undefined;
    if (line.trim() === "?") {
      explain(control, asking);
      continue;
    }
    if (line.trim() === "." && asking.mayLeave === true && !secret) return left;
    const answer = line === ""
      ? value
      : line.trim() === "-" && !secret
      ? undefined
      : meant(control, line);
    if (answer === undefined && !isNeeded(field)) return { value: undefined };
    // The condition is fulfilled, or it would not be asked.
    const { showif: _condition, ...alone } = field;
    const checked = check(
      [alone],
      answer === undefined ? {} : { [field.fieldname]: answer },
    );
    if (checked.ok) return { value: checked.value[field.fieldname] };
    for (const error of checked.diagnostics) io.write(`  ${errorText(error, words)}\n`);
  }
  return undefined;
}

/** Choices are numbered: a number means the choice, unless it is one itself. */
function meant(control: Control, line: string): unknown {
  const { choices, field } = control;
  const pick = (text: string): string => {
    const given = text.trim();
    if (choices.length === 0 || choices.some(({ value }) => value === given)) {
      return choices.length === 0 ? text : given;
    }
    return /^\d{1,4}$/.test(given) ? choices[Number(given) - 1]?.value ?? given : given;
  };
  if (field.isarray !== true) return pick(line);
  if (line.trim().startsWith("[")) return line;
  return line.split(/\s*,\s*|\s+/).filter((part) => part !== "").map(pick);
}

function introduce(control: Control, { io, words }: Asking): void {
  const { required, short, hints, choices } = control;
  io.write(`\n${control.label}${required ? ` (${words.required})` : ""}\n`);
  for (const line of [...(short === undefined ? [] : [short]), ...hints]) io.write(`  ${line}\n`);
  for (const [index, { value, label }] of choices.entries()) {
    io.write(`  ${index + 1}) ${label}${label === value ? "" : ` (${value})`}\n`);
  }
}

function explain({ field, long, short, placeholder }: Control, { io, language }: Asking): void {
  io.write(
    `  ${
      (long ?? short ?? textIn(field.long_text, language) ?? field.fieldname).replaceAll(
        "\n",
        "\n  ",
      )
    }\n`,
  );
  if (placeholder !== undefined) io.write(`  ${placeholder}\n`);
}

/** An empty answer is no. */
async function askYes(prompt: string, { io }: Asking): Promise<boolean | undefined> {
  const line = await io.readLine(prompt);
  return line === undefined ? undefined : isYes(line);
}

const isYes = (line: string): boolean => /^(?:y|yes|j|ja|1|true|on)$/i.test(line.trim());

/** An item in one line, without its secrets. */
function brief(item: Group, field: Field): string {
  return membersOf(field).flatMap((member) => {
    const said = isSecret(member) ? "***" : textsOf(item[member.fieldname]).join(" ");
    return item[member.fieldname] === undefined || said === ""
      ? []
      : [`${member.fieldname}=${choiceValue(said)}`];
  }).join(", ");
}

function isGroup(value: unknown): value is Group {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
