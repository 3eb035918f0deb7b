/**
 * Files that the node configuration names: one that cannot be read is a mistake in the
 * configuration, which no restart repairs.
 *
 * @module
 */
import { DiagnosticError, problem } from "../../metadata/diagnostic.ts";
import { messageOf } from "../../metadata/message_of.ts";

/** A file that was read. */
export interface ConfiguredFile {
  readonly text: string;
  /** Its permission bits. */
  readonly mode: number;
}

/**
 * Reads such a file.
 *
 * @param field of the node configuration that names it.
 * @throws {DiagnosticError} if it cannot be read.
 */
export async function readConfigured(field: string, path: string): Promise<ConfiguredFile> {
  try {
    const { mode } = await Deno.stat(path);
    return { text: await Deno.readTextFile(path), mode: mode ?? 0 };
  } catch (error) {
    throw new DiagnosticError(`Cannot use "${path}"`, [problem(
      [field],
      error instanceof Deno.errors.NotFound ? "there is no such file" : "it cannot be read",
      messageOf(error),
      `create it, let this user read it, or name another file in "${field}"`,
    )]);
  }
}
