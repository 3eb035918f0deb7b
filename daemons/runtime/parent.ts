/**
 * How a process ends with the one that started it, however that one died.
 *
 * The parent keeps the standard input of its child open, and says so with an argument; the end of
 * that input is then the end of the child. Without the argument the input is not looked at: a
 * service supervisor such as systemd gives a daemon an empty one.
 *
 * @module
 */

/** The argument. */
export const untilStdinEnds = "--until-stdin-ends";

/** Resolves when the parent is gone. */
export async function parentGone(): Promise<void> {
  const buffer = new Uint8Array(64);
  try {
    while (await Deno.stdin.read(buffer) !== null);
  } catch {
    // Closed is closed.
  }
}
