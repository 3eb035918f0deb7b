/**
 * What a node does for the coordinator: it hands orders to its local resource manager and brings
 * every result into the CIB, in order, one of each resource at a time.
 *
 * Orders carry the epoch of the view in which they were given: those of an older view, and those of
 * anybody but the coordinator, are refused.
 *
 * @module
 */
import { withCode } from "../../metadata/code.ts";
import { boundedMs } from "../runtime/duration.ts";
import { epochText } from "../runtime/epoch.ts";
import type { Effect } from "../runtime/machine.ts";
import type { LrmOperation, LrmResult, Message } from "../runtime/messages.ts";
import type { TransitionAction } from "../runtime/transition.ts";
import { stepText } from "../cib/doors/path.ts";
import { cancelledStatus } from "../lrmd/protocol.ts";
import { isRecorded, resourcePath, resultChanges } from "./history.ts";
import { unsetAttributes } from "./attributes.ts";
import { agentKey, noFacts } from "./agent_facts.ts";
import { askAgent, knownOf } from "./ask_agent.ts";
import { keep } from "./kept.ts";
import { noteChange } from "./priority_delay.ts";
import {
  type Asker,
  type CrmdState,
  dcOf,
  log,
  newId,
  nodeIdOf,
  ordersMax,
  resultsMax,
  tell,
  voidJoin,
  write,
} from "./state.ts";

type Perform = Extract<Message, { readonly type: "crmd/perform" }>;

/** Milliseconds an operation may take if the order does not say. */
export const defaultTimeoutMs = 20_000;

/** An order of the coordinator. */
export function perform(state: CrmdState, from: string, order: Perform, out: Effect[]): void {
  const { action, key, view } = order;
  const asker = { node: from, key };
  const refuse = (error: string) => {
    log(
      out,
      "warning",
      withCode("HA7004", `Order ${action.operationKey} of ${from} refused: ${error}`),
    );
    answer(out, asker, { ok: false, error });
  };
  if (state.view?.epoch !== view) {
    const own = state.view === undefined ? "none" : epochText(state.view.epoch);
    return refuse(`it is of view ${epochText(view)}, this node is in ${own}`);
  }
  if (dcOf(state.view) !== from) return refuse(`${from} is not the coordinator of view ${view}`);
  if (!state.joined) return refuse("this node has not yet reported what it runs");
  if (action.task === "do_shutdown") {
    answer(out, asker, { ok: true });
    leave(state, out);
    return;
  }
  const { resource } = action;
  if (resource === undefined) return refuse(`"${action.task}" is not for a node`);
  if (state.orders.size >= ordersMax) return refuse(`${ordersMax} orders are under way already`);
  switch (action.task) {
    case "delete":
    case "lrm_delete":
      forget(state, resource.id, asker, out);
      return;
    case "cancel":
      cancel(state, resource.id, action, asker, out);
      return;
    default: {
      const operation = operationOf(action, key);
      askAgent(state, operation.agent, operation.action, out);
      const { reloads } = state.agents.get(agentKey(operation.agent)) ?? noFacts;
      const isOld = operation.action === "reload-agent" && reloads === true;
      execute(state, isOld ? { ...operation, action: "reload" } : operation, asker, out);
    }
  }
}

/** Gives an operation to the local resource manager. */
export function execute(
  state: CrmdState,
  operation: LrmOperation,
  asker: Asker | undefined,
  out: Effect[],
): void {
  const id = newId(state, "order");
  state.orders.set(id, { operation, ...(asker && { asker }) });
  tell(out, "lrmd", { type: "lrm/execute", id, operation });
}

/** An action of the graph as the local resource manager takes it. */
function operationOf(action: TransitionAction, key: string): LrmOperation {
  const { attributes, task } = action;
  const { id, class: class_, provider, type } = action.resource!;
  const number = (name: string, otherwise: number) => {
    const value = Number(attributes[name]);
    return attributes[name] !== undefined && Number.isFinite(value) && value >= 0
      ? value
      : otherwise;
  };
  return {
    resource: id,
    agent: { class: class_, type, ...(provider === undefined ? {} : { provider }) },
    action: task,
    intervalMs: number("CRM_meta_interval", 0),
    timeoutMs: boundedMs(number("CRM_meta_timeout", defaultTimeoutMs)),
    startDelayMs: boundedMs(number("CRM_meta_start_delay", 0)),
    parameters: attributes,
    transitionKey: key,
  };
}

function forget(
  state: CrmdState,
  resource: string,
  asker: Asker,
  out: Effect[],
): void {
  const id = newId(state, "forget");
  const then = (out: Effect[]) => {
    state.kept.delete(resource);
    const { root } = state.replica;
    if (root === undefined) return;
    const path = resourcePath(nodeIdOf(root, state.self), resource);
    write(state, { type: "order", asker }, [{ op: "delete", path }], out);
  };
  state.calls.set(id, { asker, then });
  tell(out, "lrmd", { type: "lrm/forget", id, resource });
}

function cancel(
  state: CrmdState,
  resource: string,
  action: TransitionAction,
  asker: Asker,
  out: Effect[],
): void {
  const task = action.attributes.CRM_meta_operation ?? "monitor";
  const intervalMs = Number(action.attributes.CRM_meta_interval ?? "0");
  const id = newId(state, "cancel");
  const key = `${resource}_${task}_${intervalMs}`;
  const then = (out: Effect[]) => {
    state.kept.get(resource)?.delete(key);
    const { root } = state.replica;
    if (root === undefined) return;
    const path = resourcePath(nodeIdOf(root, state.self), resource) + stepText("lrm_rsc_op", key);
    write(state, { type: "order", asker }, [{ op: "delete", path }], out);
  };
  state.calls.set(id, { asker, then });
  tell(out, "lrmd", { type: "lrm/cancel", id, resource, action: task, intervalMs });
}

/** The local resource manager has a result, asked for or not. */
export function onResult(
  state: CrmdState,
  id: string | undefined,
  result: LrmResult,
  out: Effect[],
): LrmOperation | undefined {
  const order = id === undefined ? undefined : state.orders.get(id);
  // What an earlier life of this daemon ordered is true all the same, though nobody waits for it.
  if (id !== undefined) state.orders.delete(id);
  if (result.status === cancelledStatus) {
    if (order?.asker) answer(out, order.asker, { ok: false, error: result.output });
    return undefined;
  }
  keep(state, result);
  if (isRecorded(result.operation.action)) record(state, result, out);
  else if (order?.asker) answer(out, order.asker, { ok: result.rc === 0 });
  return order?.operation;
}

/** Brings a result into the CIB, after those of the same resource that came before it. */
export function record(state: CrmdState, result: LrmResult, out: Effect[]): void {
  const { resource } = result.operation;
  noteChange(state);
  const waiting = state.outbox.get(resource);
  if (waiting === undefined) state.outbox.set(resource, [result]);
  else if (waiting.length < resultsMax) waiting.push(result);
  if (state.outbox.get(resource)!.length === 1) writeResult(state, resource, out);
}

/** Writes the first result of a resource that waits, unless this node has to tell all anyway. */
export function writeResult(state: CrmdState, resource: string, out: Effect[]): void {
  const { root } = state.replica;
  const result = state.outbox.get(resource)?.[0];
  if (root === undefined || result === undefined || !state.joined) return;
  const facts = knownOf(state, result.operation.agent);
  if (facts === undefined) return;
  const changes = resultChanges(root, nodeIdOf(root, state.self), state.self, result, facts);
  write(state, { type: "result", resource }, changes, out);
}

/** A result is in the CIB, or could not be written. */
export function onResultWritten(
  state: CrmdState,
  resource: string,
  ok: boolean,
  error: string | undefined,
  out: Effect[],
): void {
  const waiting = state.outbox.get(resource);
  if (waiting === undefined) return;
  if (!ok) {
    // The CIB knows nothing of this node, or there is no quorum: a join will report everything.
    log(
      out,
      "warning",
      withCode("HA6007", `Result of ${resource} is not in the CIB: ${error ?? "unknown"}`),
    );
    voidJoin(state);
    state.outbox.clear();
    return;
  }
  waiting.shift();
  if (waiting.length === 0) state.outbox.delete(resource);
  else writeResult(state, resource, out);
}

/** Tells the coordinator's tengine how an order that leaves no result in the CIB has ended. */
export function answer(
  out: Effect[],
  { node, key }: Asker,
  outcome: { readonly ok: boolean; readonly error?: string },
): void {
  out.push({
    type: "send",
    to: { node, service: "tengine" },
    message: { type: "crmd/performed", key, ...outcome },
  });
}

/** The local resource manager is gone: what it worked at will never be answered. */
export function giveUpOrders(state: CrmdState, out: Effect[]): void {
  const error = "the local resource manager is gone";
  for (const { asker } of [...state.orders.values(), ...state.calls.values()]) {
    if (asker) answer(out, asker, { ok: false, error });
  }
  state.orders.clear();
  state.calls.clear();
  state.agentsAsked.clear();
  state.outbox.clear();
  state.stops.clear();
}

/** Everything has been taken away from this node: it may go. */
function leave(state: CrmdState, out: Effect[]): void {
  const { root } = state.replica;
  if (root === undefined) return;
  const nodeId = nodeIdOf(root, state.self);
  if (!state.stopping) {
    // Nobody asked for it here: the request is from an earlier life, or was withdrawn.
    write(state, { type: "shutdown" }, unsetAttributes(root, nodeId, ["shutdown"]), out);
    return;
  }
  const path = `/cib/status${stepText("node_state", nodeId)}`;
  const set = { crmd: "offline", join: "down", expected: "down" };
  write(state, { type: "left" }, [{ op: "modify", path, set }], out);
}
