/**
 * Manifests that a lock already holds: nothing is started to read them while their files are as the
 * lock has them. A node believes the same text.
 *
 *     const read = knownOr(await readWholeLock(file), file);
 *     await discover(plugins, options, read);
 *
 * @module
 */
import { filePath } from "../../../pils/found.ts";
import type { Checked } from "../../../metadata/diagnostic.ts";
import type { Manifest } from "../../../metadata/manifest.ts";
import { checkManifest } from "../../../metadata/manifest_check.ts";
import { type Discovered, readManifests } from "./discover.ts";
import { baseOf, type Locked, placed } from "./lock.ts";
import type { WholeLock } from "./lock_file.ts";
import { hashOf, readPlain } from "./verify.ts";

/** Reads manifests as `read` does, but those of unchanged plugins from a lock. */
export function knownOr(
  lock: WholeLock,
  file: URL,
  read: typeof readManifests = readManifests,
): typeof readManifests {
  const lockedAt = new Map(
    Object.values(lock.plugins).map((locked) => [placed(locked.at, file).href, locked]),
  );
  return async (folders, options, loadMs) => {
    const known = await Promise.all(folders.map(async ({ href }) => {
      const locked = lockedAt.get(href);
      return locked === undefined ? undefined : await unchanged(locked, file);
    }));
    const others = folders.filter((_, at) => known[at] === undefined);
    const rest = [...await read(others, options, loadMs)];
    return folders.flatMap((folder, at): Discovered[] => {
      const manifest = known[at];
      if (manifest !== undefined) return [{ folder, manifest }];
      const found = rest.shift();
      return found === undefined ? [] : [found];
    });
  };
}

/** What the lock says of a plugin, if each of its files is as it was. */
async function unchanged(
  { files, manifest }: Locked,
  lock: URL,
): Promise<Checked<Manifest> | undefined> {
  for (const [path, digest] of Object.entries(files)) {
    const bytes = await readPlain(filePath(placed(path, lock)), baseOf(lock)).catch(() =>
      undefined
    );
    if (bytes === undefined || await hashOf(bytes) !== digest) return undefined;
  }
  return checkManifest(manifest);
}
