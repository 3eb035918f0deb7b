/**
 * The cluster resource manager of one node, and, on the first member of a quorate view, the
 * coordinator of them all (DC).
 *
 * Every node's crmd tells the coordinator what it runs when a view begins, hands the coordinator's
 * orders to its local resource manager, and writes the results into the CIB; without quorum it stops
 * what it runs (`perform.ts`, `quorum_loss.ts`). The coordinator keeps the members' picture in the
 * CIB (`members.ts`) and asks the policy engine what to do whenever something has changed
 * (`policy.ts`).
 *
 * @module
 */
import { newReplica, subscribe, take } from "../cib/doors/document.ts";
import { heardPiece } from "../runtime/pieces.ts";
import type { Effect, Event, Machine } from "../runtime/machine.ts";
import type { Json, Message } from "../runtime/messages.ts";
import { onDescribed } from "./ask_agent.ts";
import { onConfirmed, onFencing } from "./fenced.ts";
import { forgetLeft, forgetTimer, onForgotten } from "./forget_left.ts";
import { followConfiguration } from "./configurations.ts";
import { stopWaiting } from "./coordination.ts";
import { askLrm, joinIn, onLrmState } from "./joining.ts";
import { endAlone, endUnanswered, restartIfAsked, stop } from "./leaving.ts";
import { onOwed, owedTimer } from "./owed.ts";
import { onResult, perform, writeResult } from "./perform.ts";
import { askAgain, consider, engineGone, onDone, onTransition, retry } from "./policy.ts";
import { stopNext } from "./quorum_loss.ts";
import { onPeer } from "./services.ts";
import { type CrmdConfig, type CrmdState, log, policyMsMax, tell } from "./state.ts";
import { readPeer } from "./protocol.ts";
import { Refusals } from "../runtime/refusals.ts";
import { statusOf } from "./status.ts";
import { noteDoing } from "./awaited.ts";
import { enterView, onSaid } from "./views.ts";
import { onApplied, unwritten } from "./written.ts";

/** Makes the machine of service `crmd`. */
export function crmd(config: CrmdConfig = {}): Machine<CrmdState> {
  const state: CrmdState = {
    config: { startupWaitMs: 5_000, joinWaitMs: 10_000, recheckMs: 900_000, ...config },
    self: "",
    wallOffsetMs: 0,
    life: "",
    lastId: 0,
    lastTransition: 0,
    findings: new Set(),
    view: undefined,
    replica: newReplica(),
    lrm: "unknown",
    fresh: true,
    dirty: true,
    joined: false,
    owed: undefined,
    early: new Map(),
    joins: 0,
    voidJoins: 0,
    orders: new Map(),
    calls: new Map(),
    partings: new Map(),
    agents: new Map(),
    agentsAsked: new Map(),
    kept: new Map(),
    lost: new Map(),
    outbox: new Map(),
    writes: new Map(),
    stops: new Set(),
    configurations: [],
    trials: { hung: 0, notBeforeMs: 0 },
    poisons: new Map(),
    held: new Set(),
    unsupported: new Set(),
    coordination: undefined,
    stopping: false,
    restarting: false,
    unfinished: new Map(),
    refusals: new Refusals(),
  };
  return { service: "crmd", state, step };
}

function step(state: CrmdState, event: Event): readonly Effect[] {
  const out: Effect[] = [];
  switch (event.type) {
    case "start":
      state.self = event.node;
      state.wallOffsetMs = event.wallMs - event.at;
      state.life = `${event.wallMs.toString(36)}.${event.seed.toString(36)}`;
      // In this process they are there; in another one they come later, and `peer` tells.
      tell(out, "ccm", { type: "ccm/subscribe" });
      subscribe(state.replica, out);
      tell(out, "stonithd", { type: "fence/subscribe" });
      askLrm(state, out);
      break;
    case "peer":
      onPeer(state, event.service, event.up, event.at, out);
      break;
    case "message":
      onMessage(state, event.from, event.message, event.at, out);
      break;
    case "timer":
      onTimer(state, event.name, event.at, out);
      break;
    case "stop":
      state.restarting = false; // who ends the node now does not want it to start
      stop(state, event.at, out);
      break;
    case "loaded":
    case "reply":
    case "emit":
    case "fault":
      break;
  }
  noteDoing(state, event.at);
  return out;
}

function onMessage(
  state: CrmdState,
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
      log(out, "warning", "This node no longer belongs to a membership");
      enterView(state, undefined, at, out);
      return;
    case "cib/changed":
    case "cib/document":
      onCib(state, message, at, out);
      return;
    case "cib/applied":
      onApplied(state, message, at, out);
      return;
    case "lrm/result":
    case "lrm/state":
    case "lrm/cancelled":
    case "lrm/forgotten":
    case "lrm/described":
      onLrm(state, message, out);
      return;
    case "pengine/transition":
      onTransition(state, message, at, out);
      return;
    case "tengine/done":
      onDone(state, message, at, out);
      return;
    case "crmd/perform":
      perform(state, from.node, message, out);
      return;
    case "crmd/fenced":
      if (from.node === state.self) onConfirmed(state, message, at, out);
      return;
    case "fence/happened":
      if (from.node === state.self) onFencing(state, message, at, out);
      return;
    case "heartbeat/changed":
      onForgotten(state, message, out);
      return;
    case "status/query":
      answerStatus(state, from, message.id, at, out);
      return;
    case "peer":
      if (from.service === "crmd") hear(state, from, message.body, at, out);
      return;
    default: {
      const { type } = message;
      log(out, "warning", `A message of type "${type}" from "${from.service}" is not for the crmd`);
    }
  }
}

/** A piece of what the crmd of another node says. */
function hear(
  state: CrmdState,
  from: { readonly node: string; readonly service: string },
  body: Json,
  at: number,
  out: Effect[],
): void {
  const { refusals, unfinished } = state;
  const said = heardPiece(readPeer, body, from, { refusals, unfinished, service: "crmd", at, out });
  if (said !== undefined) onSaid(state, from.node, said, at, out);
}

/** The asker may be on another node. */
function answerStatus(
  state: CrmdState,
  from: { readonly node: string; readonly service: string },
  id: string,
  at: number,
  out: Effect[],
): void {
  const to = from.node === state.self ? { service: from.service } : from;
  const message = { type: "status/answer", id, status: statusOf(state, at) } as const;
  out.push({ type: "send", to, message });
}

/** The CIB is another one. */
function onCib(
  state: CrmdState,
  message: Extract<Message, { readonly type: "cib/changed" | "cib/document" }>,
  at: number,
  out: Effect[],
): void {
  if (!take(state.replica, message, out)) return;
  followConfiguration(state);
  for (const resource of unwritten(state)) writeResult(state, resource, out);
  if (
    message.type === "cib/document" || message.replaced ||
    message.changes.some(({ path }) => path.startsWith("/cib/configuration"))
  ) stopWaiting(state, out);
  restartIfAsked(state, at, out);
  consider(state, at, out);
}

/** What the local resource manager says. */
function onLrm(
  state: CrmdState,
  message: Extract<
    Message,
    {
      readonly type:
        | "lrm/result"
        | "lrm/state"
        | "lrm/cancelled"
        | "lrm/forgotten"
        | "lrm/described";
    }
  >,
  out: Effect[],
): void {
  switch (message.type) {
    case "lrm/result": {
      const operation = onResult(state, message.id, message.result, out);
      if (operation !== undefined) stopNext(state, operation, message.result, out);
      // Started without quorum, for an order of an earlier life: what runs is looked at again.
      else if (state.view?.quorate === false) askLrm(state, out);
      endAlone(state, out);
      return;
    }
    case "lrm/state":
      onLrmState(state, message.results, out);
      endAlone(state, out);
      return;
    case "lrm/described":
      onDescribed(state, message);
      for (const resource of unwritten(state)) writeResult(state, resource, out);
      return;
    case "lrm/cancelled":
    case "lrm/forgotten": {
      const call = state.calls.get(message.id);
      state.calls.delete(message.id);
      call?.then(out);
    }
  }
}

function onTimer(state: CrmdState, name: string, at: number, out: Effect[]): void {
  const { coordination } = state;
  if (name === "join again") {
    if (!state.joined && state.view?.quorate) joinIn(state, out);
    return;
  }
  if (name === owedTimer) {
    onOwed(state, at, out);
    return;
  }
  if (name === "leave") {
    endUnanswered(state, out);
    return;
  }
  if (coordination === undefined) return;
  switch (name) {
    case "join":
      if (!coordination.late) {
        coordination.late = true;
        consider(state, at, out);
      }
      return;
    case "startup":
      if (!coordination.complete) {
        coordination.complete = true;
        consider(state, at, out);
      }
      return;
    case "members":
      consider(state, at, out);
      return;
    case "policy":
      engineGone(state, `it said nothing within ${policyMsMax} ms`, at, out);
      askAgain(state, at, out);
      return;
    case forgetTimer:
      forgetLeft(state, true, out);
      return;
    case "retry":
      retry(state, at, out);
      return;
    case "recheck":
    case "trial":
      consider(state, at, out);
      return;
  }
}
