/**
 * How large a packet of the stream is. Where a switch or a tunnel between two nodes takes less than the
 * nodes believe, and says so to nobody, short packets pass and full ones vanish: a node is heard, and
 * nothing of importance reaches it. That shows when a reader is given up for a full packet, and then
 * confirms at once that it hears the short offer of another session. Packets are smaller from then on.
 *
 * @module
 */
import { withCode } from "../../metadata/code.ts";
import { packetBytesDefault, packetBytesLeast } from "./config.ts";
import { log, type Peer, type Turn } from "./state.ts";

/** Bytes of payload at most: one payload is written at a time, into one buffer. */
export const payloadBytesMax = 60_000;
/** Bytes of a packet that are not payload: marks, numbers and the signature; names come to it. */
const packetOverhead = 200;

/** Bytes of payload of one packet. */
export const packetPayload = (turn: Turn): number =>
  Math.min(payloadBytesMax, packetBytesOf(turn)) - packetOverhead - 3 * turn.state.node.length;

const packetBytesOf = ({ state }: Turn): number =>
  state.outgoing.packetBytes ?? Math.max(packetBytesDefault, state.config.packetBytes ?? 0);

/** A reader is given up: it did not acknowledge a packet of so many bytes. */
export function noteUnheard({ at }: Turn, peer: Peer, bytes: number): void {
  peer.unheard = { bytes, at };
}

/** A reader confirms a session: if it had just been given up, it may be for the size of a packet. */
export function lookAtSize(turn: Turn, peer: Peer): void {
  const { unheard } = peer;
  peer.unheard = undefined;
  if (unheard === undefined) return;
  const { outgoing, config } = turn.state;
  // One that was cut off for a while, and hears all again, proves nothing.
  if (turn.at - unheard.at > Math.max(peer.dtMs, config.deadtimeMs)) return;
  const before = packetBytesOf(turn);
  // What was lost is of before the last change, or no larger than what is sent now.
  if (unheard.bytes * 2 <= before || unheard.bytes <= packetBytesLeast) return;
  outgoing.packetBytes = before > packetBytesDefault ? packetBytesDefault : packetBytesLeast;
  if (outgoing.packetBytes === before) return;
  log(
    turn,
    "warning",
    withCode(
      "HA5010",
      `${peer.name} hears short packets of this node, but not one of ${unheard.bytes} bytes: a network ` +
        `between them carries less (MTU). Packets have ${outgoing.packetBytes} bytes from now on. ` +
        "Fix: give all interfaces and switches of a link the same MTU, then start this node again",
    ),
  );
}
