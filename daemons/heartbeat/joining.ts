/**
 * From `init` to `active`: a node listens until it knows of everybody, asks a living one for the list
 * of nodes, and only then takes part. C heartbeat waits for the answer for ever, so we give it too.
 *
 * @module
 */
import type { WireMessage } from "../../plugins/handler/encoding/contract.ts";
import { announceAnyway } from "./connectivity.ts";
import { reqnodesMs, reqnodesTries } from "./config.ts";
import { string, stringOf } from "./fields.ts";
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
  armOnce(turn, "reqnodes", reqnodesMs);
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
    string("delnodelist", " "),
  ]);
}

/** `repnodes`: the answer. Our configuration is what counts; a difference is a mistake in one. */
export function takeNodes(turn: Turn, peer: Peer, message: WireMessage): void {
  const { state } = turn;
  if (stringOf(message, "dest") !== state.node || state.phase !== "asking") return;
  const names = (stringOf(message, "nodelist") ?? "").split(" ").filter((name) => name !== "");
  const unknown = names.filter((name) => name !== state.node && !state.peers.has(name));
  const lacking = [state.node, ...state.peers.keys()].filter((name) => !names.includes(name));
  if (unknown.length + lacking.length > 0) {
    log(
      turn,
      "warning",
      `${peer.name} has another list of nodes: it ` +
        [
          unknown.length > 0 ? `also has ${unknown.join(", ")}` : "",
          lacking.length > 0 ? `lacks ${lacking.join(", ")}` : "",
        ].filter((part) => part !== "").join(" and ") + "; make their configurations agree",
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
}

function firstAlive({ state }: Turn): Peer | undefined {
  for (const peer of state.peers.values()) {
    if (peer.status === "up" || peer.status === "active") return peer;
  }
  return undefined;
}
