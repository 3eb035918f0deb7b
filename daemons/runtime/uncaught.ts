/**
 * Errors that nobody caught. Deno would print them as they are, with the secrets and the control
 * characters that an error may hold; here they go the way of all other lines of the log.
 *
 * @module
 */

/**
 * Reports such an error instead of Deno, once, and ends.
 * @param report takes the error with its stack
 * @param end ends this process or thread
 */
export function onUncaught(report: (text: string) => void, end: () => void): void {
  const take = (event: Event, error: unknown) => {
    event.preventDefault();
    try {
      report(`failed: ${stackOf(error)}`);
    } finally {
      end();
    }
  };
  addEventListener("error", (event) => take(event, event.error));
  addEventListener("unhandledrejection", (event) => take(event, event.reason));
}

/** What is known of an error, for the log. */
export function stackOf(error: unknown): string {
  return error instanceof Error ? error.stack ?? error.message : String(error);
}
