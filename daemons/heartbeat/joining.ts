/**
 * The way from `init` to `active`: a node listens until it knows all nodes, requests the list of
 * nodes from a living one, and only then takes part. C heartbeat waits for the answer forever, so
 * we send it too.
 *
 * @module
 */
import type { WireMessage } from "../../plugins/handler/encoding/contract.ts";
import { socketInstance } from "./clients/send.ts";
import { announceAnyway } from "./connectivity.ts";
import { lineReqnodesMs, reqnodesMs, reqnodesTries } from "./config.ts";
import { string, stringOf } from "./fields.ts";
import { adoptNodes, namesOf } from "./hosts.ts";
import { isByLineAlone } from "./lines.ts";
import { sendStatus } from "./liveness.ts";
import type { Peer, Turn } from "./state.ts";
import { armOnce, log } from "./state.ts";
import { transmitSequenced } from "./transmit.ts";

/** Goes on as far as what is known allows. */
export function proceed(turn: Turn): void {
  const { state } = turn;
  if (state.phase === "listening") {
    for (const peer of state.peers.values()) {
      if (peer.statusAt < 0 && peer.status !== "dead") return;
    }
    // Nodes that may join uninvited get as much time as the others.
    const { autojoin = "none", initdeadMs } = state.config;
    if (autojoin !== "none" && turn.at - state.startedAt < initdeadMs) return;
    state.phase = "asking";
    askForNodes(turn);
  } else if (state.phase === "asking" && firstAlive(turn) === undefined) {
    activate(turn);
  }
}

/** `reqnodes` to the first node that lives; the timer `reqnodes` asks again. */
export function askForNodes(turn: Turn): void {
  if (turn.state.phase !== "asking") return;
  const peer = firstAlive(turn);
  if (peer === undefined || turn.state.asked++ >= reqnodesTries) {
    activate(turn);
    return;
  }
  transmitSequenced(turn, [string("t", "reqnodes"), string("dest", peer.name)]);
  armOnce(turn, "reqnodes", isByLineAlone(turn.state, peer) ? lineReqnodesMs : reqnodesMs);
}

/** `reqnodes`: somebody else is at this step. */
export function answerNodes(turn: Turn, peer: Peer, message: WireMessage): void {
  const { state } = turn;
  if (stringOf(message, "dest") !== state.node) return;
  const names = [...state.peers.keys(), state.node].sort();
  transmitSequenced(turn, [
    string("dest", peer.name),
    string("t", "repnodes"),
    string("nodelist", names.map((name) => `${name} `).join("")),
    string("delnodelist", [...state.hosts.removed].map((name) => `${name} `).join("") || " "),
  ]);
}

/**
 * `repnodes`: the answer. Nodes that were added or removed while this one was away are taken over. One
 * that the other lacks without having removed it is a mistake in one of the configurations.
 */
export function takeNodes(turn: Turn, peer: Peer, message: WireMessage): void {
  const { state } = turn;
  if (stringOf(message, "dest") !== state.node || state.phase !== "asking") return;
  const names = namesOf(stringOf(message, "nodelist"));
  adoptNodes(turn, names, namesOf(stringOf(message, "delnodelist")));
  const lacking = [state.node, ...state.peers.keys()].filter((name) => !names.includes(name));
  if (lacking.length > 0) {
    log(
      turn,
      "warning",
      `${peer.name} has another list of nodes: it lacks ${lacking.join(", ")}; ` +
        "make their configurations agree",
    );
  }
  activate(turn);
}

function activate(turn: Turn): void {
  const { state } = turn;
  state.phase = "running";
  state.status = "active";
  log(turn, "info", "This node is active");
  sendStatus(turn);
  announceAnyway(turn);
  // As in the original, clients can come once the node is active.
  if (state.config.clients !== undefined) {
    turn.out.push({ type: "load", instance: socketInstance, plugin: socketInstance, config: {} });
  }
}

function firstAlive({ state }: Turn): Peer | undefined {
  for (const peer of state.peers.values()) {
    if (peer.status === "up" || peer.status === "active") return peer;
  }
  return undefined;
}
