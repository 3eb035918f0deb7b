/**
 * Writes all of a text to where a program's output goes, before the program goes on.
 *
 * The output may be shared with a program that has set it to not block, as a pipe or a terminal can be
 * by any of those that have it. Then a write is refused while the reader is behind: it is tried again,
 * as it would have waited otherwise.
 *
 * @module
 */

/** Milliseconds between two tries. */
const againMs = 5;

/** @param to standard output or error, or what a test gives. */
export function writeAll(to: { writeSync(bytes: Uint8Array): number }, text: string): void {
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length;) {
    try {
      at += to.writeSync(bytes.subarray(at));
    } catch (error) {
      if (!(error instanceof Deno.errors.WouldBlock)) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, againMs);
    }
  }
}
