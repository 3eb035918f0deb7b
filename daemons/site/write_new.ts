/**
 * Files that replace an earlier one of the same name.
 *
 * @module
 */
/**
 * Writes a file of many, where one that is half written does no harm: never through a link, and not
 * synced.
 */
export function writeNew(path: string, text: string, mode = 0o644): void {
  try {
    Deno.removeSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  Deno.writeTextFileSync(path, text, { createNew: true, mode });
}
