/**
 * A flood of packets without the key. The kernel keeps some 280 packets for a socket. At 50,000
 * packets a second that buffer is full after six milliseconds, and later packets are lost, also
 * heartbeats of living nodes. No right of this process can change that, so heartbeats must be
 * frequent. A node under a flood announces it, and its peers then send it numbered beats, far more
 * often than their statuses: one in {@linkcode beatsPerDeadtime} has to arrive.
 *
 * @module
 */
import { withCode } from "../../metadata/code.ts";
import type { WireMessage } from "../../plugins/handler/encoding/contract.ts";
import { hex, hexOf, string } from "./fields.ts";
import { isByLineAlone } from "./lines.ts";
import { windowMs } from "./flood_state.ts";
import { armOnce, log, type Peer, type Turn } from "./state.ts";
import { acknowledgementOf } from "./stream_acks.ts";
import { readAcknowledgement } from "./stream_in.ts";
import { offerAgain } from "./stream_out.ts";
import { transmitUnsequenced } from "./transmit.ts";

/** Packets refused in a second from which on it is a flood. */
const floodPerSecond = 1_000;
/** Milliseconds without a flood after which it is over. */
const overMs = 5_000;
/** Milliseconds for which a node that says that it is flooded is sent beats. */
const beatForMs = 2_000;
/** Beats within a deadtime: at 500 ms one every 4 ms, so that one is in whatever fills the buffer. */
const beatsPerDeadtime = 125;
/** Beats without one of a peer after which it is asked with each beat, not with each keepalive. */
const unheardBeats = 25;
/** Milliseconds between two beats at least. */
const beatMsMin = 2;

/** The timer `flood`, a window after the first packet that was refused in it: whether that is a flood. */
export function closeWindow(turn: Turn): void {
  const { state, at } = turn;
  const { flood } = state;
  flood.perSecond = Math.round(flood.count * 1_000 / Math.max(windowMs, at - flood.windowAt));
  flood.count = 0;
  if (flood.perSecond >= floodPerSecond) begin(turn);
}

/** With each keepalive: while there is a flood the peers are asked for beats. */
export function lookForFlood(turn: Turn): void {
  const { state, at } = turn;
  const { flood } = state;
  if (flood.since === undefined) return;
  if (at - flood.lastAt < overMs) {
    askForBeats(turn);
    armOnce(turn, "beat", beatMs(turn));
    return;
  }
  log(turn, "notice", `The flood is over; it lasted ${Math.round(flood.lastAt - flood.since)} ms`);
  flood.since = undefined;
}

const askForBeats = (turn: Turn) => transmitUnsequenced(turn, [string("t", "NS_haflood")]);

/** Whether a peer has not heard that we are flooded: it may be flooded itself. */
function isUnheard(turn: Turn): boolean {
  const { state, at } = turn;
  return [...state.peers.values()].some((peer) =>
    peer.ours && peer.status !== "dead" && !isByLineAlone(state, peer) &&
    at - peer.beatAt > unheardBeats * beatMs(turn)
  );
}

function begin(turn: Turn): void {
  const { flood } = turn.state;
  flood.lastAt = turn.at;
  if (flood.since !== undefined) return;
  flood.since = turn.at;
  log(
    turn,
    "err",
    withCode(
      "HA5007",
      `Flood: ${flood.perSecond} packets a second are rejected; the other nodes send more heartbeats ` +
        "meanwhile. Fix: block the sender in the firewall (`ha status` shows whose packets are " +
        "refused), and raise net.core.rmem_default to 4194304",
    ),
  );
  // The next keepalive may be as far away as a part of the deadtime that counts.
  askForBeats(turn);
  armOnce(turn, "beat", beatMs(turn));
}

/** `NS_haflood`: a node is flooded. */
export function takeFlood(turn: Turn, peer: Peer): void {
  if (!peer.ours || peer.status === "dead" || isByLineAlone(turn.state, peer)) return;
  peer.beatsUntil = turn.at + beatForMs;
  armOnce(turn, "beat", beatMs(turn));
}

/**
 * The timer `beat`. With it goes what else a flooded node must get within a deadtime: what we have of its
 * stream, and what it misses of ours.
 */
export function sendBeats(turn: Turn): void {
  const { state, at } = turn;
  const flooded = [...state.peers.values()].filter((peer) =>
    peer.beatsUntil > at && peer.status !== "dead"
  );
  const isFlooded = state.flood.since !== undefined;
  if (flooded.length === 0 && !isFlooded) return;
  if (isFlooded && isUnheard(turn)) askForBeats(turn);
  state.flood.beat++;
  for (const peer of flooded) {
    transmitUnsequenced(
      turn,
      [string("t", "NS_habeat"), hex("n", state.flood.beat), ...acknowledgementOf(peer)],
      peer,
    );
    offerAgain(turn, peer);
  }
  armOnce(turn, "beat", beatMs(turn));
}

/** `NS_habeat`: a node lives. One that somebody sends again has a number that was seen. */
export function takeBeat(turn: Turn, peer: Peer, message: WireMessage): void {
  const number = hexOf(message, "n");
  if (number === undefined || number <= peer.beat || peer.status === "dead") return;
  peer.beat = number;
  peer.beatAt = turn.at;
  // Only a status says that a node is there at first.
  if (peer.statusAt < 0) return;
  peer.statusAt = turn.at;
  peer.lastLook = false;
  readAcknowledgement(turn, peer, message);
}

const beatMs = ({ state }: Turn): number =>
  Math.max(beatMsMin, state.config.deadtimeMs / beatsPerDeadtime);
