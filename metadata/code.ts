/**
 * Error codes: stable ids in messages, such as `[HA9001]`. `ha explain CODE` shows the meaning, the
 * causes and the fix from the table in `codes/`.
 *
 * A code stands at the end of what is wrong, before the fix: a fix often ends with a command, and a
 * person copies it to the end of the line.
 *
 * A code is part of the text. So it passes through logs, answers and errors as the message does, and
 * a machine needs nothing but the text. This file imports only the names of the table: a daemon does
 * not load the explanations.
 *
 * @module
 */
import type { Code } from "./codes/code_name.ts";

export type { Code };

/** A code as a message shows it. */
const shown = /\[(?<code>HA\d{4})\]/g;

/** A code at the end of what is wrong, in the last line. */
const atEnd = /\[HA\d{4}\](?:\.?\s+Fix: (?:(?!\bFix: )[^\n])*)?\s*$/;
/** The fix at the end of a message. */
const fix = /\.?(?:^|\s+)Fix: (?![^]*\bFix: )/;

/**
 * A message with its code. A message that has one at this place keeps it: it comes from where the
 * problem was found, and is the more exact one.
 *
 * @example
 * ```ts
 * withCode("HA9001", "it is running. Fix: stop it"); // "it is running [HA9001]. Fix: stop it"
 * withCode("HA9001", "it is running"); // "it is running [HA9001]"
 * ```
 */
export function withCode(code: Code, message: string): string {
  if (atEnd.test(message)) return message;
  const at = fix.exec(message)?.index ?? message.trimEnd().length;
  const [before, after] = [message.slice(0, at), message.slice(at)];
  return before === "" ? `[${code}] ${after.trimStart()}` : `${before} [${code}]${after}`;
}

/** The code that a message shows: the last one, since quoted text may contain others. */
export function codeIn(message: string): string | undefined {
  return [...message.matchAll(shown)].at(-1)?.groups?.code;
}
