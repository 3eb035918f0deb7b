/**
 * Files that the node configuration names: one that cannot be read is a mistake in the
 * configuration, which no restart repairs.
 *
 * @module
 */
import { DiagnosticError, problem } from "../../metadata/diagnostic.ts";
import { messageOf } from "../../metadata/message_of.ts";
import { readBounded, textOf } from "./bounded_file.ts";

/** A file that was read. */
export interface ConfiguredFile {
  /** With the mark of the byte order, if there is one. */
  readonly text: string;
  /** Its permission bits. */
  readonly mode: number;
}

/**
 * Reads such a file.
 *
 * @param field of the node configuration that names it.
 * @param bytesMax bytes that it may have.
 * @throws {DiagnosticError} if it cannot be read, is no file, or has more.
 */
export async function readConfigured(
  field: string,
  path: string,
  bytesMax: number,
): Promise<ConfiguredFile> {
  try {
    const { bytes, mode } = await readBounded(path, bytesMax);
    return { text: textOf(bytes, "keep"), mode };
  } catch (error) {
    throw new DiagnosticError(`Cannot use "${path}"`, [problem(
      [field],
      error instanceof Deno.errors.NotFound ? "there is no such file" : "it cannot be read",
      messageOf(error),
      `create it, let this user read it, or name another file in "${field}"`,
      "HA1004",
    )]);
  }
}
