/**
 * Makes untrusted text harmless: the one function through which it reaches a terminal, a log or a
 * prompt.
 *
 * A summary, an id or the name of a file may contain characters that control a terminal, reorder
 * text, or are invisible. Each of them is written as `\u001b`, as in JSON, so a JSON document keeps
 * its meaning.
 *
 * @example
 * ```ts
 * printable("web\u001b[2J\n"); // web\u001b[2J\u000a
 * printableLines("a\nb\u202e\n"); // two lines, the second one is b\u202e
 * ```
 *
 * @module
 */

/**
 * C0, C1, bidirectional marks, zero-width and other format characters, line and paragraph separators,
 * lone surrogates, what has no meaning for all (private, unassigned), and letters without a shape.
 */
const marks = String
  .raw`\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\p{Cn}\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\uffa0`;
const mark = new RegExp(`^[${marks}]$`, "u");
/** Everything that is not plain ASCII is looked at closely; most text has none of it. */
const unusual = /[^\x20-\x7e]/gu;

/** One line: all such characters escaped, line breaks and tabs included. */
export function printable(text: string): string {
  return text.replace(unusual, (found) => mark.test(found) ? escaped(found) : found);
}

/** One line of a table: a tab is allowed. */
export function printableLine(text: string): string {
  return text.replace(
    unusual,
    (found) => found === "\t" || !mark.test(found) ? found : escaped(found),
  );
}

/** Several lines: `\n` ends a line and a tab is allowed; all others are escaped. */
export function printableLines(text: string): string {
  return text.replace(
    unusual,
    (found) => found === "\n" || found === "\t" || !mark.test(found) ? found : escaped(found),
  );
}

/** The first such character of a text that must have none, as it is written; undefined if none. */
export function unprintableIn(text: string): string | undefined {
  for (const [found] of text.matchAll(unusual)) if (mark.test(found)) return escaped(found);
  return undefined;
}

/** As JSON writes it: one escape for each unit of UTF-16. */
function escaped(character: string): string {
  return Array.from(
    { length: character.length },
    (_, at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, "0")}`,
  ).join("");
}
