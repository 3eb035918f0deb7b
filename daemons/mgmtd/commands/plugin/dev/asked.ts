/**
 * A plugin asked before it is on a node: loaded by itself, as far from us as can be, and closed again.
 *
 * @module
 */
import { createLoader } from "../../../../../pils/loader.ts";
import { lookUp } from "../../../../site/consent/locked.ts";
import { type Locked, readLock } from "../../../../site/consent/lock.ts";
import type { Places } from "../places.ts";

/**
 * Loads a plugin as it is pinned, asks it, and closes it.
 *
 * @param log takes what the plugin writes into its log.
 */
export async function asked<A, T>(
  locked: Locked,
  config: unknown,
  { denoPath, configFile, lock, plugins }: Places,
  question: (api: A) => Promise<T>,
  log?: (text: string) => void,
): Promise<T> {
  const id = `${locked.manifest.kind}/${locked.manifest.name}`;
  const project = new URL("plugins.lock.json", plugins);
  await using loader = createLoader({
    denoPath,
    configFile,
    ...(log === undefined ? {} : { log: (_level, text) => log(text) }),
    find: lookUp([
      { lock: { version: 1, plugins: { [id]: locked } }, file: lock },
      { lock: await readLock(project), file: project },
    ]),
  });
  const { api } = await loader.load<A>(id, { config, isolation: "process" });
  return await question(api);
}
