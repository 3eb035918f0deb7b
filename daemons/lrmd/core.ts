/**
 * The local resource manager: the authority on the resources of its node.
 *
 * It runs the operations of one resource one after another, those of different resources side by
 * side up to a bound, repeats recurring ones, and remembers the last result of each. It knows
 * classes of agents only as plugins of kind `ra`; it decides nothing about what should run where.
 *
 * @module
 */
import { withCode } from "../../metadata/code.ts";
import type { Effect, Event, Machine } from "../runtime/machine.ts";
import type { Json, Message } from "../runtime/messages.ts";
import { describe, describeWaiting, onDescribed } from "./describe.ts";
import { dispatch } from "./dispatch.ts";
import { failed, onRetry } from "./load_class.ts";
import { onReported } from "./promotion.ts";
import { cancel, due, enqueue, keysOf } from "./queue.ts";
import { restore } from "./restore.ts";
import { finish, ofDevice } from "./result.ts";
import { history, type LrmdConfig, type LrmdState, operationKey } from "./state.ts";

/** Makes the machine of service `lrmd`. */
export function lrmd(config: LrmdConfig): Machine<LrmdState> {
  const state: LrmdState = {
    config,
    resources: new Map(),
    classes: new Map(),
    ready: new Set(),
    describing: new Map(),
    undescribed: [],
    running: 0,
    lastNumber: 0,
    lastCall: 0,
    wallOffsetMs: 0,
    stopping: false,
  };
  return { service: "lrmd", state, step };
}

function step(state: LrmdState, event: Event): readonly Effect[] {
  const out: Effect[] = [];
  switch (event.type) {
    case "start":
      state.wallOffsetMs = event.wallMs - event.at;
      break;
    case "loaded": {
      const name = event.instance.slice(3);
      if (event.result.ok) state.classes.set(name, "ready");
      else {
        failed(state, name, event.result.error, out);
        out.push({ type: "log", level: "err", text: withCode("HA7006", event.result.error) });
      }
      for (const id of state.resources.keys()) state.ready.add(id);
      describeWaiting(state, name, out);
      break;
    }
    case "fault":
      out.push({
        type: "log",
        level: "warning",
        text: withCode("HA7006", `The plugin of class "${event.instance.slice(3)}" ${event.why}`),
      });
      if (event.givenUp) failed(state, event.instance.slice(3), event.why, out);
      break;
    case "message":
      take(state, event.from.service, event.message, event.at, out);
      break;
    case "timer":
      if (!onRetry(state, event.name)) due(state, event.name, event.at, out);
      break;
    case "reply":
      if (!onDescribed(state, event.id, event.result, out)) {
        finish(state, event.id, event.result, event.at, out);
      }
      break;
    case "stop":
      // Services continue: the crmd tells the next lrmd what this one had done.
      state.stopping = true;
      for (const name of [...state.classes.keys()].sort()) {
        out.push({ type: "unload", instance: `ra:${name}` });
      }
      out.push({ type: "stopped" });
      break;
    case "emit":
    case "peer":
      break;
  }
  dispatch(state, event.at, out);
  return out;
}

function take(
  state: LrmdState,
  service: string,
  message: Message,
  at: number,
  out: Effect[],
): void {
  const answer = (message: Message) => out.push({ type: "send", to: { service }, message });
  switch (message.type) {
    case "lrm/execute":
      enqueue(state, message.operation, at, message.id, out);
      return;
    case "lrm/cancel": {
      const { id, resource, action, intervalMs } = message;
      answer({
        type: "lrm/cancelled",
        id,
        found: cancel(state, resource, operationKey(resource, action, intervalMs), at, out),
      });
      return;
    }
    case "lrm/forget":
      forget(state, message.resource, at, out);
      answer({ type: "lrm/forgotten", id: message.id });
      return;
    case "lrm/query":
      answer({ type: "lrm/state", id: message.id, results: history(state) });
      return;
    case "lrm/restore":
      restore(state, message.results, at, out);
      return;
    case "lrm/describe":
      describe(state, `${service} ${message.id}`, message.agent, out);
      return;
    case "status/query":
      answer({ type: "status/answer", id: message.id, status: statusOf(state) });
      return;
    case "attrd/updated":
      onReported(message, out);
      return;
    case "fence/checked":
      finish(state, message.id, { ok: true, value: ofDevice(message) }, at, out);
      return;
    default:
      out.push({
        type: "log",
        level: "warning",
        text: `A message of type "${message.type}" from "${service}" is not for lrmd; ignored`,
      });
  }
}

/** How much it does at the moment. */
function statusOf({ resources, running }: LrmdState): Json {
  return { resources: resources.size, running };
}

/** Forgets a resource. Waiting and running operations are reported to their requesters. */
function forget(state: LrmdState, id: string, at: number, out: Effect[]): void {
  const resource = state.resources.get(id);
  if (resource === undefined) return;
  for (const key of keysOf(resource)) cancel(state, id, key, at, out);
  resource.history.clear();
  const { running, waiting, delayed } = resource;
  if (running === undefined && waiting.length + delayed.size === 0) state.resources.delete(id);
}
