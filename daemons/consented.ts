/**
 * What plugins a process of this node may load: those in the project's lock and in the site's own,
 * within the operator's policy.
 *
 * @module
 */
import type { LoaderOptions } from "../pils/loader.ts";
import { inLocks } from "../pils/locked.ts";
import { readPolicy } from "../pils/policy.ts";
import type { NodeConfig } from "./node_config.ts";

/**
 * Reads the policy; locks are read with the first load.
 * @throws {DiagnosticError} if there is a policy that cannot be used
 */
export async function consented(
  { plugins }: Pick<NodeConfig, "plugins">,
): Promise<Pick<LoaderOptions, "find" | "policy">> {
  const project = new URL("../plugins/", import.meta.url);
  const site = plugins === undefined ? project : new URL(`file://${encodeURI(plugins)}/`);
  const { allow, signatures } = await readPolicy(new URL("plugins.policy.json", site));
  // What the site has pinned itself counts before what the project says.
  const locks = plugins === undefined ? [project] : [site, project];
  return {
    find: inLocks(locks.map((folder) => new URL("plugins.lock.json", folder)), signatures),
    ...(allow === undefined ? {} : { policy: allow }),
  };
}
