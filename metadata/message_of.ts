/**
 * What was thrown, in words: anything may be thrown, and may be put into an error by a library.
 *
 * @module
 */

/** What an error says; of one that was thrown while another was on its way, what both say. */
export function messageOf(error: unknown): string {
  if (error instanceof SuppressedError) {
    return `${messageOf(error.suppressed)}; ${messageOf(error.error)}`;
  }
  return String(error instanceof Error ? error.message : error);
}
