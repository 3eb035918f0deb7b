/**
 * A lock as a whole: read with all that it says, written so that a review shows what changed.
 *
 * @module
 */
import { type Locked, lockedAs, readLock } from "./lock.ts";

/** A lock of which every entry was checked. */
export interface WholeLock {
  readonly version: 1;
  readonly plugins: Readonly<Record<string, Locked>>;
}

/**
 * Reads a lock; one that is not there is empty.
 * @throws {DiagnosticError} if any of it is malformed, or everybody may write it
 */
export async function readWholeLock(file: URL): Promise<WholeLock> {
  const lock = await readLock(file);
  const plugins: Record<string, Locked> = {};
  for (const id of Object.keys(lock.plugins)) {
    const locked = lockedAs(id, lock, file);
    if (locked !== undefined) plugins[id] = locked;
  }
  return { version: 1, plugins };
}

/** A lock as text: the same for the same content, one file a line, plugins by name. */
export function lockText(lock: WholeLock): string {
  const plugins = Object.fromEntries(
    Object.entries(lock.plugins).sort(([a], [b]) => a < b ? -1 : 1),
  );
  return `${JSON.stringify({ version: 1, plugins }, null, 2)}\n`;
}
