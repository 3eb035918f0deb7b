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
import { survey, surveyDue } from "./begin_survey.ts";
import { check, deviceChecked, watchDue } from "./check.ts";
import { configure, hostsTold, loaded, query } from "./configure.ts";
import { takeWord } from "./confirm.ts";
import { describe, manifestsInstance, manifestsLoaded, onDescribed } from "./describe.ts";
import { mayConcernFencing } from "./devices.ts";
import { Random } from "../runtime/random.ts";
import { Refusals } from "../runtime/refusals.ts";
import { forgetSurvivors } from "./elsewhere.ts";
import { hostsOf, shareReach } from "./reach.ts";
import { historyAgainMs, historyTimer, recall, shareHistory, shareHistoryAgain } from "./record.ts";
import { retellConfirmed } from "./retell.ts";
import {
  askLater,
  beginNothingMore,
  peer,
  request,
  settleReturned,
  settleWaiting,
} from "./request.ts";
import type { Asked, StonithdState } from "./state.ts";
import { nextTurn, poweredOn, release } from "./strike.ts";
import { noTopology } from "./topology.ts";

/** Maximum services that are notified of each fencing. */
export const subscribersMax = 64;

/** Makes the machine of service `stonithd`. */
export function stonithd(): Machine<StonithdState> {
  const state: StonithdState = {
    self: "",
    lifeName: "",
    devices: new Map(),
    topology: noTopology,
    calls: new Map(),
    reach: new Map(),
    reachSaid: "",
    random: new Random(0),
    surveys: new Map(),
    members: [],
    newcomers: new Set(),
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
      state.random = new Random(event.seed);
      state.lifeName = event.seed.toString(16);
      state.wallOffsetMs = event.wallMs - event.at;
      // In a process of its own the peers come later; in the same one they are there already.
      subscribe(state, out);
      break;
    case "peer":
      if (!event.up) state.subscribers.delete(event.service);
      if (!event.up && event.service === "ccm") {
        // The asker may be gone too, and answers of other nodes are lost: the same as an eviction.
        state.members = [];
        beginNothingMore(state, event.at, out);
      }
      if (event.up && (event.service === "cib" || event.service === "ccm")) subscribe(state, out);
      if (event.up && event.service === "heartbeat") out.push(hear);
      break;
    case "message":
      take(state, event.from, event.message, event.at, out);
      break;
    case "loaded":
      if (event.instance === manifestsInstance) manifestsLoaded(state, event.result, out);
      else {
        loaded(state, event.instance, event.result, out);
        shareReach(state, out);
      }
      break;
    case "reply":
      replied(state, event.id, event.result, event.at, out);
      break;
    case "timer":
      if (event.name === historyTimer) {
        shareHistoryAgain(state, out);
        break;
      }
      if (watchDue(state, event.name, out) || surveyDue(state, event.name, out)) break;
      due(state, event.name, event.at, out);
      break;
    case "fault":
      faulty(state, event, out);
      break;
    case "stop":
      for (const [id, { config }] of state.devices) {
        if (config.wrong.length === 0) out.push({ type: "unload", instance: id });
      }
      out.push({ type: "stopped" });
      break;
    case "emit":
      break;
  }
  askLater(state, event.at, out);
  return out;
}

/** A plugin has failed; it is started again, or was given up. */
function faulty(
  state: StonithdState,
  { instance, why, givenUp }: Extract<Event, { type: "fault" }>,
  out: Effect[],
): void {
  const device = state.devices.get(instance);
  if (device) {
    device.why = why;
    if (givenUp) device.state = "failed";
    shareReach(state, out);
  }
  out.push({
    type: "log",
    level: "warning",
    text: withCode("HA8004", `Device "${instance}" ${why}`),
  });
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
      beginNothingMore(state, at, out);
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
      shareReach(state, out);
      if (state.stale) query(state, out);
      return;
    case "fence/request":
    case "fence/subscribe":
    case "fence/check":
    case "fence/confirm":
    case "fence/survey":
    case "fence/describe":
      takeQuestion(state, from.service, message, at, out);
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

/** What services and clients of this node ask of the fencing daemon. */
type Question = Extract<
  Message,
  {
    type:
      | "fence/request"
      | "fence/subscribe"
      | "fence/check"
      | "fence/confirm"
      | "fence/survey"
      | "fence/describe";
  }
>;

function takeQuestion(
  state: StonithdState,
  service: string,
  message: Question,
  at: number,
  out: Effect[],
): void {
  switch (message.type) {
    case "fence/request":
      return request(state, askedBy(service, message), at, out);
    case "fence/subscribe":
      if (state.subscribers.size < subscribersMax) state.subscribers.add(service);
      return;
    case "fence/check": {
      const { id, device } = message;
      return check(state, device, { type: "local", service, id }, at, out);
    }
    case "fence/confirm":
      return takeWord(state, service, message, at, out);
    case "fence/survey":
      return survey(state, { type: "local", service, id: message.id }, at, out);
    case "fence/describe":
      return describe(state, { service, id: message.id, device: message.device }, out);
  }
}

/** The membership has changed. */
function enterView(state: StonithdState, view: View, at: number, out: Effect[]): void {
  const isNew = state.members.length === 0;
  // A node that was restarted meanwhile has forgotten everything, even if it was never seen to leave.
  const isSameLife = (node: string) =>
    view.members.every((one) =>
      one.node !== node || one.incarnation === (state.incarnations.get(node) ?? one.incarnation)
    );
  const before = isNew ? [state.self] : state.members.filter(isSameLife);
  state.members = view.members.map(({ node }) => node);
  const joined = state.members.filter((node) => !before.includes(node));
  for (const { node, incarnation } of view.members) state.incarnations.set(node, incarnation);
  forgetSurvivors(state, view);
  settleReturned(state, at, out);
  settleWaiting(state, at, out);
  nextAfterLeft(state, at, out);
  if (isNew) recall(state, out);
  shareReach(state, out, joined);
  shareHistory(state, before, joined, out);
  retellConfirmed(state, joined, out);
  for (const node of joined) state.newcomers.add(node);
  // What is sent while others still enter the view is not taken: once more a little later.
  if (joined.length > 0) out.push({ type: "timer", name: historyTimer, inMs: historyAgainMs });
}

/** A fencing that a service of this node asks for. */
function askedBy(service: string, message: Extract<Message, { type: "fence/request" }>): Asked {
  const { id, target, incarnation, action, timeoutMs, delayMs, reason } = message;
  return {
    asker: { type: "local", service, id },
    target,
    incarnation,
    action,
    timeoutMs,
    ...(delayMs === undefined ? {} : { delayMs }),
    ...(reason === undefined ? {} : { reason }),
  };
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
    hostsTold(state, id.slice("hosts ".length), result, out);
    shareReach(state, out);
    return;
  }
  const found = fenceAnswer(result);
  const number = Number(first);
  if (what === "check") {
    deviceChecked(state, number, found, at, out);
    shareReach(state, out);
    return;
  }
  const device = release(state, id);
  if (!poweredOn(id, found, out)) {
    const key = id.slice(what.length + first.length + 2);
    struck(state, { key, number }, found, at, out);
  }
  nextTurn(state, device, at, out);
}

function statusOf(state: StonithdState): Json {
  return {
    devices: [...state.devices.values()].map((device) => ({
      id: device.config.id,
      plugin: device.config.plugin,
      state: device.state,
      hosts: [...hostsOf(device)],
      why: device.why,
      sound: !device.unsound,
    })),
    refused: state.refusals.counts(),
    history: state.history.map((record) => ({ ...record })),
  };
}
