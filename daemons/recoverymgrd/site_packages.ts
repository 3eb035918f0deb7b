/**
 * Packages that only plugins of a site may import: those of the node itself are compared before any of
 * its code is loaded (`mod.ts`).
 *
 * @module
 */
import type { NodeConfig } from "../site/node_config/read.ts";
import { listName, refuseTampered } from "../site/packages/verify.ts";

/**
 * Compares all packages of the project, if this node may load plugins that are not the project's.
 *
 * @throws {DiagnosticError} with every package that differs
 */
export async function refuseTamperedForSite(
  { plugins, pluginFolders = [] }: Pick<NodeConfig, "plugins" | "pluginFolders">,
): Promise<void> {
  if (plugins === undefined && pluginFolders.length === 0) return;
  const list = new URL(`../../plugins/${listName}`, import.meta.url);
  await refuseTampered(decodeURIComponent(list.pathname));
}
