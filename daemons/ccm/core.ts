/**
 * The cluster's membership: who agrees with whom that they all hear each other.
 *
 * Each node tells every other whom it hears (`rows.ts`). From these rows each finds the largest set
 * of nodes that all hear each other and that it belongs to (`graph.ts`). The most senior of the set
 * proposes it, every member that comes to the same set promises, durably, and when all have, it is
 * committed and announced (`agree.ts`): two rounds of messages and one write to disk.
 *
 * @module
 */
import type { Effect, Event, Machine } from "../machine.ts";
import type { NodeConnectivity } from "../messages.ts";
import type { Quorum } from "../../plugins/handler/quorum/contract.ts";
import { act, onCommit, onPromise, onPropose } from "./agree.ts";
import { type PeerMessage, readPeerMessage } from "./peer.ts";
import { askForRows, ownRow, takeRows, tellRows } from "./rows.ts";
import {
  type CcmConfig,
  type CcmState,
  emptyState,
  readSaved,
  savedKey,
  type Settings,
  settingsOf,
  writeSaved,
} from "./state.ts";
import { evict } from "./view.ts";

export type { CcmConfig, CcmState } from "./state.ts";

/**
 * Makes the membership daemon.
 *
 * @param plugins.quorum asked one after the other until one does not find a tie.
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
  switch (event.type) {
    case "start": {
      if (!settings.nodes.includes(event.node)) {
        throw new RangeError(
          `Cannot be a member: this node is "${event.node}", and the configured nodes are ` +
            `"${settings.nodes.join(" ")}". Add it on every node`,
        );
      }
      const saved = readSaved(event.saved.get(savedKey));
      state.node = event.node;
      state.incarnation = saved.incarnation + 1;
      state.promised = saved.promised;
      state.rows.set(state.node, ownRow(state, settings));
      // Nobody hears of an incarnation that could come again.
      effects.push({ type: "save", key: savedKey, value: writeSaved(state) });
      effects.push(subscribe, { type: "timer", name: "rows", inMs: settings.rowEveryMs });
      askForRows(state, "*", effects);
      return;
    }
    case "message": {
      const { message, from } = event;
      switch (message.type) {
        case "heartbeat/connectivity":
          onConnectivity(state, message.nodes, effects);
          break;
        case "ccm/subscribe":
          state.subscribers.add(from.service);
          if (state.view !== undefined) {
            const view = { type: "ccm/view", view: state.view } as const;
            effects.push({ type: "send", to: { service: from.service }, message: view });
          }
          return;
        case "status/query": {
          const { view, rows } = state;
          const status = {
            view: view === undefined ? null : {
              epoch: view.epoch,
              quorate: view.quorate,
              members: view.members.map((member) => ({ ...member })),
            },
            hears: { ...rows.get(state.node)?.hears },
          };
          const answer = { type: "status/answer", id: message.id, status } as const;
          effects.push({ type: "send", to: from, message: answer });
          return;
        }
        case "peer": {
          const peer = from.service === "ccm" ? readPeerMessage(message.body) : undefined;
          if (peer === undefined || state.stopping) return;
          onPeer(settings, state, peer, from.node, event.at, effects);
          break;
        }
        default:
          return;
      }
      break;
    }
    case "timer":
      if (event.name === "rows") {
        effects.push({ type: "timer", name: "rows", inMs: settings.rowEveryMs });
        if (!state.connected) effects.push(subscribe);
        forgetSilent(settings, state, event.at);
        tellRows(state, effects);
      }
      break;
    case "peer":
      if (event.service !== "heartbeat") {
        if (!event.up) state.subscribers.delete(event.service);
        return;
      }
      if (event.up) effects.push(subscribe);
      else {
        // Without heartbeat nobody is heard, whatever they say.
        state.connected = false;
        reach(state, new Set(), effects);
      }
      break;
    case "stop":
      state.stopping = true;
      evict(state, effects);
      state.reachable = new Set();
      state.rows.set(state.node, ownRow(state, settings));
      tellRows(state, effects);
      effects.push({ type: "stopped" });
      return;
    default:
      return;
  }
  if (!state.stopping) act(settings, state, event.at, effects);
}

const subscribe: Effect = {
  type: "send",
  to: { service: "heartbeat" },
  message: { type: "heartbeat/subscribe" },
};

function onConnectivity(
  state: CcmState,
  nodes: readonly NodeConnectivity[],
  effects: Effect[],
): void {
  state.connected = true;
  const heard = nodes.filter(({ name, kind, status }) =>
    name !== state.node && kind === "normal" && (status === "up" || status === "active")
  );
  reach(state, new Set(heard.map(({ name }) => name)), effects);
}

function reach(state: CcmState, reachable: ReadonlySet<string>, effects: Effect[]): void {
  const before = state.reachable;
  state.reachable = reachable;
  // What a node said before it was lost is not what it says now.
  for (const name of before) if (!reachable.has(name)) state.rowAtMs.delete(name);
  for (const name of reachable) if (!before.has(name)) askForRows(state, name, effects);
}

function onPeer(
  settings: Settings,
  state: CcmState,
  peer: PeerMessage,
  from: string,
  at: number,
  effects: Effect[],
): void {
  switch (peer.type) {
    case "rows":
      return takeRows(settings, state, peer, from, at, effects);
    case "propose":
      return onPropose(settings, state, peer.proposal, from, at, effects);
    case "promise":
      return onPromise(settings, state, peer, from, at, effects);
    case "commit":
      return onCommit(settings, state, peer.proposal, at, effects);
  }
}

/** A membership daemon that says nothing is as good as none, though its node's heart beats. */
function forgetSilent({ rowStaleMs }: Settings, state: CcmState, at: number): void {
  for (const [node, atMs] of state.rowAtMs) {
    if (at - atMs > rowStaleMs) state.rowAtMs.delete(node);
  }
}
