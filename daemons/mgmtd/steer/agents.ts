/**
 * What agents and fencing devices say of themselves, asked of this machine's node.
 *
 * @module
 */
import { NotTaken } from "../../runtime/questions.ts";
import type { Client } from "../../runtime/client.ts";
import type { AgentName, Message } from "../../runtime/messages.ts";
import { agentKey, type MetaData } from "../../cib/doors/parameters.ts";

/** Milliseconds that all answers may take together. */
const answersMs = 10_000;

type Described = Extract<Message, { type: "lrm/described" | "fence/described" }>;

/** Meta-data of those agents that the node has. Who does not answer in time tells nothing. */
export async function describedBy(
  client: Client,
  agents: readonly AgentName[],
): Promise<MetaData> {
  const found = new Map<string, string>();
  const endMs = performance.now() + answersMs;
  for (const [at, agent] of agents.entries()) {
    const leftMs = endMs - performance.now();
    if (leftMs < 1) break;
    const id = `agent ${at}`;
    const isStonith = agent.class === "stonith";
    const question: Message = isStonith
      ? { type: "fence/describe", id, device: agent.type }
      : { type: "lrm/describe", id, agent };
    const isAnswer = (message: Message): message is Described =>
      (message.type === "lrm/described" || message.type === "fence/described") && message.id === id;
    const answer = await client.ask(isStonith ? "stonithd" : "lrmd", question, isAnswer, leftMs)
      .catch((error: unknown) => {
        if (!(error instanceof Deno.errors.TimedOut || error instanceof NotTaken)) throw error;
        return undefined;
      });
    if (answer?.metaData !== undefined) found.set(agentKey(agent), answer.metaData);
  }
  return found;
}
