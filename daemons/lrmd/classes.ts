/**
 * The classes of agents that a node knows: one for each plugin of kind `ra` of the project, under the
 * plugin's name, and those that the node configuration names under `agents`.
 *
 * @module
 */
import { DiagnosticError, problem } from "../../metadata/diagnostic.ts";
import { didYouMean } from "../../metadata/nearest.ts";
import type { Manifests } from "../site/consent/manifests.ts";
import type { NodeConfig } from "../site/node_config/read.ts";
import { programsFolder } from "../site/agent_programs.ts";
import type { LrmdConfig } from "./state.ts";

/**
 * An entry of the operator comes before a class of the project. A plugin of the project is given what
 * it has a field for: `cluster` and `node`, the names of both, the folder of the programs that agents
 * call (`pathfirst`), and that of the secrets of resources (`secrets`).
 *
 * @param shipped the manifests of the project's plugins
 * @throws {DiagnosticError} if `classes` names one that the project does not have.
 */
export function classesOf(
  config: Pick<
    NodeConfig,
    "cluster" | "node" | "run" | "agents" | "classes" | "programs" | "secrets"
  >,
  shipped: Manifests,
): LrmdConfig["classes"] {
  const { cluster, node, agents = [], secrets } = config;
  const all = {
    cluster,
    node,
    pathfirst: programsFolder(config),
    ...(secrets === undefined ? {} : { secrets }),
  };
  const names = shipped.ids.filter((id) => id.startsWith("ra/"));
  /** What lrmd itself knows, for a plugin of the project that asks for it. */
  const known = (plugin: string): Readonly<Record<string, string>> => {
    const manifest = names.includes(plugin) ? shipped.get(plugin) : undefined;
    const fields = new Set(manifest?.config.map(({ fieldname }) => fieldname));
    return Object.fromEntries(
      Object.entries(all).filter(([name]) => fields.has(name)),
    );
  };
  const own = wantedOf(config, names.map((id) => id.slice("ra/".length))).map((name) => {
    const plugin = `ra/${name}`;
    return [name, { plugin, config: known(plugin) }] as const;
  });
  const configured = agents.map(({ class: name, plugin, ...parameters }) =>
    [name, { plugin, config: { ...known(plugin), ...parameters } }] as const
  );
  return Object.fromEntries([...own, ...configured]);
}

/** The project's classes that the operator wants: all if none is named. */
function wantedOf(
  { classes }: Pick<NodeConfig, "classes">,
  names: readonly string[],
): readonly string[] {
  if (classes === undefined) return names;
  const diagnostics = classes.flatMap((name, at) =>
    names.includes(name) ? [] : [problem(
      ["classes", at],
      `the project has no class "${name}"`,
      `it has ${names.join(", ")}`,
      `name some of them, or add a class under agents.${didYouMean(name, [...names])}`,
      "HA1004",
    )]
  );
  if (diagnostics.length > 0) {
    throw new DiagnosticError("Cannot use the node configuration", diagnostics);
  }
  return [...new Set(classes)];
}
