/**
 * The cluster information base: one XML document, a copy of it on every node, all of them the same.
 *
 * Reads are answered from the local copy. Writes go to the coordinator, the first member of the
 * quorate view, and are acknowledged only when every member has them on disk: so an acknowledged
 * write survives any crash that leaves one of them. `coordinator.ts` and `member.ts` hold the two
 * parts, `journal.ts` what is on disk.
 *
 * @module
 */
import type { Effect, Event, Machine, Sender } from "../runtime/machine.ts";
import type { Json, Message, View } from "../runtime/messages.ts";
import { onDescribed, onOverdue, withoutDaemon } from "./asking.ts";
import { goOn, moreTimer, take } from "./checking.ts";
import { answerOf, askCoordinator, expire, refuseAll, settle } from "./clients.ts";
import { againTimer, bringUpWaiting, onDiverged } from "./bringing_up.ts";
import { coordinate, onFetched, onReport, repeat } from "./coordinator.ts";
import { onPrepared, onWrites, writeMore } from "./entries.ts";
import { onOwed, owedTimer, probe, watchCoordinator } from "./owed.ts";
import { keepEarly } from "./waiting.ts";
import { writeDocument } from "./journal.ts";
import { initialRoot } from "./initial.ts";
import { load } from "./load.ts";
import { commit, installFrom, onPrepare, reportOf, tidy } from "./member.ts";
import { heardPiece } from "../runtime/pieces.ts";
import {
  addressOf,
  answerQuery,
  type CibConfig,
  type CibState,
  coordinatorOf,
  heldQueriesMax,
  log,
  say,
  shownVersion,
  tipOf,
} from "./state.ts";
import { isOneOfTwo, mayHalf } from "./newest.ts";
import { formatVersion } from "./version.ts";
import type { PeerMessage } from "./wire.ts";
import { readPeer } from "./protocol.ts";
import { Refusals } from "../runtime/refusals.ts";
import { requestRefused } from "../runtime/request_refused.ts";

/** Makes the machine of service `cib`. */
export function cib(config: CibConfig = {}): Machine<CibState> {
  const state: CibState = {
    initial: initialRoot(config.initial),
    mayAct: config.mayAct ?? mayHalf,
    self: "",
    life: "",
    lastWrite: 0,
    copy: undefined,
    prepared: [],
    documentIndex: 0,
    corrupt: undefined,
    damaged: [],
    view: undefined,
    synced: false,
    alone: false,
    coordinator: { type: "none" },
    repeats: 0,
    broughtUp: new Map(),
    documentSent: false,
    queue: [],
    pending: new Map(),
    asked: new Set(),
    checking: new Map(),
    lastQuestion: 0,
    subscribers: new Map(),
    heldQueries: [],
    unfinished: new Map(),
    owed: { sinceMs: undefined, heardMs: 0, isTimed: false },
    early: new Map(),
    refusals: new Refusals(),
  };
  return { service: "cib", state, step };
}

function step(state: CibState, event: Event): readonly Effect[] {
  const out: Effect[] = [];
  switch (event.type) {
    case "start":
      state.self = event.node;
      state.life = `${event.wallMs.toString(36)}.${event.seed.toString(36)}`;
      load(state, event.saved, out);
      out.push({ type: "send", to: { service: "ccm" }, message: { type: "ccm/subscribe" } });
      break;
    case "peer":
      if (event.service === "ccm") {
        if (event.up) {
          out.push({ type: "send", to: { service: "ccm" }, message: { type: "ccm/subscribe" } });
        } else leaveView(state, out);
      } else if (!event.up) {
        state.subscribers.delete(`${state.self} ${event.service}`);
        withoutDaemon(state, event.service);
      }
      break;
    case "message":
      onMessage(state, event.from, event.message, event.at, out);
      break;
    case "timer":
      if (event.name === "repeat") repeat(state, out);
      else if (event.name === againTimer) bringUpWaiting(state, out);
      else if (event.name === "write") writeMore(state, out, answerOf(state, out));
      else if (event.name === "ask again") {
        state.asked.clear();
        askCoordinator(state, out);
      } else if (event.name === "overdue") expire(state, event.at, out);
      else if (event.name === owedTimer) onOwed(state, event.at, out);
      else if (event.name !== moreTimer) onOverdue(state, event.name);
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
  goOn(state, event.at, out);
  watchCoordinator(state, event.at, out);
  return out;
}

function onMessage(
  state: CibState,
  from: Sender,
  message: Message,
  at: number,
  out: Effect[],
): void {
  switch (message.type) {
    case "ccm/view":
      enterView(state, message.view, out);
      return;
    case "ccm/evicted":
      leaveView(state, out);
      return;
    case "ccm/doubted":
      probe(state, message.view, at, out);
      return;
    case "cib/subscribe":
      state.subscribers.set(`${from.node} ${from.service}`, from);
      return;
    case "cib/query":
      if (state.copy !== undefined) answerQuery(state, from, message.id, out);
      else {
        // The first requester has waited longest, and is the likeliest to be gone.
        if (state.heldQueries.length >= heldQueriesMax) tellNotTaken(state, out);
        state.heldQueries.push({ client: from, id: message.id });
      }
      return;
    case "cib/apply":
      take(state, from, message, at, out);
      return;
    case "lrm/described":
    case "fence/described":
      onDescribed(state, from.service, message);
      return;
    case "status/query":
      out.push({
        type: "send",
        to: addressOf(state, from),
        message: { type: "status/answer", id: message.id, status: statusOf(state) },
      });
      return;
    case "peer":
      if (from.service === "cib") hear(state, from, message.body, at, out);
      return;
    default:
      log(
        out,
        "warning",
        `A message of type "${message.type}" from "${from.service}" is not for the cib`,
      );
  }
}

/** The query that has waited longest gives way. */
function tellNotTaken(state: CibState, out: Effect[]): void {
  const first = state.heldQueries.shift();
  if (first === undefined) return;
  const { client, id } = first;
  const why = `${heldQueriesMax} queries wait for the CIB already`;
  const refused = { kind: "unsendable", type: "cib/query", why } as const;
  const message = requestRefused("cib", { type: "cib/query", id }, refused);
  if (message !== undefined) out.push({ type: "send", to: addressOf(state, client), message });
}

/** A piece of what the cib of another node says. */
function hear(
  state: CibState,
  from: { readonly node: string; readonly service: string },
  body: Json,
  at: number,
  out: Effect[],
): void {
  const { refusals, unfinished } = state;
  const said = heardPiece(readPeer, body, from, { refusals, unfinished, service: "cib", at, out });
  if (said === undefined) return;
  if (from.node === coordinatorOf(state.view)) state.owed.heardMs = at;
  onPeer(state, from.node, said, out);
}

function enterView(state: CibState, view: View, out: Effect[]): void {
  const same = state.view?.epoch === view.epoch;
  if (same && state.coordinator.type !== "none") return;
  if (state.synced && isOneOfTwo(state.view)) state.alone = true;
  state.view = view;
  state.synced = false;
  state.owed.sinceMs = undefined;
  state.coordinator = { type: "none" };
  state.asked.clear();
  // What other nodes' clients want is sent again by those nodes; what is early for this view stays.
  const early = state.queue.filter((waiting) => waiting.view === view.epoch);
  state.queue.length = 0;
  state.queue.push(...early);
  const members = new Set(view.members.map(({ node }) => node));
  for (const node of [...state.unfinished.keys()]) {
    if (!members.has(node)) state.unfinished.delete(node);
  }
  const coordinator = coordinatorOf(view);
  if (coordinator !== state.self) state.queue.length = 0;
  if (coordinator === undefined) {
    refuseAll(state, "this node's membership has no quorum", out);
    return;
  }
  if (coordinator === state.self) {
    for (const { write } of state.pending.values()) {
      state.queue.push({ from: state.self, view: view.epoch, write });
    }
    coordinate(state, out, answerOf(state, out));
    return;
  }
  say(out, coordinator, { type: "report", view: view.epoch, report: reportOf(state) });
  askCoordinator(state, out);
}

/** This node belongs to no view: writes wait for the next one. */
function leaveView(state: CibState, _out: Effect[]): void {
  if (state.synced && isOneOfTwo(state.view)) state.alone = true;
  state.view = undefined;
  state.synced = false;
  state.coordinator = { type: "none" };
  state.queue.length = 0;
}

function onPeer(state: CibState, from: string, message: PeerMessage, out: Effect[]): void {
  const { view } = state;
  if (message.type === "applied") {
    // Only the coordinator knows. What another one acknowledged is asked again, and known there.
    if (from === coordinatorOf(view)) settle(state, message.id, message, out);
    return;
  }
  if (view === undefined || message.view > view.epoch) {
    // Another member has the next view already.
    if (message.type === "report") {
      state.early.set(from, { view: message.view, report: message.report });
    } else if (message.type === "apply") keepEarly(state, from, message);
    return;
  }
  // Messages of an older view or of a node outside the view are ignored.
  if (message.view < view.epoch || !view.members.some(({ node }) => node === from)) return;
  const coordinates = state.coordinator.type !== "none";
  const answer = answerOf(state, out);
  switch (message.type) {
    case "report":
      if (coordinates) onReport(state, from, message.report, out, answer);
      return;
    case "prepared":
      if (coordinates) onPrepared(state, from, message.index, out, answer);
      return;
    case "diverged":
      if (coordinates) onDiverged(state, from, message.index, out);
      return;
    case "apply":
      if (coordinates) onWrites(state, from, message, out, answer);
      return;
    case "fetch": {
      const tip = tipOf(state);
      if (tip && from === coordinatorOf(view)) {
        say(out, from, { type: "install", view: view.epoch, text: writeDocument(tip) });
      }
      return;
    }
    case "install":
      if (state.coordinator.type === "fetching" && state.coordinator.from === from) {
        onFetched(state, message.text, out, answer);
      } else if (from === coordinatorOf(view)) installFrom(state, from, message.text, out);
      return;
  }
  if (from !== coordinatorOf(view) || coordinates) return;
  switch (message.type) {
    case "ask":
      say(out, from, { type: "report", view: view.epoch, report: reportOf(state) });
      return;
    case "prepare":
      onPrepare(state, from, view.epoch, message.entry, out);
      return;
    case "commit":
      commit(state, message.index, out);
      tidy(state, out);
      return;
  }
}

/** For faces: how this copy stands. */
function statusOf(state: CibState) {
  const version = shownVersion(state);
  return {
    version: version === undefined ? null : formatVersion(version),
    digest: state.copy?.digest ?? null,
    synced: state.synced,
    coordinator: coordinatorOf(state.view) ?? null,
    corrupt: state.corrupt !== undefined,
    pendingWrites: state.pending.size,
    refused: state.refusals.counts(),
  };
}
