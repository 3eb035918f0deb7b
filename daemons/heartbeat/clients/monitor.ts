/**
 * Decides which messages of the cluster a client receives.
 *
 * A message with `to_id` goes to the client of that name, any other message to all clients that
 * subscribed to its kind.
 *
 * @module
 */
import type { WireMessage } from "../../../plugins/handler/encoding/contract.ts";
import { hex, string, stringOf } from "../fields.ts";
import type { Turn } from "../state.ts";
import { wallSeconds } from "../transmit.ts";
import { sendTo } from "./send.ts";

/** What became of a message, as bits of a client's filter. */
export const treatments = {
  /** Taken. */
  kept: 1,
  /** A status that said nothing new. */
  unchanged: 2,
  /** Thrown away. */
  dropped: 4,
  /** Seen before. */
  duplicate: 8,
  /** A request of a client. */
  request: 0x10,
  /** Heartbeat's own traffic. */
  protocol: 0x20,
} as const;

/** All bits that a filter may have. */
export const treatmentsMask = 0x3f;

/** Shows a message to the clients that want it. */
export function monitor(turn: Turn, message: WireMessage, treatment: number): void {
  const { open } = turn.state.clients;
  if (open.size === 0) return;
  const to = stringOf(message, "to_id");
  for (const client of open.values()) {
    if (client.id === "" || (client.mask & treatment) === 0) continue;
    if (to === undefined ? client.casual : client.id !== to) continue;
    sendTo(turn, client, message);
  }
}

/** Tells clients of a status that nobody sent: a death, or what a pinged host is. */
export function showStatus(turn: Turn, node: string, st: string): void {
  if (turn.state.clients.open.size === 0) return;
  monitor(turn, [
    string("t", "status"),
    string("seq", "1"),
    hex("ts", wallSeconds(turn)),
    string("src", node),
    string("st", st),
  ], treatments.kept);
}

/** Tells clients that a link of a node came or went. */
export function showLink(turn: Turn, node: string, link: string, up: boolean): void {
  if (turn.state.clients.open.size === 0) return;
  monitor(turn, [
    string("t", "ifstat"),
    string("node", node),
    string("ifname", link),
    string("st", up ? "up" : "dead"),
  ], treatments.kept);
}
