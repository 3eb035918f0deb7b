/**
 * What was thrown, in words: anything may be thrown, and may be put into an error by a library.
 *
 * @module
 */

/** Causes of an error that are followed at most. */
const causesMax = 5;

/**
 * What an error says, and its causes that it does not name itself: "fetch failed" alone helps nobody.
 * Of an error that was thrown while another was on its way, what both say.
 */
export function messageOf(error: unknown): string {
  return withCauses(error, causesMax);
}

function withCauses(error: unknown, left: number): string {
  if (error instanceof SuppressedError) {
    return `${messageOf(error.suppressed)}; ${messageOf(error.error)}`;
  }
  if (!(error instanceof Error)) return String(error);
  const message = String(error.message);
  if (error.cause === undefined || left === 0) return message;
  const cause = withCauses(error.cause, left - 1);
  return cause === "" || message.includes(cause) ? message : `${message}: ${cause}`;
}
