/**
 * The message of a thrown value: any value may be thrown, and a library may put one into an error.
 *
 * @module
 */

/** Maximum number of causes to follow. */
const causesMax = 5;

/**
 * The message of an error, with the causes that it does not contain: "fetch failed" alone does not
 * help. For an error that was thrown while another one was being handled: both messages.
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
