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
import type { Effect, Event, Machine } from "../machine.ts";
import type { CibVersion, Message, View } from "../messages.ts";
import {
  type Answer,
  coordinate,
  onDiverged,
  onFetched,
  onPrepared,
  onReport,
  onWrites,
  repeat,
} from "./coordinator.ts";
import { entryOf, readJournal, writeDocument } from "./journal.ts";
import { commit, install, onPrepare, reportOf, tidy } from "./member.ts";
import {
  addressOf,
  answerQuery,
  batchMax,
  type CibConfig,
  type CibState,
  type Client,
  coordinatorOf,
  heldQueriesMax,
  log,
  type Pending,
  pendingMax,
  queueMax,
  repeatMs,
  say,
  shownVersion,
  tipOf,
  writeTimeoutMs,
} from "./state.ts";
import { join } from "./pieces.ts";
import { type PeerMessage, readPeer, type Write } from "./wire.ts";
import { formatVersion } from "./version.ts";

/** Makes the machine of service `cib`. */
export function cib(config: CibConfig = {}): Machine<CibState> {
  const state: CibState = {
    config,
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
    coordinator: { type: "none" },
    queue: [],
    pending: new Map(),
    asked: new Set(),
    subscribers: new Map(),
    heldQueries: [],
    unfinished: new Map(),
    early: new Map(),
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
      }
      break;
    case "message":
      onMessage(state, event.from, event.message, event.at, out);
      break;
    case "timer":
      if (event.name === "repeat") repeat(state, out);
      else if (event.name === "ask again") {
        state.asked.clear();
        askCoordinator(state, out);
      } else if (event.name === "overdue") expire(state, event.at, out);
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

/** Takes up what an earlier life left on disk. */
function load(state: CibState, saved: ReadonlyMap<string, Uint8Array>, out: Effect[]): void {
  const found = readJournal(saved);
  switch (found.type) {
    case "empty":
      return;
    case "copy":
      // Not shown before a quorate view has made it its own: the last entry may be known to nobody.
      state.prepared.push({ entry: entryOf(found.copy), copy: found.copy });
      state.documentIndex = found.documentIndex;
      return;
    case "corrupt": {
      state.corrupt = found.index === undefined ? {} : { index: found.index };
      state.damaged = [...found.keys.keys()];
      for (const [key, why] of found.keys) {
        const value = saved.get(key);
        const aside = value && asideKey(saved, key);
        log(
          out,
          "err",
          `The CIB on this disk is damaged: "${key}" in the folder "cib" of this node's state ` +
            `cannot be used, ${why}. ` +
            (aside === undefined ? "" : `It is kept as "${aside}". `) +
            `Nothing of it is loaded; the other members bring this node up to date. If none of them ` +
            `can, put a backup of that folder in its place, or remove the folder "cib" on every ` +
            `node to begin anew`,
        );
        if (value && aside) out.push({ type: "save", key: aside, value });
      }
      return;
    }
  }
}

/** A name under which a damaged file is kept; none if it is kept already or nine others are. */
function asideKey(saved: ReadonlyMap<string, Uint8Array>, key: string): string | undefined {
  const value = saved.get(key);
  for (let number = 1; number <= 9; number++) {
    const name = `${key}.corrupt-${number}`;
    const old = saved.get(name);
    if (old === undefined) return name;
    if (value !== undefined && isEqual(old, value)) return undefined;
  }
  return undefined;
}

const isEqual = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((byte, index) => byte === b[index]);

function onMessage(
  state: CibState,
  from: { readonly node: string; readonly service: string },
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
    case "cib/subscribe":
      state.subscribers.set(`${from.node} ${from.service}`, from);
      return;
    case "cib/query":
      if (state.copy !== undefined) answerQuery(state, from, message.id, out);
      else {
        // Whoever asked first has waited longest, and is the likeliest to be gone.
        if (state.heldQueries.length >= heldQueriesMax) state.heldQueries.shift();
        state.heldQueries.push({ client: from, id: message.id });
      }
      return;
    case "cib/apply":
      onApply(state, from, message, at, out);
      return;
    case "status/query":
      out.push({
        type: "send",
        to: addressOf(state, from),
        message: { type: "status/answer", id: message.id, status: statusOf(state) },
      });
      return;
    case "peer": {
      const text = from.service === "cib"
        ? join(state.unfinished, from.node, message.body)
        : undefined;
      const said = text === undefined ? undefined : readPeer(text);
      if (said !== undefined) onPeer(state, from.node, said, out);
      return;
    }
    default:
      log(
        out,
        "warning",
        `A message of type "${message.type}" from "${from.service}" is not for the cib`,
      );
  }
}

function enterView(state: CibState, view: View, out: Effect[]): void {
  const same = state.view?.epoch === view.epoch;
  if (same && state.coordinator.type !== "none") return;
  state.view = view;
  state.synced = false;
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

/** Sends what clients of this node want to the coordinator, if it has answered all before it. */
function askCoordinator(state: CibState, out: Effect[]): void {
  const { view } = state;
  const coordinator = coordinatorOf(view);
  if (view === undefined || coordinator === undefined || coordinator === state.self) return;
  if (state.asked.size > 0 || state.pending.size === 0) return;
  const writes: Write[] = [];
  for (const { write } of state.pending.values()) {
    if (writes.length >= batchMax) break;
    writes.push(write);
    state.asked.add(write.id);
  }
  say(out, coordinator, { type: "apply", view: view.epoch, writes });
  out.push({ type: "timer", name: "ask again", inMs: repeatMs });
}

/** This node belongs to no view: writes wait for the next one. */
function leaveView(state: CibState, _out: Effect[]): void {
  state.view = undefined;
  state.synced = false;
  state.coordinator = { type: "none" };
  state.queue.length = 0;
}

function onPeer(state: CibState, from: string, message: PeerMessage, out: Effect[]): void {
  if (message.type === "applied") {
    settle(state, message.id, message, out);
    return;
  }
  const { view } = state;
  if (view === undefined || message.view > view.epoch) {
    // Another member has the next view already.
    if (message.type === "report") {
      state.early.set(from, { view: message.view, report: message.report });
    } else if (message.type === "apply" && state.queue.length < queueMax) {
      for (const write of message.writes) state.queue.push({ from, view: message.view, write });
    }
    return;
  }
  // What was said in an older view counts no more; nor does what a stranger says.
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
      if (coordinates) onWrites(state, from, message.view, message.writes, out, answer);
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
        install(state, message.text, out);
        onFetched(state, out, answer);
      } else if (from === coordinatorOf(view)) install(state, message.text, out);
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

function onApply(
  state: CibState,
  client: Client,
  message: Extract<Message, { type: "cib/apply" }>,
  at: number,
  out: Effect[],
): void {
  const refuse = (error: string) =>
    out.push({
      type: "send",
      to: addressOf(state, client),
      message: { type: "cib/applied", id: message.id, ok: false, error },
    });
  if (state.view !== undefined && !state.view.quorate) {
    refuse("The CIB cannot be changed: this node's membership has no quorum");
    return;
  }
  if (state.pending.size >= pendingMax) {
    refuse(`The CIB cannot be changed: ${pendingMax} changes wait already; try again later`);
    return;
  }
  const write = {
    id: `${state.self} ${state.life}.${++state.lastWrite}`,
    changes: message.changes,
  };
  const pending: Pending = { client, id: message.id, write, dueAt: at + writeTimeoutMs };
  if (state.pending.size === 0) {
    out.push({ type: "timer", name: "overdue", inMs: writeTimeoutMs });
  }
  state.pending.set(write.id, pending);
  const { view } = state;
  const coordinator = coordinatorOf(view);
  if (view === undefined || coordinator === undefined) return;
  if (coordinator === state.self) {
    onWrites(state, state.self, view.epoch, [write], out, answerOf(state, out));
  } else askCoordinator(state, out);
}

/** What the coordinator does to answer a write of any node. */
const answerOf = (state: CibState, out: Effect[]): Answer => (from, id, result) => {
  const outcome = "version" in result ? { ok: true, ...result } : { ok: false, ...result };
  if (from === state.self) settle(state, id, outcome, out);
  else say(out, from, { type: "applied", id, ...outcome });
};

/** A client of this node learns what came of its write. */
function settle(
  state: CibState,
  id: string,
  outcome: { readonly ok: boolean; readonly version?: CibVersion; readonly error?: string },
  out: Effect[],
): void {
  const pending = state.pending.get(id);
  if (pending === undefined) return;
  state.pending.delete(id);
  if (state.pending.size === 0) out.push({ type: "cancel", name: "overdue" });
  if (state.asked.delete(id) && state.asked.size === 0) {
    out.push({ type: "cancel", name: "ask again" });
    askCoordinator(state, out);
  }
  const { ok, version, error } = outcome;
  out.push({
    type: "send",
    to: addressOf(state, pending.client),
    message: {
      type: "cib/applied",
      id: pending.id,
      ok,
      ...(version === undefined ? {} : { version }),
      ...(error === undefined ? {} : { error }),
    },
  });
}

/** Every write that waits ends without an acknowledgement. */
function refuseAll(state: CibState, why: string, out: Effect[]): void {
  for (const id of [...state.pending.keys()]) {
    const error = `The change was not acknowledged: ${why}. It may still take effect later`;
    settle(state, id, { ok: false, error }, out);
  }
}

function expire(state: CibState, at: number, out: Effect[]): void {
  for (const [id, { dueAt }] of [...state.pending]) {
    if (dueAt > at) {
      out.push({ type: "timer", name: "overdue", inMs: dueAt - at });
      return;
    }
    const error =
      `The change was not acknowledged within ${writeTimeoutMs} ms. It may still take effect later`;
    settle(state, id, { ok: false, error }, out);
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
  };
}
