/**
 * Generated forms: from fields and values, for the terminal and for the web.
 *
 * @module
 */
export { type AskPlugin, Choices } from "./choices.ts";
export { formHtml, type HtmlOptions } from "./html.ts";
export { type Control, type ControlKind, type Form, formOf, type FormOptions } from "./model.ts";
export { readSubmission, type Submission, type SubmissionOptions } from "./submission.ts";
export { askForm, type AskOptions, type TerminalIo } from "./terminal.ts";
export { type Words, wordsIn } from "./words.ts";
