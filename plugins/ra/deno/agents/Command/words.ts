/**
 * Arguments of a program, from one text.
 *
 * @module
 */

/** Words between blanks, or the texts of a JSON array. @throws {TypeError} if it is neither. */
export function wordsOf(text: string): readonly string[] {
  const trimmed = text.trim();
  if (!trimmed.startsWith("[")) return trimmed === "" ? [] : trimmed.split(/\s+/);
  const list: unknown = JSON.parse(trimmed);
  if (Array.isArray(list) && list.every((one) => typeof one === "string")) return list;
  throw new TypeError("arguments begin with [, but are no JSON array of texts");
}
