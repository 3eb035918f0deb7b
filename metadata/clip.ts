/**
 * Text of strangers kept short: a name of two megabytes would hide what an error says.
 *
 * @example
 * ```ts
 * clip("abcdefghij".repeat(10), 40); // abcdefghijabcde… 80 characters …fghij
 * ```
 *
 * @module
 */

/** Characters of one line of an error or a warning at most. */
export const lineCharactersMax = 2_000;

/**
 * A text of at most about so many characters. Of a longer one the begin and the end are kept, since an
 * error ends with what to do; between them stands how much is left out.
 */
export function clip(text: string, charactersMax: number = lineCharactersMax): string {
  if (text.length <= charactersMax) return text;
  const tail = Math.floor(charactersMax / 4);
  const head = charactersMax - tail;
  const left = text.length - head - tail;
  return `${whole(text.slice(0, head))}… ${left} characters …${whole(text.slice(-tail))}`;
}

/** Without half a character at either end. */
const whole = (text: string): string =>
  text.replace(/^[\udc00-\udfff]/, "").replace(/[\ud800-\udbff]$/, "");
