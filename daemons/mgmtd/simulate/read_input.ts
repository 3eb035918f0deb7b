/**
 * The text of a CIB, from a file or from standard input.
 *
 * @module
 */
import { messageOf } from "../../../metadata/message_of.ts";

/**
 * @param path absolute; without it standard input is read to its end.
 * @throws {Error} that says which file could not be read and why.
 */
export async function readInput(path: string | undefined): Promise<string> {
  if (path === undefined) return await new Response(Deno.stdin.readable).text();
  try {
    return await Deno.readTextFile(path);
  } catch (cause) {
    const absent = cause instanceof Deno.errors.NotFound;
    const why = absent ? "there is no such file" : messageOf(cause);
    // Not as its cause: what that says more is no help to a person.
    throw new Error(`Cannot read the CIB "${path}": ${why}. Fix: name a file that can be read`);
  }
}
