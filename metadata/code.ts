/**
 * Error codes: stable ids that stand at the end of a message, such as `[HA9001]`. `ha explain CODE`
 * shows the meaning, the causes and the fix from the table in `codes/`.
 *
 * A code is part of the text. So it passes through logs, answers and errors as the message does, and
 * a machine needs nothing but the text. This file imports only the type of the table: a daemon does
 * not load the explanations.
 *
 * @module
 */
import type { Code } from "./codes/table.ts";

export type { Code };

/** A code as a message shows it. */
const shown = /\[(?<code>HA\d{4})\]/g;

/**
 * A message with its code. A message that has a code already keeps that one: the code from the place
 * where the problem was found is the more exact one.
 *
 * @example
 * ```ts
 * withCode("HA9001", "this node runs already"); // "this node runs already [HA9001]"
 * ```
 */
export function withCode(code: Code, message: string): string {
  if (codeIn(message) !== undefined) return message;
  const body = message.trimEnd();
  return `${body} [${code}]${message.slice(body.length)}`;
}

/** The code that a message shows: the last one, since quoted text may contain others. */
export function codeIn(message: string): string | undefined {
  return [...message.matchAll(shown)].at(-1)?.groups?.code;
}

/** For JSON: `code`, if the message shows one. */
export function codeMember(message: string): { readonly code?: string } {
  const code = codeIn(message);
  return code === undefined ? {} : { code };
}
