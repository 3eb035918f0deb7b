/**
 * The transition engine: walks a transition graph.
 *
 * It passes an action to its executor as soon as all its inputs are done: operations of
 * resources to the crmd of their node, fencing to stonithd, pseudo-actions to nobody. An action of a
 * resource is done when its result is in the CIB, on every disk: so a successor of this coordinator
 * knows it too. A graph that is overtaken by events begins nothing new; actions in progress are awaited.
 *
 * @module
 */
import { newReplica, subscribe, take } from "../cib/doors/document.ts";
import type { Effect, Event, Machine } from "../runtime/machine.ts";
import type { Message, View } from "../runtime/messages.ts";
import { fenceLonger } from "./orders.ts";
import { foreign, onChanges, onFenced, onTimer } from "./results.ts";
import { log, send, stepOf, type TengineState, uuidFrom } from "./state.ts";
import { abort, actorOf, begin, endLost, settle } from "./walk.ts";

/** Makes the machine of service `tengine`. */
export function tengine(): Machine<TengineState> {
  const state: TengineState = {
    self: "",
    wallOffsetMs: 0,
    uuid: "",
    lastId: 0,
    replica: newReplica(),
    view: undefined,
    run: undefined,
    foreign: undefined,
  };
  return { service: "tengine", state, step };
}

function step(state: TengineState, event: Event): readonly Effect[] {
  const out: Effect[] = [];
  switch (event.type) {
    case "start":
      state.self = event.node;
      state.wallOffsetMs = event.wallMs - event.at;
      state.uuid = uuidFrom(event.seed, event.wallMs, event.node);
      send(out, "ccm", { type: "ccm/subscribe" });
      subscribe(state.replica, out);
      break;
    case "peer":
      if (event.service === "ccm" && event.up) send(out, "ccm", { type: "ccm/subscribe" });
      if (event.service === "cib" && event.up) subscribe(state.replica, out);
      if (event.service === "stonithd") {
        // A service that starts knows nothing of what its predecessor was asked, or of what was asked
        // while none ran.
        const why = event.up ? "stonithd has restarted" : "stonithd is gone";
        endLost(state, (step) => step.synapse.action.task === "stonith", why, out);
      }
      break;
    case "message":
      onMessage(state, event.from, event.message, event.at, out);
      break;
    case "timer":
      onTimer(state, event.name, event.at, out);
      break;
    case "stop":
      out.push({ type: "stopped" });
      break;
    case "loaded":
    case "reply":
    case "emit":
    case "fault":
      break;
  }
  return out;
}

function onMessage(
  state: TengineState,
  from: { readonly node: string; readonly service: string },
  message: Message,
  at: number,
  out: Effect[],
): void {
  switch (message.type) {
    case "tengine/run":
      begin(state, message, out);
      return;
    case "tengine/abort":
      abort(state, message.why, out);
      return;
    case "ccm/view":
      onView(state, message.view, out);
      return;
    case "ccm/evicted":
      state.view = undefined;
      abort(state, "this node belongs to no membership", out);
      endLost(state, ({ synapse: { action } }) => action.kind === "rsc_op", "no membership", out);
      return;
    case "cib/changed":
    case "cib/document": {
      const before = state.replica.root;
      if (!take(state.replica, message, out)) return;
      if (message.type === "cib/document" || message.replaced) {
        if (before !== undefined) foreign(state, "the whole CIB is another one", out);
        state.foreign = state.replica.version;
      } else onChanges(state, message.changes, at, out);
      return;
    }
    case "cib/applied":
      if (!message.ok) log(out, "warning", `A change of the CIB failed: ${message.error ?? ""}`);
      if (message.id.startsWith("done ")) {
        const step = stepOf(state, message.id.slice("done ".length));
        if (step) settle(state, step, message.ok, message.error ?? "", out);
      }
      return;
    case "crmd/performed":
      onPerformed(state, from.node, message, out);
      return;
    case "fence/result":
      onFenced(state, message, at, out);
      return;
    case "fence/underway":
      fenceLonger(state, message, out);
      return;
    case "status/query":
      send(out, from.service, { type: "status/answer", id: message.id, status: statusOf(state) });
      return;
    default:
      log(
        out,
        "warning",
        `A message of type "${message.type}" from "${from.service}" is not for the tengine`,
      );
  }
}

/**
 * Only the node that was asked to do something knows what came of it. That the CIB knows of a fencing,
 * the crmd of this node says: a resource is started elsewhere on that word.
 */
function onPerformed(
  state: TengineState,
  node: string,
  { key, ok, error }: Extract<Message, { readonly type: "crmd/performed" }>,
  out: Effect[],
): void {
  const step = stepOf(state, key);
  if (step === undefined) return;
  const { action } = step.synapse;
  const asked = action.task === "stonith" ? state.self : actorOf(action);
  if (node === asked) settle(state, step, ok, error ?? "it failed", out);
}

/** An executor that is gone, or has begun a new life, will not answer. */
function onView(state: TengineState, view: View, out: Effect[]): void {
  state.view = view;
  const lives = new Map(view.members.map(({ node, incarnation }) => [node, incarnation]));
  endLost(
    state,
    ({ synapse: { action }, state }) =>
      action.kind === "rsc_op" && state.type === "underway" &&
      state.incarnation !== undefined &&
      lives.get(actorOf(action) ?? "") !== state.incarnation,
    "its node has left",
    out,
  );
}

/** For faces: the current graph. */
function statusOf(state: TengineState) {
  const { run } = state;
  if (run === undefined) return { running: false };
  const count = (type: string) =>
    [...run.steps.values()].filter(({ state }) => state.type === type).length;
  return {
    running: true,
    transition: run.graph.transitionId,
    waiting: count("waiting"),
    underway: count("underway"),
    done: count("done"),
    failed: count("failed"),
    aborted: run.aborted ?? null,
  };
}
