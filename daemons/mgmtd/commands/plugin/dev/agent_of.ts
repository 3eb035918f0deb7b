/**
 * The agent by which a class of resource agents is tried, and its parameters.
 *
 * @module
 */
import { readAgent } from "../../../../../metadata/agents/mod.ts";
import { DiagnosticError, problem } from "../../../../../metadata/diagnostic.ts";
import type { Field } from "../../../../../metadata/field.ts";
import { didYouMean } from "../../../../../metadata/nearest.ts";
import type { AgentRef, Ra } from "../../../../../plugins/handler/ra/contract.ts";
import type { Locked } from "../../../../site/consent/lock.ts";
import type { Places } from "../places.ts";
import { asked } from "./asked.ts";
import type { Texts } from "./parameters.ts";

/** An agent of a class. */
export interface ChosenAgent {
  readonly ref: AgentRef;
  readonly fields: readonly Field[];
  readonly example: Texts;
  /** What it says that an operation may take, `20s`, by name. */
  readonly timeouts: Texts;
}

/** What a plugin's test gives its suite, as far as it is of use here. */
interface Given {
  readonly agent?: AgentRef;
  readonly parameters?: Texts;
}

/**
 * Asks the plugin for its agents and for what one of them takes: the one that is named, else that of
 * the plugin's test, else the first.
 *
 * @throws {DiagnosticError} if there is no such agent, or its meta-data cannot be read.
 */
export async function agentOf(
  locked: Locked,
  config: unknown,
  wanted: string | undefined,
  given: unknown,
  places: Places,
): Promise<ChosenAgent> {
  return await asked<Ra, ChosenAgent>(locked, config, places, (api) => choose(api, wanted, given));
}

async function choose(api: Ra, wanted: string | undefined, given: unknown): Promise<ChosenAgent> {
  const { agent: own, parameters = {} } = (given ?? {}) as Given;
  const agents = await api.list();
  const nameOf = ({ provider, type }: AgentRef) =>
    provider === undefined ? type : `${provider}:${type}`;
  const first = own ?? agents[0];
  const ref = wanted === undefined
    ? first
    : agents.find((agent) => [nameOf(agent), agent.type].includes(wanted));
  if (ref === undefined) {
    const names = agents.map(nameOf);
    throw new DiagnosticError("Cannot try the class", [problem(
      ["--agent"],
      wanted === undefined ? "the class has no agent" : `there is no agent "${wanted}"`,
      names.length === 0 ? "list() names none" : `there are ${names.join(", ")}`,
      `let list() name one, or name one of them.${didYouMean(wanted ?? "", names)}`,
      "HA0002",
    )]);
  }
  const read = readAgent(await api.describe(ref));
  if (!read.ok) throw new DiagnosticError(`Cannot use what ${ref.type} says`, read.diagnostics);
  const isOwn = own !== undefined && own.type === ref.type;
  return {
    ref,
    fields: read.value.agent.fields,
    example: isOwn ? parameters : {},
    timeouts: Object.fromEntries(
      read.value.agent.actions.flatMap(({ name, timeout }) =>
        timeout === undefined ? [] : [[name, timeout]]
      ),
    ),
  };
}
