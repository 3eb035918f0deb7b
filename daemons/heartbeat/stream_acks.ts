/**
 * The stream's acknowledgements: one line for each sender, with the life and session that we hear,
 * the next expected number, and the missing ones. Lines travel in their own packet, or in one of
 * our packets that has room. They also reject messages that could not be decompressed.
 *
 * @module
 */
import type { WireField } from "../../plugins/handler/encoding/contract.ts";
import { string } from "./fields.ts";
import type { Peer, Turn } from "./state.ts";
import type { Incoming } from "./stream_state.ts";
import { transmitUnsequenced } from "./transmit.ts";

/** Missing numbers named in one acknowledgement at most. */
const missingNamedMax = 32;
/** Bytes of a field beside its value, with a margin. */
const fieldOverhead = 16;

/** The timer `ack`: tells every sender what we have of it. */
export function acknowledgeAll(turn: Turn): void {
  const owed = owedTo(turn);
  if (owed.length > 0) acknowledge(turn, owed);
}

/** Tells these senders at once. */
export function acknowledge(turn: Turn, peers: readonly Peer[]): void {
  const fields = [string("t", "NS_hastream_ack")];
  for (const peer of peers) {
    if (peer.incoming === undefined) continue;
    fields.push(string("a", lineOf(peer, peer.incoming)), ...refusalOf(peer, peer.incoming));
    settled(peer.incoming);
  }
  transmitUnsequenced(turn, fields, peers.length === 1 ? peers[0] : undefined);
}

/**
 * What we owe, to ride on a packet of the stream.
 *
 * @param room bytes that the packet has left.
 */
export function riding(turn: Turn, room: number): WireField[] {
  const fields: WireField[] = [];
  let left = room;
  for (const peer of owedTo(turn)) {
    const { incoming } = peer;
    // Such a packet may come again, long after what was missing has come.
    if (incoming === undefined || incoming.held.size > 0) continue;
    const line = lineOf(peer, incoming);
    left -= line.length + fieldOverhead + refusalBytes(incoming);
    if (left < 0) break;
    fields.push(string("a", line), ...refusalOf(peer, incoming));
    settled(incoming);
  }
  return fields;
}

/** What we have of a sender, whether that is owed or not. */
export function acknowledgementOf(peer: Peer): WireField[] {
  return peer.incoming === undefined
    ? []
    : [string("a", lineOf(peer, peer.incoming)), ...refusalOf(peer, peer.incoming)];
}

function owedTo({ state }: Turn): Peer[] {
  return [...state.peers.values()].filter(({ incoming }) =>
    incoming !== undefined && incoming.unacked > 0
  );
}

function settled(incoming: Incoming): void {
  incoming.unacked = 0;
  incoming.unackedBytes = 0;
}

function lineOf({ name, generation }: Peer, incoming: Incoming): string {
  const { session, next } = incoming;
  return `${name} ${generation} ${session} ${next} ${missingOf(incoming).join(",")}`;
}

/** What could not be unpacked, as long as the sender goes on with the session. */
function refusalOf({ name, generation }: Peer, { session, refused }: Incoming): WireField[] {
  return refused === undefined ? [] : [string("u", `${name} ${generation} ${session} ${refused}`)];
}

const refusalBytes = ({ refused }: Incoming): number =>
  refused === undefined ? 0 : 3 * fieldOverhead + 64;

function missingOf(incoming: Incoming): number[] {
  const missing: number[] = [];
  let left = incoming.held.size;
  for (let number = incoming.next; left > 0 && missing.length < missingNamedMax; number++) {
    if (incoming.held.has(number)) left--;
    else missing.push(number);
  }
  return missing;
}
