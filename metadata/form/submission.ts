/**
 * Converts a submitted form to the input of `check`.
 *
 * @module
 */
import { check } from "../check.ts";
import type { Checked, Diagnostic } from "../diagnostic.ts";
import type { Field } from "../field.ts";
import { isSecret, membersOf } from "../facts.ts";
import { isShown } from "../showif.ts";
import { defaultOf, type Values } from "../zod.ts";
import { controlName, controlPath } from "./names.ts";

/** Entries of a submission at most. */
export const ENTRIES_MAX = 10_000;

/** A form that was sent. */
export interface Submission {
  /** `add`: room for one more was asked for, and nothing is to be saved yet. */
  readonly action: "save" | "add";
  /** The configuration, or what is wrong with it. */
  readonly checked: Checked<Values>;
  /** The values to draw the form with again; of secrets, only those that were stored before. */
  readonly values: Values;
}

/** How a submission is read. */
export interface SubmissionOptions {
  /** The configuration so far: a secret that is left empty keeps its value. */
  readonly previous?: unknown;
  /** What is put before the paths of diagnostics. */
  readonly path?: Diagnostic["path"];
}

/**
 * Reads the entries of a form that `formHtml` drew: of `URLSearchParams`, of `FormData`, or pairs.
 * Empty controls are left out, so that defaults take their place; what does not count (`showif`) is
 * left out too; a name that no control has is refused.
 */
export function readSubmission(
  fields: readonly Field[],
  entries: Iterable<readonly [string, unknown]>,
  options: SubmissionOptions = {},
): Submission {
  const { previous, path = [] } = options;
  const sent: Sent = { texts: new Map(), forget: new Set(), remove: new Set(), used: new Set() };
  let action: Submission["action"] = "save";
  let count = 0;
  for (const [name, value] of entries) {
    if (++count > ENTRIES_MAX) return tooMany(path);
    if (typeof value !== "string") continue; // An uploaded file, which no control here asks for.
    if (name === "_add") action = "add";
    else if (name === "_forget") sent.forget.add(value);
    else if (name === "_remove") sent.remove.add(value);
    else sent.texts.set(name, [...(sent.texts.get(name) ?? []), value]);
  }
  const { input, redraw } = readGroup(fields, previous, [], sent);
  for (const name of sent.texts.keys()) {
    if (sent.used.has(name) || /^_[a-z]+$/.test(name)) continue;
    // Nothing asked for it: `check` says so, with the nearest name.
    const [first = name] = controlPath(name) ?? [name];
    input[first] ??= "";
  }
  return { action, checked: check(fields, input, { path }), values: redraw as Values };
}

interface Sent {
  readonly texts: Map<string, readonly string[]>;
  readonly forget: Set<string>;
  readonly remove: Set<string>;
  /** Names that belong to a control. */
  readonly used: Set<string>;
}

/** What was sent of a group, and what of it may be drawn again. */
interface Read {
  readonly input: Record<string, unknown>;
  readonly redraw: Record<string, unknown>;
  /** Nobody has written anything into it. */
  readonly isEmpty: boolean;
}

function readGroup(
  fields: readonly Field[],
  previous: unknown,
  path: Diagnostic["path"],
  sent: Sent,
): Read {
  const input: Record<string, unknown> = Object.create(null);
  const redraw: Record<string, unknown> = Object.create(null);
  let isEmpty = true;
  for (const field of fields) {
    const name = field.fieldname;
    const before = memberOf(previous, name);
    const read = readField(field, before, [...path, name], sent);
    if (read.input !== undefined) input[name] = read.input;
    if (read.redraw !== undefined) redraw[name] = read.redraw;
    isEmpty &&= read.isEmpty;
  }
  const whole = Object.create(null);
  for (const field of fields) whole[field.fieldname] = input[field.fieldname] ?? defaultOf(field);
  for (const field of fields) {
    if (!isShown(field, fields, whole)) delete input[field.fieldname];
  }
  return { input, redraw, isEmpty };
}

interface ReadField {
  readonly input: unknown;
  readonly redraw: unknown;
  readonly isEmpty: boolean;
}

function readField(
  field: Field,
  before: unknown,
  path: Diagnostic["path"],
  sent: Sent,
): ReadField {
  if (field.basictype === "struct") {
    return field.isarray === true
      ? readItems(field, before, path, sent)
      : readStruct(field, before, path, sent);
  }
  const name = controlName(path);
  const texts = sent.texts.get(name) ?? [];
  sent.used.add(name);
  const written = field.isarray === true
    ? linesOf(texts)
    : texts.at(-1) === ""
    ? undefined
    : texts.at(-1);
  if (!isSecret(field)) {
    const blank = field.basictype === "boolean" ? `${defaultOf(field) ?? false}` : undefined;
    return {
      input: written,
      redraw: written,
      isEmpty: written === undefined || written === blank,
    };
  }
  const stored = sent.forget.has(name) ? undefined : before;
  return { input: written ?? stored, redraw: stored, isEmpty: (written ?? stored) === undefined };
}

function readStruct(
  field: Field,
  before: unknown,
  path: Diagnostic["path"],
  sent: Sent,
): ReadField {
  const read = readGroup(membersOf(field), before, path, sent);
  const isAbsent = read.isEmpty && field.required !== true && before === undefined;
  return { ...read, input: isAbsent ? undefined : read.input };
}

function readItems(
  field: Field,
  before: unknown,
  path: Diagnostic["path"],
  sent: Sent,
): ReadField {
  const prefix = `${controlName(path)}.`;
  const indexes = new Set<number>();
  for (const name of sent.texts.keys()) {
    if (!name.startsWith(prefix)) continue;
    const index = /^\d{1,6}(?=\.)/.exec(name.slice(prefix.length))?.[0];
    if (index !== undefined) indexes.add(Number(index));
  }
  const input: unknown[] = [];
  const redraw: unknown[] = [];
  for (const index of [...indexes].sort((a, b) => a - b)) {
    const at = [...path, index];
    const earlier: unknown = Array.isArray(before) ? before[index] : undefined;
    const read = readGroup(membersOf(field), earlier, at, sent);
    // The empty group at the end is no item, and neither is one that somebody wants removed.
    if (sent.remove.has(controlName(at)) || (read.isEmpty && earlier === undefined)) continue;
    input.push(read.input);
    redraw.push(read.redraw);
  }
  const isEmpty = input.length === 0;
  const value = isEmpty && before === undefined ? undefined : input;
  return { input: value, redraw, isEmpty };
}

/** Lines of a text area, or the boxes that were ticked; undefined if nothing was written. */
function linesOf(texts: readonly string[]): readonly string[] | undefined {
  const lines = texts.flatMap((text) => text.split(/\r\n|\r|\n/)).map((line) => line.trim())
    .filter((line) => line !== "");
  return lines.length === 0 ? undefined : lines;
}

function memberOf(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return undefined;
  return Object.getOwnPropertyDescriptor(value, name)?.value;
}

function tooMany(path: Diagnostic["path"]): Submission {
  return {
    action: "save",
    checked: {
      ok: false,
      diagnostics: [{
        severity: "error",
        path,
        what: "the form has too many values",
        why: `${ENTRIES_MAX} are the most`,
        fix: "send less at once",
        code: "HA1001",
      }],
    },
    values: {},
  };
}
