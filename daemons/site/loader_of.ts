/**
 * The loader of a daemon's process, or of a thread of it.
 *
 * @module
 */
import { DiagnosticError, problem } from "../../metadata/diagnostic.ts";
import { createLoader } from "../../pils/loader.ts";
import type { Loader } from "../../pils/loader_types.ts";
import type { Find } from "../../pils/found.ts";
import { filePath } from "../../pils/found.ts";
import { inLocks, lookUp, readConsented } from "./consent/locked.ts";
import { refuseStrangers, withoutStrangers } from "./consent/own_kinds.ts";
import { type Log, secrets } from "../runtime/log.ts";
import type { PluginsOfProcess } from "./description.ts";
import type { NodeConfig } from "./node_config/read.ts";
import { fileUrl } from "./file_url.ts";

/**
 * @param plugins what the process loads, by its description.
 * @param find what was consented to; read with the first load if left out.
 */
export function loaderOf(
  config: NodeConfig,
  plugins: PluginsOfProcess,
  log: Log,
  find: Find = inLocks(...locksOf(config)),
): Loader {
  const { kinds, inline = [], starts } = plugins;
  return createLoader({
    find: ofKinds(kinds, withoutStrangers(find, filePath(locksOf(config)[0]))),
    // A process that may not start any reports that, instead of trying.
    ...(starts?.(config) === true ? { denoPath: Deno.execPath(), ...denoDir() } : {}),
    // A device that fences this node finds its plugins by the same mark as its daemons.
    environment: { HA_NODE: `${config.cluster}/${config.node}` },
    inline,
    onSecrets: (hide) => secrets.add(hide),
    log: (level, text, plugin) => log(plugin, level, text),
  });
}

/** Finds plugins of these kinds, with their handlers, and no others. */
function ofKinds(kinds: readonly string[], find: Find): Find {
  return async (id) => {
    const [kind = "", name = ""] = id.split("/");
    if (kinds.includes(kind === "handler" ? name : kind)) return await find(id);
    throw new DiagnosticError(`Cannot load "${id}"`, [problem(
      [],
      `this process loads no plugin of kind ${kind}`,
      `its description names these kinds: ${kinds.join(", ") || "none"}`,
      `add the kind to "plugins" in the description.ts of the daemon that is to load it`,
      "HA2017",
    )]);
  };
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

/** The lock of the plugins that come with the project. */
export const projectLock = new URL("../../plugins/plugins.lock.json", import.meta.url);

/** The locks of plugins, what the site has pinned itself before what the project says. */
export function locksOf({ plugins }: Pick<NodeConfig, "plugins">): [URL, ...URL[]] {
  if (plugins === undefined) return [projectLock];
  return [fileUrl("plugins.lock.json", plugins), projectLock];
}

/** Deno's cache folder, where the environment names one and this process may see it. */
function denoDir(): { readonly denoDir?: string } {
  const { state } = Deno.permissions.querySync({ name: "env", variable: "DENO_DIR" });
  const folder = state === "granted" ? Deno.env.get("DENO_DIR") : undefined;
  return folder === undefined ? {} : { denoDir: folder };
}
