/**
 * From an examined plugin to one that has all that its place on a node needs: a configuration that it
 * takes, and the agent by which a class of agents is tried.
 *
 * @module
 */
import { DiagnosticError, diagnosticText } from "../../../../../metadata/diagnostic.ts";
import type { Medium } from "../../../../../plugins/handler/medium/contract.ts";
import type { LocalCluster } from "../../../local_nodes/local_cluster.ts";
import type { Examined } from "../examine.ts";
import type { Places } from "../places.ts";
import type { Plan } from "../plan.ts";
import { agentOf } from "./agent_of.ts";
import { asked } from "./asked.ts";
import { parametersOf, type Texts } from "./parameters.ts";
import { readValues } from "./read_values.ts";
import { type Guest, sandboxNode } from "./sandbox_files.ts";

/** What the person said of the configuration. */
export interface Wanted {
  readonly pairs: Texts;
  /** Path of a file of values. */
  readonly file?: string;
  /** Agent of a class of agents. */
  readonly agent?: string;
}

/** The examples of a plugin's test, with the values that the person wants in their place. */
export class Examples {
  readonly #test: URL;
  readonly #file: string | undefined;
  #kept: { readonly test: string; readonly plan: Plan } | undefined;

  constructor(folder: URL, { file }: Wanted) {
    this.#test = new URL("mod_test.ts", folder);
    this.#file = file;
  }

  /**
   * The same as long as the test is: a port that it makes of its process number is no change of what
   * is configured.
   */
  async of(plan: Plan): Promise<Plan> {
    const test = await Deno.readTextFile(this.#test);
    if (this.#kept?.test !== test) this.#kept = { test, plan };
    const kept = this.#kept.plan;
    if (this.#file === undefined) return kept;
    return { ...kept, config: { ...kept.config as object, ...await readValues(this.#file) } };
  }
}

/** @throws {DiagnosticError} with all that is wrong with the configuration. */
export async function guestOf(
  { id, locked, plan }: Examined,
  examples: Examples,
  { folder, local, places, say, wanted: { pairs, agent: wantedAgent } }: {
    readonly folder: URL;
    readonly local: LocalCluster;
    readonly places: Places;
    readonly say: (text: string) => void;
    readonly wanted: Wanted;
  },
): Promise<Guest> {
  const { config: fields, kind } = locked.manifest;
  const { config, given } = await examples.of(plan);
  const own = { cluster: local.cluster, node: sandboxNode };
  const taken = (values: Texts, agent?: Parameters<typeof parametersOf>[4]) => {
    const checked = parametersOf(fields, config, own, values, agent);
    if (!checked.ok) throw new DiagnosticError(`Cannot configure "${id}"`, checked.diagnostics);
    return checked;
  };
  if (kind !== "ra") {
    const { value: parameters, warnings } = taken(pairs);
    for (const warning of warnings) say(`warning: ${diagnosticText(warning)}`);
    const type = async (api: Medium) => (await api.describe()).type;
    const isPing = kind === "medium" &&
      await asked(locked, parameters.plugin, places, type) === "ping";
    return { id, folder, locked, parameters, ...(isPing ? { isPing } : {}) };
  }
  // What is no field of the plugin may be one of its agent, which only the plugin knows.
  const names = fields.map(({ fieldname }) => fieldname);
  const ofPlugin = Object.entries(pairs).filter(([name]) => names.includes(name));
  const { value: { plugin } } = taken(Object.fromEntries(ofPlugin));
  const agent = await agentOf(locked, plugin, wantedAgent, given, places);
  const { value: parameters, warnings } = taken(pairs, agent);
  for (const warning of warnings) say(`warning: ${diagnosticText(warning)}`);
  return { id, folder, locked, parameters, agent };
}
