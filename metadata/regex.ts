/**
 * The regular expressions of fields.
 *
 * @module
 */

/** Characters of a value that are matched at most; a longer one does not match. */
export const MATCHED_MAX = 1024;

/** Whether the whole text matches. An expression that cannot be used matches nothing. */
export function matches(pattern: string, text: string): boolean {
  if (text.length > MATCHED_MAX || regexProblem(pattern) !== undefined) return false;
  return new RegExp(`^(?:${pattern})$`, "v").test(text);
}

/** Why an expression cannot be used, or undefined if it can. */
export function regexProblem(pattern: string): string | undefined {
  try {
    new RegExp(`^(?:${pattern})$`, "v");
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
