/**
 * The loader of a daemon's process, or of a thread of it.
 *
 * @module
 */
import { createLoader } from "../../pils/loader.ts";
import type { Loader } from "../../pils/loader_types.ts";
import type { Find } from "../../pils/found.ts";
import { filePath } from "../../pils/found.ts";
import { inLocks, lookUp, readConsented } from "./consent/locked.ts";
import { refuseStrangers, withoutStrangers } from "./consent/own_kinds.ts";
import { type Log, secrets } from "../runtime/log.ts";
import type { NodeConfig } from "./node_config/read.ts";

/**
 * @param inline plugins and kinds that are let into the daemon itself.
 * @param find what was consented to; read with the first load if left out.
 */
export function loaderOf(
  config: NodeConfig,
  inline: readonly string[],
  log: Log,
  find: Find = inLocks(...locksOf(config)),
): Loader {
  return createLoader({
    find: withoutStrangers(find, filePath(locksOf(config)[0])),
    denoPath: Deno.execPath(),
    ...denoDir(),
    // A device that fences this node finds its plugins by the same mark as its daemons.
    environment: { HA_NODE: `${config.cluster}/${config.node}` },
    inline,
    onSecrets: (hide) => secrets.add(hide),
    log: (level, text, plugin) => log(plugin, level, text),
  });
}

/**
 * What the operator has consented to, read now.
 *
 * @throws {DiagnosticError} if a lock or the policy cannot be used, or a lock has a stranger's plugin of
 * a kind that is the project's own.
 */
export async function consentedTo(config: NodeConfig): Promise<Find> {
  const { locks, policy } = await readConsented(...locksOf(config));
  refuseStrangers(locks);
  return lookUp(locks, policy);
}

/** The locks of plugins, what the site has pinned itself before what the project says. */
export function locksOf({ plugins }: NodeConfig): [URL, ...URL[]] {
  const project = new URL("../../plugins/plugins.lock.json", import.meta.url);
  if (plugins === undefined) return [project];
  return [new URL(`file://${encodeURI(plugins)}/plugins.lock.json`), project];
}

/** Deno's cache folder, where the environment names one and this process may see it. */
function denoDir(): { readonly denoDir?: string } {
  const { state } = Deno.permissions.querySync({ name: "env", variable: "DENO_DIR" });
  const folder = state === "granted" ? Deno.env.get("DENO_DIR") : undefined;
  return folder === undefined ? {} : { denoDir: folder };
}
