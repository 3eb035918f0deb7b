/**
 * The classes of agents that a node knows: one for each plugin of kind `ra` of the project, under the
 * plugin's name, and those that the node configuration names under `agents`.
 *
 * @module
 */
import type { Manifests } from "../site/consent/manifests.ts";
import type { NodeConfig } from "../site/node_config/read.ts";
import type { LrmdConfig } from "./state.ts";

/**
 * An entry of the operator comes before a class of the project. A plugin of the project is given what
 * it has a field for: `cluster` and `node`, the names of both.
 *
 * @param shipped the manifests of the project's plugins
 */
export function classesOf(
  { cluster, node, agents = [] }: Pick<NodeConfig, "cluster" | "node" | "agents">,
  shipped: Manifests,
): LrmdConfig["classes"] {
  const known = { cluster, node };
  const own = shipped.ids.filter((id) => id.startsWith("ra/")).map((plugin) => {
    const fields = new Set(shipped.get(plugin)?.config.map(({ fieldname }) => fieldname));
    const config = Object.fromEntries(Object.entries(known).filter(([name]) => fields.has(name)));
    return [plugin.slice("ra/".length), { plugin, config }] as const;
  });
  const configured = agents.map(({ class: name, plugin, ...config }) =>
    [name, { plugin, config }] as const
  );
  return Object.fromEntries([...own, ...configured]);
}
