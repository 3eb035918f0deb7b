/**
 * Asks the local resource manager what an agent says of itself, when an operation of it is ordered.
 * Results of the agent are written when the answer is there: it is at most a little later.
 *
 * @module
 */
import type { Effect } from "../runtime/machine.ts";
import type { AgentName, Message } from "../runtime/messages.ts";
import { type AgentFacts, agentKey, factsOf, noFacts } from "./agent_facts.ts";
import { type CrmdState, newId, tell } from "./state.ts";

/** Agents that are remembered at most. */
export const agentsMax = 1_024;

/** Operations after which a change of the configuration is compared with what was done. */
const compared: ReadonlySet<string> = new Set([
  "start",
  "promote",
  "migrate_from",
  "reload",
  "reload-agent",
]);

/** Asks, if it is not known; a start asks again, since the agent may be another version by now. */
export function askAgent(
  state: CrmdState,
  agent: AgentName,
  action: string,
  out: Effect[],
): void {
  if (agent.class === "stonith" || action === "stop" || action === "notify") return;
  const key = agentKey(agent);
  if (state.agents.has(key) && !compared.has(action)) return;
  if (!state.agents.has(key) && state.agents.size >= agentsMax) return;
  for (const asked of state.agentsAsked.values()) if (asked === key) return;
  const id = newId(state, "agent");
  state.agentsAsked.set(id, key);
  tell(out, "lrmd", { type: "lrm/describe", id, agent });
}

/** It answers. */
export function onDescribed(
  state: CrmdState,
  { id, metaData }: Extract<Message, { readonly type: "lrm/described" }>,
): void {
  const key = state.agentsAsked.get(id);
  if (key === undefined) return;
  state.agentsAsked.delete(id);
  // One that cannot be asked just now is what it was.
  if (metaData !== undefined || !state.agents.has(key)) state.agents.set(key, factsOf(metaData));
}

/** What is known of an agent; undefined: it will be, soon. */
export function knownOf(state: CrmdState, agent: AgentName): AgentFacts | undefined {
  const key = agentKey(agent);
  const known = state.agents.get(key);
  if (known !== undefined) return known;
  return [...state.agentsAsked.values()].includes(key) ? undefined : noFacts;
}
