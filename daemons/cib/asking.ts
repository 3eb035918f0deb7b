/**
 * What agents and fencing devices say of themselves, asked of lrmd and stonithd of this node in
 * batches. If nobody answers in time, a write passes: a node that does not know an agent cannot judge
 * its parameters.
 *
 * @module
 */
import type { XmlElement } from "@std/xml";
import type { Effect } from "../runtime/machine.ts";
import type { AgentName, Message } from "../runtime/messages.ts";
import type { Checking, CibState } from "./state.ts";
import { agentKey, type MetaData, wrongParameters } from "./written_parameters.ts";

/** Agents that are asked of at once at most. */
export const batchAgentsMax = 64;
/** Milliseconds after which a batch goes on without the answers that are missing. */
export const checkMs = 2_000;

/** The class of fencing devices, which stonithd knows. */
export const fencingClass = "stonith";

/** The begin of the name of a client's timer. */
const timerPrefix = "check ";
const timerOf = ({ client }: Checking): string => timerPrefix + client.service;

/** Asks of the next batch. */
export function ask(state: CibState, checking: Checking, out: Effect[]): void {
  const batch = checking.agents.slice(0, batchAgentsMax);
  checking.agents = checking.agents.slice(batchAgentsMax);
  for (const agent of batch) {
    const id = `describe ${++state.lastQuestion}`;
    const service = agent.class === fencingClass ? "stonithd" : "lrmd";
    checking.asked.set(id, { key: agentKey(agent), service });
    out.push({ type: "send", to: { service }, message: questionOf(id, agent) });
  }
  if (batch.length > 0) out.push({ type: "timer", name: timerOf(checking), inMs: checkMs });
}

const questionOf = (id: string, agent: AgentName): Message =>
  agent.class === fencingClass
    ? { type: "fence/describe", id, device: agent.type }
    : { type: "lrm/describe", id, agent };

/** A daemon answers. */
export function onDescribed(
  state: CibState,
  service: string,
  { id, metaData }: Extract<Message, { type: "lrm/described" | "fence/described" }>,
): void {
  for (const checking of state.checking.values()) {
    const question = checking.asked.get(id);
    if (question === undefined) continue;
    if (question.service !== service) return;
    checking.asked.delete(id);
    if (metaData !== undefined) checking.metaData.set(question.key, metaData);
    return;
  }
}

/** Time is up for a batch. */
export function onOverdue(state: CibState, timer: string): void {
  if (!timer.startsWith(timerPrefix)) return;
  state.checking.get(timer.slice(timerPrefix.length))?.asked.clear();
}

/** A daemon went: what was asked of it is void. */
export function withoutDaemon(state: CibState, service: string): void {
  for (const { asked } of state.checking.values()) {
    for (const [id, question] of asked) if (question.service === service) asked.delete(id);
  }
}

/** The questions are over. */
export const drop = (checking: Checking, out: Effect[]): void =>
  void out.push({ type: "cancel", name: timerOf(checking) });

/** What is wrong, as far as this batch can tell. */
export const askedOf = (
  { before, after }: { readonly before: XmlElement; readonly after: XmlElement },
  metaData: MetaData,
): readonly string[] => metaData.size === 0 ? [] : wrongParameters(before, after, metaData);
