/**
 * Whether something is at a path: a file, a folder, or a link that leads nowhere.
 *
 * @module
 */

/** @throws if that cannot be said. */
export async function isThere(path: string): Promise<boolean> {
  try {
    await Deno.lstat(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
