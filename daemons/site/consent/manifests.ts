/**
 * What the plugins in locks say of themselves, without loading or verifying any.
 *
 * @module
 */
import type { Manifest } from "../../../metadata/manifest.ts";
import { familyFor, typesIn } from "./family.ts";
import { lockedAs, readLock } from "./lock.ts";

/** Manifests by identity. */
export interface Manifests {
  /** All identities, those of types of families too. */
  readonly ids: readonly string[];
  /**
   * What the first lock that has the plugin says of it; of a type, with the fields of its own.
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
    ids: [
      ...new Set(locks.flatMap(({ lock }) => [...Object.keys(lock.plugins), ...typesIn(lock)])),
    ],
    get(id) {
      for (const { lock, file } of locks) {
        const locked = lockedAs(id, lock, file);
        if (locked !== undefined) return locked.manifest;
      }
      for (const { lock, file } of locks) {
        const locked = familyFor(id, lock, file);
        if (locked !== undefined) return locked.manifest;
      }
      return undefined;
    },
  };
}
