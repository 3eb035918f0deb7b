/**
 * The text of a CIB, from a file or from standard input.
 *
 * @module
 */
import { messageOf } from "../../../metadata/message_of.ts";

/** Bytes a CIB may have: far more than any cluster's; a device or a wrong file ends here. */
export const inputBytesMax = 256 * 2 ** 20;

/** Where a CIB comes from, as errors say it. */
export const sourceName = (path: string | undefined): string =>
  path === undefined ? "from standard input" : `"${path}"`;

/**
 * @param path absolute; without it standard input is read to its end.
 * @throws {Error} that says which file could not be read and why.
 */
export async function readInput(path: string | undefined): Promise<string> {
  const name = sourceName(path);
  try {
    return await readText(path === undefined ? Deno.stdin : await Deno.open(path));
  } catch (cause) {
    const absent = cause instanceof Deno.errors.NotFound;
    const why = absent ? "there is no such file" : messageOf(cause);
    // Not as its cause: what that says more is no help to a person.
    throw new Error(`Cannot read the CIB ${name}: ${why}. Fix: name a file that can be read`);
  }
}

/** Reads to the end, and closes it. */
async function readText({ readable }: Pick<Deno.FsFile, "readable">): Promise<string> {
  const decoder = new TextDecoder();
  const parts: string[] = [];
  let bytes = 0;
  for await (const chunk of readable) {
    bytes += chunk.length;
    if (bytes > inputBytesMax) {
      throw new RangeError(`it has more than ${inputBytesMax / 2 ** 20} MiB`);
    }
    parts.push(decoder.decode(chunk, { stream: true }));
  }
  return parts.join("") + decoder.decode();
}
