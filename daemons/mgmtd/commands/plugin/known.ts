/**
 * The manifests of the project's own plugins, most of which its lock holds: to list or to describe
 * them all starts no process for each.
 *
 * @module
 */
import { readManifests } from "../../../site/consent/discover.ts";
import { knownOr } from "../../../site/consent/known_manifests.ts";
import { readWholeLock } from "../../../site/consent/lock_file.ts";
import type { Places } from "./places.ts";

/** How the manifests of a folder are read, where it may be the project's. */
export async function knownOfProject({ plugins }: Places): Promise<typeof readManifests> {
  const file = new URL("plugins.lock.json", plugins);
  // Of a lock that cannot be used, nothing is known; who uses it reports that.
  const lock = await readWholeLock(file).catch(() => undefined);
  return lock === undefined ? readManifests : knownOr(lock, file);
}
