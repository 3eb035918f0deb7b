/**
 * The cluster's membership: the nodes that agree that they all hear each other.
 *
 * Each node sends every other node the list of nodes that it hears (`rows.ts`). From these rows
 * each node finds the largest set that it belongs to and in which all hear each other (`graph.ts`).
 * The most senior node of the set proposes it. Every member that derives the same set promises it
 * durably. When all have promised, the view is committed and announced (`agree.ts`): two rounds of
 * messages and one write to disk.
 *
 * @module
 */
import type { Effect, Event, Machine } from "../runtime/machine.ts";
import type { Message } from "../runtime/messages.ts";
import type { Quorum } from "../../plugins/handler/quorum/contract.ts";
import { act } from "./agree.ts";
import { type Arrival, onCommit, onPromise, onPropose, onShownPromise } from "./promise.ts";
import { type PeerMessage, readPeer } from "./protocol.ts";
import { heard } from "../runtime/refusals.ts";
import { askForRows, ownRow, takeRows, tellRows } from "./rows.ts";
import { clashing } from "../runtime/epoch.ts";
import { inForce } from "./electorate.ts";
import { hearStrangers, sayFounded } from "./founding.ts";
import { readSaved, savedKey, writeSaved } from "./saved.ts";
import { type CcmConfig, type CcmState, emptyState, type Settings, settingsOf } from "./state.ts";
import { evict } from "./view.ts";
import { onWithholds } from "./accused.ts";
import { onRecover } from "./recover.ts";
import { statusOf } from "./status.ts";

export type { CcmConfig, CcmState } from "./state.ts";

/**
 * Creates the membership daemon.
 *
 * @param plugins.quorum called one after another until one does not return a tie.
 * @throws {RangeError} for a configuration that cannot work
 */
export function ccm(
  config: CcmConfig,
  plugins: { readonly quorum: readonly Quorum[] },
): Machine<CcmState> {
  const settings = settingsOf(config, plugins.quorum);
  return {
    service: "ccm",
    state: emptyState(),
    step(state, event) {
      const effects: Effect[] = [];
      step(settings, state, event, effects);
      return effects;
    },
  };
}

function step(settings: Settings, state: CcmState, event: Event, effects: Effect[]): void {
  if (!take(settings, state, event, effects) || state.stopping) return;
  act(settings, state, event.at, effects);
}

/** Takes an event; says whether it may change whom this node agrees with. */
function take(settings: Settings, state: CcmState, event: Event, effects: Effect[]): boolean {
  switch (event.type) {
    case "start":
      begin(settings, state, event, effects);
      return false;
    case "message":
      return onMessage(settings, state, event, effects);
    case "timer":
      if (event.name === "rows") {
        effects.push({ type: "timer", name: "rows", inMs: settings.rowEveryMs });
        if (!state.connected) subscribe(state, effects);
        forgetSilent(settings, state, event.at);
        tellRows(state, effects);
      }
      return true;
    case "peer":
      return onService(state, event, effects);
    case "stop":
      state.stopping = true;
      evict(state, effects);
      state.reachable = new Set();
      state.rows.set(state.node, ownRow(state));
      tellRows(state, effects);
      effects.push({ type: "stopped" });
      return false;
    default:
      return false;
  }
}

function begin(
  settings: Settings,
  state: CcmState,
  event: Extract<Event, { readonly type: "start" }>,
  effects: Effect[],
): void {
  if (!settings.nodes.includes(event.node) && !settings.joins) {
    throw new RangeError(
      `Cannot be a member: this node is "${event.node}", and the configured nodes are ` +
        `"${settings.nodes.join(" ")}". Add it on every node, or let it join (autojoin)`,
    );
  }
  const saved = readSaved(event.saved.get(savedKey), settings.nodes);
  state.node = event.node;
  state.startedAtMs = event.at;
  // A disk that was restored from a snapshot names a life that others know already: their promises to
  // that one, and its fencing, are not this one's. So a life is never numbered below the clock.
  state.incarnation = Math.max(saved.incarnation + 1, Math.floor(event.wallMs / 1000));
  state.promised = saved.promised;
  state.electorates = saved.electorates;
  state.named = new Set([state.node, ...electorsOf(state)]);
  state.rows.set(state.node, ownRow(state));
  // No message leaves before the incarnation is on disk: an unsaved one could be used again.
  effects.push({ type: "save", key: savedKey, value: writeSaved(state) });
  subscribe(state, effects);
  effects.push({ type: "timer", name: "rows", inMs: settings.rowEveryMs });
  askForRows(state, "*", effects);
}

function onMessage(
  settings: Settings,
  state: CcmState,
  { message, from, at }: Extract<Event, { readonly type: "message" }>,
  effects: Effect[],
): boolean {
  switch (message.type) {
    case "heartbeat/connectivity":
      onConnectivity(state, message, at, effects);
      return true;
    case "ccm/settled":
      if (!settings.settledBy.includes(from.service)) return false;
      state.settled.set(from.service, message.view);
      return true;
    case "ccm/withholds":
      onWithholds(settings, state, message, at, effects);
      return true;
    case "ccm/recover":
      onRecover(state, message, from, effects);
      return true;
    case "ccm/subscribe":
      state.subscribers.add(from.service);
      if (state.view !== undefined) {
        const view = { type: "ccm/view", view: state.view } as const;
        effects.push({ type: "send", to: { service: from.service }, message: view });
      }
      return false;
    case "status/query": {
      const answer = {
        type: "status/answer",
        id: message.id,
        status: statusOf(state, at),
      } as const;
      effects.push({ type: "send", to: from, message: answer });
      return false;
    }
    case "peer": {
      const peer = heard(readPeer, message.body, from, {
        refusals: state.refusals,
        service: "ccm",
        at,
        out: effects,
      });
      if (peer === undefined || state.stopping) return false;
      onPeer(settings, state, peer, { from: from.node, at }, effects);
      return true;
    }
    default:
      return false;
  }
}

/** A service came or went. */
function onService(
  state: CcmState,
  event: Extract<Event, { readonly type: "peer" }>,
  effects: Effect[],
): boolean {
  if (event.service !== "heartbeat") {
    if (!event.up) {
      state.subscribers.delete(event.service);
      state.settled.delete(event.service);
    }
    return false;
  }
  if (event.up) subscribe(state, effects);
  else {
    // Without heartbeat no node counts as heard. That is no sign that the others are dead: this node
    // leaves their view, or one of two nodes would go on alone and have the living other one fenced.
    state.connected = false;
    reach(state, new Set(), effects);
    if (state.view?.members.some(({ node }) => node !== state.node)) evict(state, effects);
  }
  return true;
}

/** Asks heartbeat whom it hears, and has it say that the cluster has been founded. */
function subscribe({ electorates }: CcmState, effects: Effect[]): void {
  const to = { service: "heartbeat" };
  effects.push({ type: "send", to, message: { type: "heartbeat/subscribe" } });
  if (electorates.committed.version > 0) effects.push(sayFounded);
}

type Connectivity = Extract<Message, { type: "heartbeat/connectivity" }>;

function onConnectivity(
  state: CcmState,
  { nodes, strangers = [], founded = [] }: Connectivity,
  at: number,
  effects: Effect[],
): void {
  state.connected = true;
  if (nodes.some(({ name, status }) => name === state.node && status !== "init")) {
    state.listeningAtMs ??= at;
  }
  state.founded = founded;
  hearStrangers(state, strangers, effects);
  state.incompatible = nodes.flatMap(({ incompatible }) => incompatible ?? []);
  name(state, nodes.filter(({ kind }) => kind === "normal").map((node) => node.name), effects);
  const heard = nodes.filter(({ name, kind, status }) =>
    name !== state.node && state.named.has(name) && kind === "normal" &&
    (status === "up" || status === "active")
  );
  reach(state, new Set(heard.map(({ name }) => name)), effects);
}

/** Sets the cluster's nodes: data of other nodes is dropped, and their messages are ignored. */
function name(state: CcmState, names: readonly string[], effects: Effect[]): void {
  const electors = electorsOf(state);
  const clashes = clashing([state.node, ...names, ...electors], (name) => electors.has(name));
  const alone = clashes.has(state.node);
  const named = new Set([
    state.node,
    ...names.filter((name) => !alone && !clashes.has(name)),
  ]);
  for (const [name, before] of clashes) {
    if (state.clashes.get(name) === before) continue;
    effects.push({
      type: "log",
      level: "err",
      text:
        `${name} is no member: it would give its views the same numbers as ${before}, as they ` +
        `follow from names. Stop it, give it another name, and start it again`,
    });
  }
  state.named = named;
  state.clashes = clashes;
  for (const node of state.rows.keys()) {
    if (named.has(node)) continue;
    state.rows.delete(node);
    state.rowAtMs.delete(node);
  }
}

/** All nodes that may count. */
const electorsOf = ({ electorates }: CcmState): ReadonlySet<string> =>
  new Set(inForce(electorates).flatMap(({ nodes }) => nodes));

function reach(state: CcmState, reachable: ReadonlySet<string>, effects: Effect[]): void {
  const before = state.reachable;
  state.reachable = reachable;
  // Messages from before a node was lost are outdated.
  for (const name of before) if (!reachable.has(name)) state.rowAtMs.delete(name);
  for (const name of reachable) if (!before.has(name)) askForRows(state, name, effects);
}

function onPeer(
  settings: Settings,
  state: CcmState,
  peer: PeerMessage,
  arrival: Arrival,
  effects: Effect[],
): void {
  const { from, at } = arrival;
  switch (peer.type) {
    case "rows":
      takeRows(state, peer, from, at, effects);
      return onShownPromise(settings, state, arrival, effects);
    case "propose":
      return onPropose(settings, state, peer.proposal, arrival, effects);
    case "promise":
      return onPromise(settings, state, peer, arrival, effects);
    case "commit":
      return onCommit(settings, state, peer, at, effects);
  }
}

/** A silent membership daemon counts as not heard, even if heartbeat hears its node. */
function forgetSilent({ rowStaleMs }: Settings, state: CcmState, at: number): void {
  for (const [node, atMs] of state.rowAtMs) {
    if (at - atMs > rowStaleMs) state.rowAtMs.delete(node);
  }
}
