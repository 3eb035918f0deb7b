/**
 * A reason of several lines, as the cib gives one for each fault of a change: a line each, since a line
 * of a list is one line on the terminal. The later lines are indented, so none passes for ours.
 *
 * @example
 * ```ts
 * reasonLines("Nothing was changed: not the language\n  tags: unknown");
 * // ["Nothing was changed: not the language", "  tags: unknown"]
 * ```
 *
 * @module
 */

/** Lines that are shown at most. */
const linesMax = 200;

/** See the head of the file. */
export function reasonLines(text: string): readonly string[] {
  const lines = text.split("\n").map((line, at) => at === 0 ? line : `  ${line.trimStart()}`);
  return lines.length <= linesMax
    ? lines
    : [...lines.slice(0, linesMax), `  and ${lines.length - linesMax} more lines`];
}
