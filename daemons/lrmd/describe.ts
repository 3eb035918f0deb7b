/**
 * What an agent says of itself, for the cib of this node, which checks the parameters that a client
 * writes, and for its crmd, which must know what a reload can change. The plugin of the class is
 * asked each time: it keeps what an agent said, and knows whether the agent has changed.
 *
 * @module
 */
import type { Effect, Result } from "../runtime/machine.ts";
import type { AgentName, Message } from "../runtime/messages.ts";
import { needed } from "./load_class.ts";
import { metaDataCharactersMax } from "./protocol.ts";
import type { LrmdState } from "./state.ts";

/** Questions that wait for a plugin, at most. */
export const describingMax = 64;
/** Milliseconds that a plugin may take; the cib waits a little longer. */
const describeMs = 1_500;
/** Begins the ids of calls, which are numbers where an operation runs. */
const prefix = "describe ";

/**
 * The cib or the crmd asks. An agent that cannot be asked is answered at once, without meta-data.
 *
 * @param id the asking service, a blank, and the id of its question
 */
export function describe(state: LrmdState, id: string, agent: AgentName, out: Effect[]): void {
  if (state.describing.size + state.undescribed.length >= describingMax) {
    out.push(described(id));
    return;
  }
  const known = needed(state, agent.class, out);
  if (known === "loading") {
    state.undescribed = [...state.undescribed, { id, agent }];
    return;
  }
  if (known !== "ready") {
    out.push(described(id));
    return;
  }
  const call = `${prefix}${++state.lastNumber}`;
  state.describing.set(call, id);
  const { provider, type } = agent;
  out.push({
    type: "call",
    id: call,
    instance: `ra:${agent.class}`,
    method: "describe",
    args: [{ type, ...(provider === undefined ? {} : { provider }) }],
    deadlineMs: describeMs,
  });
}

/** A class was loaded, or cannot be: what waited for it goes on. */
export function describeWaiting(state: LrmdState, name: string, out: Effect[]): void {
  const waiting = state.undescribed.filter(({ agent }) => agent.class === name);
  state.undescribed = state.undescribed.filter(({ agent }) => agent.class !== name);
  for (const { id, agent } of waiting) describe(state, id, agent, out);
}

/** A plugin answers. Whether it was such a question. */
export function onDescribed(
  state: LrmdState,
  call: string,
  result: Result,
  out: Effect[],
): boolean {
  if (!call.startsWith(prefix)) return false;
  const id = state.describing.get(call);
  if (id === undefined) return true;
  state.describing.delete(call);
  const value = result.ok ? result.value : undefined;
  out.push(
    typeof value === "string" && value.length <= metaDataCharactersMax
      ? described(id, value)
      : described(id),
  );
  return true;
}

/** The answer. `asker` is the service that asked, a blank, and the id of its question. */
const described = (asker: string, metaData?: string): Effect => {
  const blank = asker.indexOf(" ");
  const message: Message = {
    type: "lrm/described",
    id: asker.slice(blank + 1),
    ...(metaData === undefined ? {} : { metaData }),
  };
  return { type: "send", to: { service: asker.slice(0, blank) }, message };
};
