/**
 * What the plugins in locks say of themselves, without loading or verifying any.
 *
 * @module
 */
import type { Manifest } from "../../../metadata/manifest.ts";
import { lockedAs, readLock } from "./lock.ts";

/** Manifests by identity. */
export interface Manifests {
  /** All identities. */
  readonly ids: readonly string[];
  /**
   * What the first lock that has the plugin says of it.
   * @throws {DiagnosticError} if that is malformed
   */
  get(id: string): Manifest | undefined;
}

/**
 * Reads the manifests in locks.
 * @throws {DiagnosticError} if one is no lock
 */
export async function manifestsIn(files: readonly URL[]): Promise<Manifests> {
  const locks = await Promise.all(
    files.map(async (file) => ({ file, lock: await readLock(file) })),
  );
  return {
    ids: [...new Set(locks.flatMap(({ lock }) => Object.keys(lock.plugins)))],
    get(id) {
      for (const { lock, file } of locks) {
        const locked = lockedAs(id, lock, file);
        if (locked !== undefined) return locked.manifest;
      }
      return undefined;
    },
  };
}
