/**
 * The text of a CIB, from a file or from standard input.
 *
 * @module
 */
import { withCode } from "../../../metadata/code.ts";
import { messageOf } from "../../../metadata/message_of.ts";
import { readBounded, textOf } from "../../site/bounded_file.ts";

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
    return textOf(
      path === undefined
        ? await readAll(Deno.stdin.readable)
        : (await readBounded(path, inputBytesMax)).bytes,
    );
  } catch (cause) {
    const absent = cause instanceof Deno.errors.NotFound;
    const why = absent ? "there is no such file" : messageOf(cause);
    // Not as its cause: what that says more is no help to a person.
    throw new Error(
      withCode("HA0008", `Cannot read the CIB ${name}: ${why}. Fix: name a file that can be read`),
    );
  }
}

/** The same of one file of a folder. */
export function readInputSync(path: string): string {
  try {
    const { isFile, size } = Deno.statSync(path);
    if (!isFile) throw new TypeError("it is not a file");
    if (size > inputBytesMax) {
      throw new RangeError(`it has ${size} bytes; at most ${inputBytesMax} are read`);
    }
    return textOf(Deno.readFileSync(path));
  } catch (cause) {
    const why = `Cannot read "${path}": ${messageOf(cause)}`;
    throw new Error(withCode("HA0008", `${why}. Fix: name a file that can be read`));
  }
}

/** Reads to the end, and closes it. */
async function readAll(readable: ReadableStream<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let bytes = 0;
  for await (const chunk of readable) {
    bytes += chunk.length;
    if (bytes > inputBytesMax) {
      throw new RangeError(`it has more than ${inputBytesMax} bytes; at most as many are read`);
    }
    parts.push(Uint8Array.from(chunk));
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}
