/**
 * Values of a configuration in a file, as `ha plugin configure --to FILE` writes them.
 *
 * @module
 */
import { DiagnosticError, problem } from "../../../../../metadata/diagnostic.ts";
import { messageOf } from "../../../../../metadata/message_of.ts";
import { bytesMax, readText } from "../../../../site/bounded_file.ts";

/** @throws {DiagnosticError} if it cannot be read, or holds no object. */
export async function readValues(file: string): Promise<Readonly<Record<string, unknown>>> {
  const refused = (why: string) =>
    new DiagnosticError("Cannot use the values", [
      problem(
        [file],
        "it holds no values",
        why,
        "write it with: ha plugin configure --to FILE",
        "HA0002",
      ),
    ]);
  let values: unknown;
  try {
    values = JSON.parse(await readText(file, bytesMax.configuration));
  } catch (error) {
    // What JSON.parse says quotes the text, which may be a secret.
    if (error instanceof SyntaxError) throw refused("it is not JSON");
    throw refused(messageOf(error));
  }
  if (typeof values !== "object" || values === null || Array.isArray(values)) {
    throw refused("it is JSON, but no object");
  }
  return { ...values };
}
