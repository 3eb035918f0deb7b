/**
 * Flow control: clients wait while a living node has too many of our messages unacknowledged. So
 * the history still contains every message that a slow node requests again.
 *
 * @module
 */
import { pauseAbove } from "../config.ts";
import { log, type Turn } from "../state.ts";
import { call } from "./send.ts";

/** Lets clients wait, or go on. */
export function regulate(turn: Turn): void {
  const { state } = turn;
  const { clients } = state;
  if (clients.open.size === 0) return;
  const waiting = state.seq - lowestAcknowledged(turn);
  const paused = clients.paused ? waiting > pauseAbove - 50 : waiting > pauseAbove;
  if (paused === clients.paused) return;
  clients.paused = paused;
  log(
    turn,
    paused ? "warning" : "notice",
    paused ? `Clients wait: ${waiting} messages are not acknowledged` : "Clients go on",
  );
  for (const client of clients.open.values()) {
    if (!client.casual && client.id !== "") call(turn, "pause", [client.connection, paused]);
  }
}

/** The least that every living node has acknowledged. */
function lowestAcknowledged({ state }: Turn): number {
  let lowest = state.seq;
  for (const peer of state.peers.values()) {
    if (peer.acknowledges && (peer.status === "up" || peer.status === "active")) {
      lowest = Math.min(lowest, Math.max(peer.acked, peer.flowFrom));
    }
  }
  return lowest;
}
