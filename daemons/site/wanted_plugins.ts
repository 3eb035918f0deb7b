/**
 * Which plugins of a kind a process loads on a node: those that it always loads, and those that the
 * node configuration names under `load`. So a site chooses a plugin of such a kind without a change of
 * the daemon's code.
 *
 * @module
 */
import { type Diagnostic, DiagnosticError, problem } from "../../metadata/diagnostic.ts";
import type { Loaded, Loader } from "../../pils/loader_types.ts";
import type { PluginsOfProcess, ProcessList } from "./description.ts";
import type { NodeConfig } from "./node_config/read.ts";

/** A plugin to load. */
export interface WantedPlugin {
  /** `kind/name`. */
  readonly plugin: string;
  readonly config: unknown;
}

/** Kinds of which the node configuration may name plugins under `load`. */
export function loadableKinds(list: ProcessList): readonly string[] {
  return list.flatMap(({ plugins }) => plugins?.load ?? []).sort();
}

/** The plugins of a kind, each once; a configured one has the parameters of its entry. */
export function wantedOf(
  kind: string,
  { always = [] }: PluginsOfProcess,
  { load = [] }: Pick<NodeConfig, "load">,
): readonly WantedPlugin[] {
  const wanted = new Map<string, unknown>();
  for (const plugin of always) if (kindOf(plugin) === kind) wanted.set(plugin, {});
  for (const { plugin, ...config } of load) if (kindOf(plugin) === kind) wanted.set(plugin, config);
  return [...wanted].map(([plugin, config]) => ({ plugin, config }));
}

/**
 * Loads plugins that a machine calls within itself, without waiting.
 *
 * @throws {DiagnosticError} if one of them has to be isolated.
 */
export async function loadWithin<A>(
  loader: Loader,
  wanted: readonly WantedPlugin[],
): Promise<readonly Loaded<A>[]> {
  const loaded: Loaded<A>[] = [];
  for (const { plugin, config } of wanted) {
    const one = await loader.load<A>(plugin, { config });
    if (one.isolation !== "inline") {
      throw new DiagnosticError(`Cannot use "${plugin}"`, [problem(
        ["load"],
        `"${plugin}" is isolated as "${one.isolation}"`,
        `plugins of kind ${
          kindOf(plugin)
        } are called within the daemon, which cannot wait for them`,
        "remove it from load, or use a plugin of this kind that asks for nothing",
        "HA2017",
      )]);
    }
    loaded.push(one);
  }
  return loaded;
}

/** Entries of `load` that no process takes. */
export function unwanted(list: ProcessList, { load = [] }: NodeConfig): readonly Diagnostic[] {
  const kinds = loadableKinds(list);
  return load.flatMap(({ plugin }, at) =>
    kinds.includes(kindOf(plugin)) ? [] : [problem(
      ["load", at, "plugin"],
      `no daemon loads "${plugin}" by this field`,
      `load takes plugins of these kinds: ${kinds.join(", ")}`,
      "name it where it belongs: media, pings, watchdog, agents, or a resource in the CIB",
      "HA2017",
    )]
  );
}

const kindOf = (id: string): string => id.slice(0, id.indexOf("/"));
