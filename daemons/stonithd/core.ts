/**
 * Fencing: makes sure that a node is dead, and believes only a device that confirms it.
 *
 * Devices are plugins of kind `stonith`, configured as stonith resources in the CIB, loaded before
 * they are needed so that fencing needs no disk. Each request is tried level by level and device
 * by device here; if this node cannot, or is itself the target, it is handed to the other members
 * one after another. Requests for the same node and action are one execution. A node never
 * confirms its own fencing.
 *
 * @module
 */
import { withCode } from "../../metadata/code.ts";
import { fenceAnswer } from "./answers.ts";
import type { Effect, Event, Machine, Result } from "../runtime/machine.ts";
import type { Json, Message, View } from "../runtime/messages.ts";
import { due, nextAfterLeft, struck } from "./attempt.ts";
import { check, deviceChecked } from "./check.ts";
import { configure, hostsTold, loaded, query } from "./configure.ts";
import { describe, manifestsInstance, manifestsLoaded, onDescribed } from "./describe.ts";
import { mayConcernFencing } from "./devices.ts";
import { Refusals } from "../runtime/refusals.ts";
import { forgetSurvivors } from "./elsewhere.ts";
import { askLater, beginNothingMore, peer, request, settleReturned } from "./request.ts";
import type { Asked, StonithdState } from "./state.ts";

/** Maximum services that are notified of each fencing. */
export const subscribersMax = 64;

/** Makes the machine of service `stonithd`. */
export function stonithd(): Machine<StonithdState> {
  const state: StonithdState = {
    self: "",
    devices: new Map(),
    levels: [],
    members: [],
    incarnations: new Map(),
    generations: new Map(),
    requests: new Map(),
    later: [],
    checks: new Map(),
    striking: new Map(),
    confirmed: new Map(),
    history: [],
    manifests: "none",
    describing: new Map(),
    subscribers: new Set(),
    lastNumber: 0,
    wallOffsetMs: 0,
    querying: false,
    stale: false,
    refusals: new Refusals(),
  };
  return { service: "stonithd", state, step };
}

function step(state: StonithdState, event: Event): readonly Effect[] {
  const out: Effect[] = [];
  switch (event.type) {
    case "start":
      state.self = event.node;
      state.wallOffsetMs = event.wallMs - event.at;
      // In a process of its own the peers come later; in the same one they are there already.
      subscribe(state, out);
      break;
    case "peer":
      if (!event.up) state.subscribers.delete(event.service);
      if (!event.up && event.service === "ccm") {
        // The asker may be gone too, and answers of other nodes are lost: the same as an eviction.
        state.members = [];
        beginNothingMore(state);
      }
      if (event.up && (event.service === "cib" || event.service === "ccm")) subscribe(state, out);
      if (event.up && event.service === "heartbeat") out.push(hear);
      break;
    case "message":
      take(state, event.from, event.message, event.at, out);
      break;
    case "loaded":
      if (event.instance === manifestsInstance) manifestsLoaded(state, event.result, out);
      else loaded(state, event.instance, event.result, out);
      break;
    case "reply":
      replied(state, event.id, event.result, event.at, out);
      break;
    case "timer":
      due(state, event.name, event.at, out);
      break;
    case "fault": {
      const device = state.devices.get(event.instance);
      if (device) {
        device.why = event.why;
        if (event.givenUp) device.state = "failed";
      }
      out.push({
        type: "log",
        level: "warning",
        text: withCode("HA8004", `Device "${event.instance}" ${event.why}`),
      });
      break;
    }
    case "stop":
      for (const id of state.devices.keys()) out.push({ type: "unload", instance: id });
      out.push({ type: "stopped" });
      break;
    case "emit":
      break;
  }
  askLater(state, event.at, out);
  return out;
}

/** Asks heartbeat for reports of each node's heartbeat. */
const hear: Effect = {
  type: "send",
  to: { service: "heartbeat" },
  message: { type: "heartbeat/subscribe" },
};

function subscribe(state: StonithdState, out: Effect[]): void {
  out.push(
    { type: "send", to: { service: "ccm" }, message: { type: "ccm/subscribe" } },
    { type: "send", to: { service: "cib" }, message: { type: "cib/subscribe" } },
    hear,
  );
  state.querying = false;
  query(state, out);
}

function take(
  state: StonithdState,
  from: { readonly node: string; readonly service: string },
  message: Message,
  at: number,
  out: Effect[],
): void {
  switch (message.type) {
    case "ccm/view":
      enterView(state, message.view, at, out);
      return;
    case "ccm/evicted":
      state.members = [];
      beginNothingMore(state);
      return;
    case "heartbeat/connectivity":
      state.generations = new Map(message.nodes.map(({ name, generation }) => [name, generation]));
      return;
    case "cib/changed":
      if (message.replaced || message.changes.some(mayConcernFencing)) query(state, out);
      return;
    case "cib/document":
      state.querying = false;
      configure(state, message.xml, out);
      if (state.stale) query(state, out);
      return;
    case "fence/request":
      request(state, askedBy(from.service, message), at, out);
      return;
    case "fence/subscribe":
      if (state.subscribers.size < subscribersMax) state.subscribers.add(from.service);
      return;
    case "fence/check":
      check(state, from.service, message.id, message.device, out);
      return;
    case "fence/describe":
      describe(state, message.id, message.device, out);
      return;
    case "status/query":
      out.push({
        type: "send",
        to: { service: from.service },
        message: { type: "status/answer", id: message.id, status: statusOf(state) },
      });
      return;
    case "peer":
      if (from.service === "stonithd") peer(state, from, message.body, at, out);
      return;
    default:
      out.push({
        type: "log",
        level: "warning",
        text: `A message of type "${message.type}" from "${from.service}" is not for stonithd`,
      });
  }
}

/** The membership has changed. */
function enterView(state: StonithdState, view: View, at: number, out: Effect[]): void {
  state.members = view.members.map(({ node }) => node);
  for (const { node, incarnation } of view.members) state.incarnations.set(node, incarnation);
  forgetSurvivors(state, view);
  settleReturned(state, at, out);
  nextAfterLeft(state, at, out);
}

/** A fencing that a service of this node asks for. */
function askedBy(service: string, message: Extract<Message, { type: "fence/request" }>): Asked {
  const { id, target, incarnation, action, timeoutMs } = message;
  return { asker: { type: "local", service, id }, target, incarnation, action, timeoutMs };
}

/** What a device answered: the id of the call tells to what. */
function replied(
  state: StonithdState,
  id: string,
  result: Result,
  at: number,
  out: Effect[],
): void {
  if (onDescribed(state, id, result, out)) return;
  const [what = "", first = ""] = id.split(" ");
  if (what === "hosts") {
    hostsTold(state, id.slice("hosts ".length), result);
    return;
  }
  const found = fenceAnswer(result);
  const number = Number(first);
  if (what === "check") deviceChecked(state, number, found, out);
  else {
    const key = id.slice(what.length + first.length + 2);
    struck(state, { key, number }, found, at, out);
  }
}

function statusOf(state: StonithdState): Json {
  return {
    devices: [...state.devices.values()].map(({ config, state, hosts, why }) => ({
      id: config.id,
      plugin: config.plugin,
      state,
      hosts: config.hosts ?? hosts,
      why,
    })),
    refused: state.refusals.counts(),
    history: state.history.map((record) => ({ ...record })),
  };
}
