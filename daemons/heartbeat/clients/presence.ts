/**
 * The clients that are signed on, on every node: `hbapi-clstat` reports each sign-on and sign-off,
 * and `query-cstatus` queries one by name.
 *
 * @module
 */
import type { WireMessage } from "../../../plugins/handler/encoding/contract.ts";
import type { Message } from "../../runtime/messages.ts";
import { string, stringOf } from "../fields.ts";
import type { HeartbeatState, Peer, Turn } from "../state.ts";
import { transmitSequenced } from "../transmit.ts";
import { monitor, treatments } from "./monitor.ts";
import { type ApiClient, clientsMax } from "./state.ts";

/** Tells the cluster that a client of this node came or went. */
export function tellPresence(
  turn: Turn,
  client: ApiClient,
  st: "join" | "leave",
  info: string,
): void {
  const { state } = turn;
  const message = transmitSequenced(turn, [
    string("t", "hbapi-clstat"),
    string("st", st),
    string("from_id", client.id),
    string("to_id", client.id),
    string("src", state.node),
    string("info", info),
    string("client_gen", String(client.generation)),
  ]);
  note(turn, state.node, client.id, st === "join");
  monitor(turn, message, treatments.kept);
}

/** `hbapi-clstat`: a client of another node came or went. */
export function takePresence(turn: Turn, peer: Peer, message: WireMessage): void {
  const name = stringOf(message, "from_id");
  const st = stringOf(message, "st");
  if (name === undefined || (st !== "join" && st !== "leave")) return;
  note(turn, peer.name, name, st === "join");
}

/** A node is dead, and its clients with it. */
export function forgetPresence(turn: Turn, node: string): void {
  if (turn.state.clients.presence.delete(node)) announcePresence(turn);
}

/** `query-cstatus`: a client of another node asks for one of ours. */
export function answerClientStatus(turn: Turn, peer: Peer, message: WireMessage): void {
  if (stringOf(message, "dest") !== turn.state.node) return;
  const name = stringOf(message, "cn") ?? "";
  transmitSequenced(turn, [
    string("t", "respond-cstatus"),
    string("dest", peer.name),
    string("result", "OK"),
    string("cn", name),
    string("to_id", stringOf(message, "from_id") ?? ""),
    string("cs", isHere(turn.state, name) ? "online" : "offline"),
  ]);
}

/** `respond-cstatus`: the answer to a client's question, and news for us. */
export function takeClientStatus(turn: Turn, peer: Peer, message: WireMessage): void {
  if (stringOf(message, "dest") !== turn.state.node) return;
  const name = stringOf(message, "cn");
  if (name !== undefined) note(turn, peer.name, name, stringOf(message, "cs") === "online");
  monitor(turn, message, treatments.kept);
}

/** A node has come: it is asked for the clients that we have too, which may have come before us. */
export function askForPresence(turn: Turn, peer: Peer): void {
  for (const { id, casual } of turn.state.clients.open.values()) {
    if (casual || id === "") continue;
    transmitSequenced(turn, [
      string("t", "query-cstatus"),
      string("dest", peer.name),
      string("cn", id),
      // Nobody's name: no client is bothered with the answer.
      string("from_id", "0"),
    ]);
  }
}

/** Whether a client of this name is signed on here. */
export function isHere(state: HeartbeatState, name: string): boolean {
  for (const client of state.clients.open.values()) {
    if (!client.casual && client.id === name) return true;
  }
  return false;
}

/** The message that tells services of this node. */
export function presence(state: HeartbeatState): Message {
  const clients = [...state.clients.presence].flatMap(([node, names]) =>
    [...names].map((client) => ({ node, client }))
  );
  clients.sort((a, b) => a.node === b.node ? order(a.client, b.client) : order(a.node, b.node));
  return { type: "heartbeat/presence", clients };
}

function note(turn: Turn, node: string, name: string, there: boolean): void {
  const { presence } = turn.state.clients;
  let names = presence.get(node);
  if (names === undefined) presence.set(node, names = new Set());
  if (names.has(name) === there || (there && names.size >= clientsMax)) return;
  if (there) names.add(name);
  else names.delete(name);
  announcePresence(turn);
}

function announcePresence(turn: Turn): void {
  const { watchers } = turn.state.clients;
  if (watchers.size === 0) return;
  const message = presence(turn.state);
  for (const service of watchers) turn.out.push({ type: "send", to: { service }, message });
}

const order = (a: string, b: string): number => a < b ? -1 : a > b ? 1 : 0;
