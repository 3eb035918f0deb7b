/**
 * The HTML element of a control that holds its value.
 *
 * @module
 */
import { defaultOf } from "../zod.ts";
import type { Control } from "./model.ts";
import type { Words } from "./words.ts";

/** What every part of a page needs to know. */
export interface Drawing {
  readonly words: Words;
  readonly idPrefix: string;
}

/** The element. The value of a secret is not in it. */
export function inputHtml(control: Control, drawing: Drawing): string {
  const { kind, field, name, values, words } = { ...control, words: drawing.words };
  const isList = field.isarray === true;
  // A condition is the server's to judge: the browser must not insist on what may not count.
  const required = control.required && field.showif === undefined;
  const common = `id="${idOf(control, drawing)}" name="${escape(name)}"${
    required && !control.isStored && kind !== "check" ? ' required="" aria-required="true"' : ""
  }${described(control, drawing)}`;
  switch (kind) {
    case "lines":
      return `<textarea ${common} rows="${Math.max(3, values.length + 1)}">${
        // A browser drops the first line break of a textarea.
        escape(`\n${values.join("\n")}`)}</textarea>`;
    case "check": {
      const on = (values[0] ?? `${defaultOf(field) ?? false}`) === "true";
      // The last of a name counts: without a tick the first says off.
      return `<input type="hidden" name="${
        escape(name)
      }" value="false"/><input type="checkbox" ${common} value="true"${on ? ' checked=""' : ""}/>`;
    }
    case "select":
      return selectHtml(control, words, common);
    case "password": {
      const remove = control.isStored && !control.required
        ? `\n<label><input type="checkbox" name="_forget" value="${escape(name)}"/> ${
          escape(words.secretRemove)
        }</label>`
        : "";
      const input = isList
        ? `<textarea ${common} rows="3" autocomplete="off"></textarea>`
        : `<input type="password" ${common} autocomplete="new-password"${
          attribute("maxlength", field.length)
        }/>`;
      return `${input}${remove}`;
    }
    default:
      return plainHtml(control, common, `${idOf(control, drawing)}-choices`);
  }
}

/** A list of choices, of which one is taken. */
function selectHtml(
  { field, values: [given = ""], choices: own }: Control,
  words: Drawing["words"],
  common: string,
): string {
  const choices = field.basictype === "boolean"
    ? [{ value: "true", label: words.on }, { value: "false", label: words.off }]
    : own;
  // A value that is no choice any more stays visible, with its error.
  const all = given === "" || choices.some(({ value }) => value === given)
    ? choices
    : [...choices, { value: given, label: given }];
  const options = all.map(({ value, label }) =>
    `<option value="${escape(value)}"${value === given ? ' selected=""' : ""}>${
      escape(label)
    }</option>`
  );
  return `<select ${common}><option value="">${escape(words.notSet)}</option>${
    options.join("")
  }</select>`;
}

/** A line of text or a number, with what it may be. */
function plainHtml(control: Control, common: string, listId: string): string {
  const { kind, field, values: [given = ""] } = control;
  const number = kind === "number"
    ? `${attribute("min", field.minimum ?? (field.specialtype === "port" ? 1 : undefined))}${
      attribute("max", field.maximum ?? (field.specialtype === "port" ? 65535 : undefined))
    } step="${field.basictype === "integer" ? 1 : "any"}"`
    : `${attribute("maxlength", field.length)}${attribute("pattern", field.regex)}`;
  const list = control.choices.length === 0 ? "" : ` list="${listId}"`;
  const offers = control.choices.map(({ value, label }) =>
    `<option value="${escape(value)}">${escape(label)}</option>`
  ).join("");
  return `<input type="${kind}" ${common} value="${escape(given)}"${
    attribute("placeholder", control.placeholder)
  }${number}${list} autocomplete="off"/>${
    list === "" ? "" : `<datalist id="${listId}">${offers}</datalist>`
  }`;
}

/** Links a control to its hint and error. */
export function described(control: Control, drawing: Drawing): string {
  const id = idOf(control, drawing);
  const ids = [
    ...(control.errors.length === 0 ? [] : [`${id}-error`]),
    ...(control.short === undefined && control.hints.length === 0 && !control.isStored
      ? []
      : [`${id}-hint`]),
  ];
  const invalid = control.errors.length === 0 ? "" : ' aria-invalid="true"';
  return `${invalid}${ids.length === 0 ? "" : ` aria-describedby="${ids.join(" ")}"`}`;
}

/** The `id` of a control. */
export function idOf(control: Control, { idPrefix }: Drawing): string {
  return escape(idPrefix + control.name);
}

/** An attribute with a blank before it, or nothing. */
export function attribute(name: string, value: string | number | undefined): string {
  return value === undefined ? "" : ` ${name}="${escape(`${value}`)}"`;
}

const escapes: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Text with its markup made harmless. */
export function escape(text: string): string {
  return text.replace(/[&<>"']/g, (found) => escapes[found]!);
}
