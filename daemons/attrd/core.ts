/**
 * Attributes of nodes: facts that agents and people set, and that decide where resources run.
 *
 * Each node's attrd owns the attributes of one life of its node (`own.ts`): it keeps them on disk over
 * its own restarts (`saved.ts`), brings them into the CIB (`writing.ts`) and shows them to the other
 * nodes (`mirrors.ts`). A change of another node's attribute is passed on to that node
 * (`forward.ts`).
 *
 * @module
 */
import { newReplica, subscribe, take } from "../cib/doors/document.ts";
import type { Effect, Event, Machine } from "../runtime/machine.ts";
import type { Message } from "../runtime/messages.ts";
import { heardPiece } from "../runtime/pieces.ts";
import { Refusals } from "../runtime/refusals.ts";
import { onConnectivity } from "./connectivity.ts";
import { onDirect, refuseWaiting, writeWaiting } from "./direct.ts";
import { expire, forwardTimer, onChange, onForwarded } from "./forward.ts";
import { attributesMax, waitingMax } from "./limits.ts";
import { announce, askAgain, askAll, askTimer, enterView, onAsk, onSaid } from "./mirrors.ts";
import { dampedBy } from "./own.ts";
import { readPeer } from "./protocol.ts";
import { valuesOf } from "./query.ts";
import { Rates } from "./rate.ts";
import { savedKey, written } from "./saved.ts";
import { answer, type AttrdConfig, type AttrdState, isMember, tell } from "./state.ts";
import { statusOf } from "./status.ts";
import { forgetRefusals, onWritten, writeOut, writeTimer } from "./writing.ts";

type From = { readonly node: string; readonly service: string };

/** Makes the machine of service `attrd`. */
export function attrd(config: AttrdConfig = {}): Machine<AttrdState> {
  const state: AttrdState = {
    config,
    self: "",
    life: "",
    lastId: 0,
    generation: undefined,
    saved: undefined,
    view: undefined,
    replica: newReplica(),
    own: new Map(),
    deleted: new Map(),
    damped: new Set(),
    serial: 0,
    changed: new Set(),
    unsaved: false,
    answers: [],
    write: undefined,
    atOnce: attributesMax,
    heldBack: new Map(),
    refusedWrites: 0,
    isPaused: false,
    awaited: undefined,
    direct: undefined,
    waiting: [],
    mirrors: new Map(),
    asked: new Set(),
    forwarded: new Map(),
    rates: new Rates(),
    unfinished: new Map(),
    refusals: new Refusals(),
  };
  return { service: "attrd", state, step };
}

function step(state: AttrdState, event: Event, more = false): readonly Effect[] {
  const out: Effect[] = [];
  switch (event.type) {
    case "start":
      state.self = event.node;
      state.life = `${event.wallMs.toString(36)}.${event.seed.toString(36)}`;
      state.saved = event.saved.get(savedKey);
      tell(out, "ccm", { type: "ccm/subscribe" });
      tell(out, "heartbeat", { type: "heartbeat/subscribe" });
      subscribe(state.replica, out);
      break;
    case "peer":
      onService(state, event.service, event.up, out);
      break;
    case "message":
      onMessage(state, event.from, event.message, event.at, out);
      break;
    case "timer":
      onTimer(state, event.name, event.at, out);
      break;
    case "stop":
      settle(state, event.at, out);
      out.push({ type: "stopped" });
      return out;
    case "loaded":
    case "reply":
    case "emit":
    case "fault":
      break;
  }
  // Several changes that wait are one value on disk, and one write to the CIB.
  if (!more || state.answers.length >= waitingMax) settle(state, event.at, out);
  return out;
}

/** What has changed goes to disk; then those who asked hear of it, the other nodes, and the CIB. */
function settle(state: AttrdState, at: number, out: Effect[]): void {
  if (state.generation === undefined) return;
  if (state.unsaved) {
    state.unsaved = false;
    out.push({ type: "save", key: savedKey, value: written(state) });
  }
  for (const { asker, outcome } of state.answers.splice(0)) answer(out, asker, outcome);
  announce(state, out);
  writeWaiting(state, out);
  writeOut(state, at, out);
}

/** A service of this node comes or goes. */
function onService(state: AttrdState, service: string, up: boolean, out: Effect[]): void {
  switch (service) {
    case "ccm":
      if (up) tell(out, "ccm", { type: "ccm/subscribe" });
      else enterView(state, undefined, out);
      return;
    case "heartbeat":
      if (!up) return;
      tell(out, "heartbeat", { type: "heartbeat/subscribe" });
      // What was said meanwhile is lost.
      askAll(state, out);
      return;
    case "cib":
      state.write = undefined;
      state.awaited = undefined;
      refuseWaiting(state, "the cib of this node has ended", out);
      if (up) subscribe(state.replica, out);
  }
}

function onMessage(
  state: AttrdState,
  from: From,
  message: Message,
  at: number,
  out: Effect[],
): void {
  switch (message.type) {
    case "ccm/view":
      if (state.view?.epoch === message.view.epoch) return;
      enterView(state, message.view, out);
      // Another coordinator may take what the last one refused.
      forgetRefusals(state);
      return;
    case "ccm/evicted":
      enterView(state, undefined, out);
      return;
    case "heartbeat/connectivity":
      onConnectivity(state, message, at, out);
      return;
    case "cib/changed":
    case "cib/document":
      take(state.replica, message, out);
      return;
    case "cib/applied":
      if (message.id === state.write?.id) onWritten(state, message, at, out);
      else onDirect(state, message, out);
      return;
    case "attrd/update":
    case "attrd/clear":
      onChange(state, { service: from.service, id: message.id }, message, at, out);
      return;
    case "attrd/query": {
      const { id } = message;
      const values = valuesOf(state, message);
      tell(out, from.service, { type: "attrd/values", id, node: state.self, values });
      return;
    }
    case "status/query": {
      const answered = { type: "status/answer", id: message.id, status: statusOf(state) } as const;
      const to = from.node === state.self ? { service: from.service } : from;
      out.push({ type: "send", to, message: answered });
      return;
    }
    case "peer":
      onPeer(state, from, message, at, out);
      return;
  }
}

function onPeer(
  state: AttrdState,
  from: From,
  { body }: Extract<Message, { readonly type: "peer" }>,
  at: number,
  out: Effect[],
): void {
  if (from.service !== "attrd") return;
  const { unfinished, refusals } = state;
  const hearing = { unfinished, refusals, service: "attrd", at, out };
  const said = heardPiece(readPeer, body, from, hearing);
  switch (said?.type) {
    case undefined:
      return;
    case "ask":
      onAsk(state, from.node, said, out);
      return;
    case "all":
    case "changed":
      onSaid(state, from.node, said, at, out);
      return;
    case "attrd/update":
    case "attrd/clear":
      if (!isMember(state, from.node)) return;
      onChange(state, { ...from, id: said.id }, said, at, out);
      return;
    case "attrd/updated":
      onForwarded(state, said, out);
  }
}

function onTimer(state: AttrdState, name: string, at: number, out: Effect[]): void {
  const damped = dampedBy(name);
  if (damped !== undefined) state.damped.delete(damped);
  else if (name === askTimer) askAgain(state, out);
  else if (name === forwardTimer) expire(state, at, out);
  else if (name === writeTimer) state.isPaused = false;
}
