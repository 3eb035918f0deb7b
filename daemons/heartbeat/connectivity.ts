/**
 * The nodes that this node hears, as reported to subscribed services.
 *
 * @module
 */
import type { Message, NodeConnectivity, NodeStatus } from "../runtime/messages.ts";
import type { WireMessage } from "../../plugins/handler/encoding/contract.ts";
import { stringOf } from "./fields.ts";
import { pseudoConnectivity } from "./pseudo_state.ts";
import type { HeartbeatState, Peer, Turn } from "./state.ts";

/** Notifies every subscriber, if anything has changed since its last notification. */
export function announce(turn: Turn): void {
  let changed = false;
  for (const peer of turn.state.peers.values()) {
    const status = statusOf(peer);
    if (status === peer.shown) continue;
    peer.shown = status;
    changed = true;
  }
  if (changed) announceAnyway(turn);
}

/** Tells every subscriber. */
export function announceAnyway(turn: Turn): void {
  if (turn.state.subscribers.size === 0) return;
  const message = connectivity(turn.state);
  for (const service of turn.state.subscribers) {
    turn.out.push({ type: "send", to: { service }, message });
  }
}

/** The message that says it. */
export function connectivity(state: HeartbeatState): Message {
  const own: NodeConnectivity = {
    name: state.node,
    kind: "normal",
    status: state.status,
    generation: state.generation,
    links: [...state.links.values()].map(({ link, state }) => ({ name: link, up: state === "up" })),
  };
  const nodes = [
    own,
    ...[...state.peers.values()].map(connectivityOf),
    ...pseudoConnectivity(state.pseudo),
  ];
  nodes.sort((a, b) => a.name < b.name ? -1 : 1);
  const strangers = [...state.strangers.keys()].sort();
  const founded = [...state.peers, ...state.strangers].filter(([, { founded }]) => founded)
    .map(([name]) => name).filter((name) => state.peers.get(name)?.status !== "dead").sort();
  return {
    type: "heartbeat/connectivity",
    node: state.node,
    nodes,
    ...(strangers.length === 0 ? {} : { strangers }),
    ...(founded.length === 0 ? {} : { founded }),
  };
}

/** The field of a status of a node whose cluster has been founded; C nodes ignore it. */
export const foundedField = "hafounded";

/** Whether a status says so. */
export const saysFounded = (message: WireMessage): boolean =>
  stringOf(message, foundedField) === "1";

/**
 * The status of a node as services may rely on it: one of our own kind counts only while messages
 * pass in both directions.
 */
export function statusOf(peer: Peer): NodeStatus {
  if (!peer.ours || peer.status === "dead" || peer.status === "init") return peer.status;
  return peer.incoming !== undefined && peer.reader?.confirmed === true ? peer.status : "init";
}

const connectivityOf = (peer: Peer): NodeConnectivity => ({
  name: peer.name,
  kind: "normal",
  status: statusOf(peer),
  generation: peer.generation,
  links: [...peer.links].map(([name, { up }]) => ({ name, up })),
  ...(peer.incompatible === undefined ? {} : { incompatible: peer.incompatible }),
});
