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
import { join as joinPieces } from "../cib/pieces.ts";
import { newReplica, subscribe, take } from "../cib/replica.ts";
import type { Effect, Event, Machine } from "../machine.ts";
import type { Message, View } from "../messages.ts";
import { coordinate, endCoordination, stopWaiting } from "./coordination.ts";
import { askLrm, joinIn, onLrmState } from "./joining.ts";
import { askToLeave, stop } from "./leaving.ts";
import { onJoin, settle } from "./members.ts";
import { giveUpOrders, onResult, onResultWritten, perform, writeResult } from "./perform.ts";
import { askAgain, consider, onDone, onTransition, retry } from "./policy.ts";
import { stopNext } from "./quorum_loss.ts";
import {
  type CrmdConfig,
  type CrmdState,
  dcOf,
  log,
  type PeerMessage,
  retryMs,
  tell,
} from "./state.ts";

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
    early: new Map(),
    joins: 0,
    orders: new Map(),
    calls: new Map(),
    outbox: new Map(),
    writes: new Map(),
    stops: new Set(),
    coordination: undefined,
    stopping: false,
    unfinished: new Map(),
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
      stop(state, event.at, out);
      break;
    case "loaded":
    case "reply":
    case "emit":
    case "fault":
      break;
  }
  return out;
}

function onPeer(
  state: CrmdState,
  service: string,
  up: boolean,
  at: number,
  out: Effect[],
): void {
  switch (service) {
    case "ccm":
      if (up) tell(out, "ccm", { type: "ccm/subscribe" });
      else enterView(state, undefined, at, out);
      return;
    case "cib":
      // A cib of a new life knows nothing of what was asked of the old one.
      state.writes.clear();
      state.dirty = true;
      state.joined = false;
      state.outbox.clear();
      if (state.coordination) state.coordination.writing = false;
      if (!up) return;
      subscribe(state.replica, out);
      if (state.view?.quorate) joinIn(state, out);
      return;
    case "lrmd":
      if (up) {
        askLrm(state, out);
        return;
      }
      log(
        out,
        "err",
        `The local resource manager is gone, with all that it knew; what runs here is probed anew`,
      );
      state.lrm = "unknown";
      state.fresh = true;
      state.dirty = true;
      state.joined = false;
      giveUpOrders(state, out);
      return;
    case "pengine":
      if (up) askAgain(state, at, out);
      return;
    case "tengine":
      if (!up && state.coordination?.policy.type === "running") {
        state.coordination.policy = { type: "idle" };
      }
      if (up) consider(state, at, out);
      return;
  }
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
      log(out, "warning", "This node belongs to no membership any more");
      enterView(state, undefined, at, out);
      return;
    case "cib/changed":
    case "cib/document":
      if (!take(state.replica, message, out)) return;
      for (const resource of unwritten(state)) writeResult(state, resource, out);
      if (
        message.type === "cib/document" || message.replaced ||
        message.changes.some(({ path }) => path.startsWith("/cib/configuration"))
      ) stopWaiting(state, out);
      consider(state, at, out);
      return;
    case "cib/applied":
      onApplied(state, message, at, out);
      return;
    case "lrm/result": {
      const operation = onResult(state, message.id, message.result, out);
      if (operation !== undefined) stopNext(state, operation, message.result, out);
      // Started without quorum, for an order of an earlier life: what runs is looked at again.
      else if (state.view?.quorate === false) askLrm(state, out);
      return;
    }
    case "lrm/state":
      onLrmState(state, message.results, out);
      return;
    case "lrm/cancelled":
    case "lrm/forgotten": {
      const call = state.calls.get(message.id);
      state.calls.delete(message.id);
      call?.(out, message.type === "lrm/forgotten" || message.found);
      return;
    }
    case "pengine/transition":
      onTransition(state, message, at, out);
      return;
    case "tengine/done":
      onDone(state, message, at, out);
      return;
    case "crmd/perform":
      perform(state, from.node, message, out);
      return;
    case "crmd/fenced": {
      const { coordination } = state;
      if (from.node !== state.self) return;
      if (coordination === undefined) {
        const error = "this node is not the coordinator any more";
        tell(out, "tengine", { type: "crmd/performed", key: message.key, ok: false, error });
        return;
      }
      const known = coordination.fenced.get(message.node);
      if (known) known.keys.push(message.key);
      else {
        coordination.fenced.set(message.node, {
          keys: [message.key],
          incarnation: message.incarnation,
        });
      }
      consider(state, at, out);
      return;
    }
    case "status/query":
      out.push({
        type: "send",
        to: from.node === state.self ? { service: from.service } : from,
        message: { type: "status/answer", id: message.id, status: statusOf(state) },
      });
      return;
    case "peer": {
      if (from.service !== "crmd") return;
      const text = joinPieces(state.unfinished, from.node, message.body);
      // Heartbeat has verified that a member's crmd says it, and that says nothing else.
      if (text !== undefined) onSaid(state, from.node, JSON.parse(text) as PeerMessage, at, out);
      return;
    }
    default:
      log(
        out,
        "warning",
        `A message of type "${message.type}" from "${from.service}" is not for the crmd`,
      );
  }
}

/** A new view, or none. */
function enterView(state: CrmdState, view: View | undefined, at: number, out: Effect[]): void {
  const before = state.view;
  if (view !== undefined && before?.epoch === view.epoch) return;
  state.view = view;
  state.joined = false;
  const dc = dcOf(view);
  const members = view?.members.map(({ node }) => node).join(", ") ?? "";
  if (view !== undefined) {
    log(
      out,
      "notice",
      `View ${view.epoch}: ${members}; ` +
        (dc === undefined ? "no quorum" : `the coordinator is ${dc}`),
    );
  }
  if (dc === undefined) {
    endCoordination(state, "this node has no quorum", out);
    state.dirty = true;
    state.outbox.clear();
    // A member that never had a view has started nothing.
    if (before !== undefined || view !== undefined) askLrm(state, out);
    return;
  }
  if (dc === state.self) coordinate(state, at, out);
  else endCoordination(state, `the coordinator is ${dc} now`, out);
  joinIn(state, out);
}

function onSaid(
  state: CrmdState,
  from: string,
  message: PeerMessage,
  at: number,
  out: Effect[],
): void {
  if (message.type === "join" && (state.view?.epoch ?? 0) < message.view) {
    // That member has the next view already; it will be asked when this node has it too.
    state.early.set(from, message);
    return;
  }
  if (message.view !== state.view?.epoch) return;
  switch (message.type) {
    case "join":
      onJoin(state, from, message, out);
      consider(state, at, out);
      return;
    case "joined":
      if (from !== dcOf(state.view) || message.number !== state.joins) return;
      state.fresh = false;
      state.dirty = false;
      state.joined = true;
      for (const resource of state.outbox.keys()) writeResult(state, resource, out);
      if (state.stopping) askToLeave(state, at, out);
      return;
    case "tell":
      if (from !== dcOf(state.view)) return;
      state.dirty = true;
      joinIn(state, out);
      return;
  }
}

/** Resources with results that nobody is writing. */
function unwritten(state: CrmdState): string[] {
  if (state.outbox.size === 0) return [];
  const busy = new Set<string>();
  for (const purpose of state.writes.values()) {
    if (purpose.type === "result") busy.add(purpose.resource);
  }
  return [...state.outbox.keys()].filter((resource) => !busy.has(resource));
}

function onApplied(
  state: CrmdState,
  message: Extract<Message, { readonly type: "cib/applied" }>,
  at: number,
  out: Effect[],
): void {
  const purpose = state.writes.get(message.id);
  if (purpose === undefined) return;
  state.writes.delete(message.id);
  const { ok, error } = message;
  switch (purpose.type) {
    case "result":
      onResultWritten(state, purpose.resource, ok, error, out);
      // What this node has to tell may have been waiting for this.
      if (!state.joined && state.view?.quorate) joinIn(state, out);
      return;
    case "members": {
      const { coordination } = state;
      if (coordination === undefined) return;
      coordination.writing = false;
      if (ok) settle(state, purpose.joined, out);
      else {
        log(out, "warning", `The members could not be written to the CIB: ${error ?? "unknown"}`);
        out.push({ type: "timer", name: "members", inMs: retryMs });
        return;
      }
      consider(state, at, out);
      return;
    }
    case "order": {
      const { node, key } = purpose.asker;
      out.push({
        type: "send",
        to: { node, service: "tengine" },
        message: { type: "crmd/performed", key, ok, ...(error === undefined ? {} : { error }) },
      });
      return;
    }
    case "shutdown":
      return;
    case "left":
      if (state.stopping) out.push({ type: "stopped" });
      return;
  }
}

function onTimer(state: CrmdState, name: string, at: number, out: Effect[]): void {
  const { coordination } = state;
  if (name === "join again") {
    if (!state.joined && state.view?.quorate) joinIn(state, out);
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
      askAgain(state, at, out);
      return;
    case "retry":
      retry(state, at, out);
      return;
    case "recheck":
      consider(state, at, out);
      return;
  }
}

/** For faces: how this node stands. */
function statusOf(state: CrmdState) {
  const { view, coordination } = state;
  return {
    node: state.self,
    dc: dcOf(view) ?? null,
    quorate: view?.quorate ?? false,
    epoch: view?.epoch ?? null,
    members: view?.members.map(({ node }) => node) ?? [],
    joined: state.joined,
    policy: coordination?.policy.type ?? null,
    orders: [...state.orders.values()].map(({ operation: { resource, action, intervalMs } }) =>
      `${resource}_${action}_${intervalMs}`
    ).sort(),
  };
}
