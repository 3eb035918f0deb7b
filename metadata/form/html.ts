/**
 * A form as accessible HTML that needs no script. Every control has a label and is linked to its
 * hints. Errors are at the control and in a list with links at the top. The form can be submitted
 * as it is.
 *
 * @module
 */
import type { Diagnostic } from "../diagnostic.ts";
import { attribute, described, type Drawing, escape, idOf, inputHtml } from "./html_input.ts";
import { type Control, errorText, type Form } from "./model.ts";
import type { Words } from "./words.ts";

/** How the form is sent. */
export interface HtmlOptions {
  /** Where it is sent to. Default: the page's own address. */
  readonly action?: string;
  /**
   * Hidden values to come back with it, such as a token against forged submissions. Their names are
   * `_` and small letters, which `readSubmission` passes over.
   */
  readonly hidden?: Readonly<Record<string, string>>;
  /** What stands before each `id`, where a page holds several forms. Default `f-`. */
  readonly idPrefix?: string;
}

/**
 * Draws a form. The result is an element `form`, to be put into a page; all text in it is escaped.
 *
 * @example
 * ```ts
 * import { formOf } from "./model.ts";
 * formHtml(formOf([{ fieldname: "port", basictype: "integer", specialtype: "port" }]));
 * ```
 */
export function formHtml(form: Form, options: HtmlOptions = {}): string {
  const { action, hidden = {}, idPrefix = "f-" } = options;
  const drawing: Drawing = { words: form.words, idPrefix };
  const { words } = form;
  return [
    `<form method="post"${attribute("action", action)} lang="${escape(form.language)}">`,
    ...Object.entries(hidden).map(([name, value]) =>
      `<input type="hidden" name="${escape(name)}" value="${escape(value)}"/>`
    ),
    summary(form, drawing),
    ...form.controls.map((control) => draw(control, drawing)),
    `<p><button type="submit">${escape(words.submit)}</button></p>`,
    "</form>",
  ].filter((line) => line !== "").join("\n");
}

/** All errors above the form: who hears a page rather than sees it must meet them first. */
function summary(form: Form, drawing: Drawing): string {
  const lines: string[] = form.errors.map((error) =>
    `<li>${escape(errorText(error, form.words))}</li>`
  );
  const walk = (control: Control): void => {
    for (const error of control.errors) {
      const said = `${control.label}: ${errorText(error, form.words)}`;
      lines.push(`<li><a href="#${idOf(control, drawing)}">${escape(said)}</a></li>`);
    }
    control.children.forEach(walk);
  };
  form.controls.forEach(walk);
  if (lines.length === 0) return "";
  return `<div role="alert" class="errors"><p>${escape(form.words.problems)}</p>` +
    `<ul>${lines.join("")}</ul></div>`;
}

function draw(control: Control, drawing: Drawing): string {
  const { kind } = control;
  if (kind === "group" || kind === "items") return drawGroup(control, drawing);
  if (kind === "checks") return drawChecks(control, drawing);
  const id = idOf(control, drawing);
  const label = `<label for="${id}">${labelHtml(control, drawing.words)}</label>`;
  const input = inputHtml(control, drawing);
  const body = kind === "check" ? `${input} ${label}` : `${label}\n${input}`;
  return `<div class="field${control.shown ? "" : " unused"}"${conditionData(control)}>\n${body}\n${
    about(control, drawing)
  }</div>`;
}

function drawGroup(control: Control, drawing: Drawing): string {
  const { words } = drawing;
  const isItem = typeof control.path.at(-1) === "number";
  return [
    `<fieldset id="${idOf(control, drawing)}" class="field${control.shown ? "" : " unused"}"${
      described(control, drawing)
    }${conditionData(control)}>`,
    `<legend>${labelHtml({ ...control, required: control.required && !isItem }, words)}</legend>`,
    about(control, drawing),
    ...control.children.map((child) => draw(child, drawing)),
    isItem && control.required
      ? `<p><label><input type="checkbox" name="_remove" value="${escape(control.name)}"/> ${
        escape(words.removeItem)
      }</label></p>`
      : "",
    control.kind === "items"
      ? `<p><button type="submit" name="_add" value="${escape(control.name)}" formnovalidate="">${
        escape(words.addItem)
      }</button></p>`
      : "",
    "</fieldset>",
  ].filter((line) => line !== "").join("\n");
}

function drawChecks(control: Control, drawing: Drawing): string {
  const id = idOf(control, drawing);
  const boxes = control.choices.map(({ value, label }, index) =>
    `<div><input type="checkbox" id="${id}-${index}" name="${escape(control.name)}" value="${
      escape(value)
    }"${control.values.includes(value) ? ' checked=""' : ""}/> <label for="${id}-${index}">${
      escape(label)
    }</label></div>`
  );
  return [
    `<fieldset id="${id}" class="field${control.shown ? "" : " unused"}"${
      described(control, drawing)
    }${conditionData(control)}>`,
    `<legend>${labelHtml(control, drawing.words)}</legend>`,
    // Says that the list was asked even where nothing in it is chosen.
    `<input type="hidden" name="${escape(control.name)}" value=""/>`,
    ...boxes,
    about(control, drawing),
    "</fieldset>",
  ].join("\n");
}

/** What there is to say of a control, with the ids that tie it to the control. */
function about(control: Control, drawing: Drawing): string {
  const { words } = drawing;
  const id = idOf(control, drawing);
  const hints = [
    ...(control.short === undefined ? [] : [control.short]),
    ...control.hints,
    ...(control.isStored ? [words.secretKept] : []),
  ];
  return [
    hints.length === 0
      ? ""
      : `<p id="${id}-hint" class="hint">${hints.map(escape).join("<br/>")}</p>\n`,
    control.errors.length === 0
      ? ""
      : `<p id="${id}-error" class="error">${
        control.errors.map((error: Diagnostic) => escape(errorText(error, words))).join("<br/>")
      }</p>\n`,
    control.long === undefined
      ? ""
      : `<details><summary>${escape(words.more)}: ${escape(control.label)}</summary><p>${
        escape(control.long).replaceAll("\n", "<br/>")
      }</p></details>\n`,
  ].join("");
}

function labelHtml({ label, required }: Control, words: Words): string {
  return `${escape(label)}${
    required ? ` <span class="required">(${escape(words.required)})</span>` : ""
  }`;
}

/** For scripts that may hide what does not count; nothing depends on them. */
function conditionData({ field, path }: Control): string {
  if (field.showif === undefined || typeof path.at(-1) === "number") return "";
  return ` data-showif="${escape(JSON.stringify(field.showif))}"`;
}
