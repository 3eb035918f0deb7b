/**
 * The stream, sending: messages of services into numbered packets, kept until every living reader
 * has them.
 *
 * @module
 */
import { tellAtTimes } from "./at_times.ts";
import type { Message } from "../runtime/messages.ts";
import { jsonOf } from "../runtime/unread.ts";
import {
  busyPackets,
  flushDelayMs,
  fragmentsBytesMax,
  lineResendMs,
  lineResendMsMax,
  messageBytesMax,
  offeredPackets,
  queueBytesMax,
  resendGuardMs,
  resendMs,
  resendMsMax,
  windowBytes,
  windowPackets,
} from "./config.ts";
import { sealFrame } from "./codecs.ts";
import { announce } from "./connectivity.ts";
import { binary, hex, string } from "./fields.ts";
import { forgetAcknowledged, isByLineAlone } from "./lines.ts";
import { lookAtSize, noteUnheard, packetPayload, payloadBytesMax } from "./packet_size.ts";
import type { Peer, Turn } from "./state.ts";
import { armOnce, log } from "./state.ts";
import { riding } from "./stream_acks.ts";
import { itemOverhead, writeItem } from "./stream_item.ts";
import { pack, packNoMore } from "./stream_packing.ts";
import type { QueuedMessage } from "./stream_state.ts";
import { transmitPacket, transmitUnsequenced, wallSeconds } from "./transmit.ts";

/** One payload at a time is being written. */
const payload = new Uint8Array(payloadBytesMax);
/** Bytes of a name at most. */
const nameBytesMax = 255;

/** Queues a service's message for another node or, with `*`, for all that read us. */
export function forward(
  turn: Turn,
  to: { readonly node: string; readonly service: string },
  from: string,
  body: Message,
): void {
  const { state } = turn;
  if (!hasReaders(turn, to.node)) {
    state.counters.dropped["no reader"]++;
    return;
  }
  const message = queued(turn, to, from, body);
  if (message === undefined) return;
  const { outgoing } = state;
  outgoing.queue.push(message);
  outgoing.queueBytes += message.body.length;
  state.counters.messagesOut++;
  outgoing.owed = true;
  // Who fills a packet need not wait.
  if (outgoing.queueBytes >= packetPayload(turn)) flush(turn, true);
}

/** Whether any node takes messages to a node, or to all; one that should and does not is shown. */
function hasReaders({ state }: Turn, node: string): boolean {
  let readers = false;
  for (const peer of state.peers.values()) {
    if (node !== "*" && node !== peer.name) continue;
    const { reader } = peer;
    if (reader !== undefined && (reader.confirmed || reader.renewed)) readers = true;
    else if (peer.hadSession) peer.lost = true;
  }
  return readers;
}

/** The last of the events that came at once is done: what is queued goes. */
export function settle(turn: Turn): void {
  const { outgoing } = turn.state;
  if (!outgoing.owed) return;
  outgoing.owed = false;
  if (outgoing.queueAt === outgoing.queue.length) return;
  // While packets are under way a message may wait a moment for company, but never for long.
  if (outgoing.next - outgoing.low < busyPackets) flush(turn);
  else armOnce(turn, "flush", flushDelayMs);
}

/**
 * Sends what the window allows.
 *
 * @param full no packet that has room for more.
 */
export function flush(turn: Turn, full = false): void {
  const { outgoing } = turn.state;
  const room = full ? packetPayload(turn) : 0;
  while (outgoing.queueAt < outgoing.queue.length && outgoing.queueBytes >= room) {
    if (!windowIsOpen(turn)) break;
    sendPacket(turn, fill(turn));
  }
  if (outgoing.queueAt > 1024 || outgoing.queueAt === outgoing.queue.length) {
    outgoing.queue.splice(0, outgoing.queueAt);
    outgoing.queueAt = 0;
  }
}

/** What a reader says that it has, and what it misses. */
export function readerAcknowledged(
  turn: Turn,
  peer: Peer,
  session: number,
  next: number,
  missing: readonly number[],
): void {
  const { outgoing } = turn.state;
  const { reader } = peer;
  // An acknowledgement of another session says nothing of this one.
  if (reader === undefined || reader.session !== session) return;
  if (next < reader.base || next > outgoing.next) return;
  const begins = !reader.confirmed;
  if (begins) {
    reader.confirmed = true;
    peer.hadSession = true;
    peer.lost = false;
    lookAtSize(turn, peer);
  }
  if (next > reader.acked || next === outgoing.next) reader.progressAt = turn.at;
  if (next > reader.acked) reader.acked = next;
  for (const number of missing) {
    if (number >= outgoing.low && number < outgoing.next) resend(turn, number);
  }
  release(turn);
  flush(turn);
  // Services may rely on it from now on.
  if (begins) announce(turn);
}

/**
 * A reader could not unpack a message of ours in this session: no other is packed, and the next session
 * says that one was lost.
 */
export function packingRefused(turn: Turn, peer: Peer, session: number, packing: string): void {
  if (peer.reader?.session !== session) return;
  packNoMore(turn, `${peer.name} cannot decompress what this node compresses with "${packing}"`);
  peer.lost = true;
  dropReader(turn, peer);
  offer(turn, peer);
}

/**
 * Offers a node that is alive a place to begin reading from; it confirms with its first
 * acknowledgement. An offer that is still open is made again.
 */
export function offer(turn: Turn, peer: Peer): void {
  const { outgoing } = turn.state;
  peer.reader ??= {
    session: ++outgoing.lastSession,
    base: outgoing.next,
    confirmed: false,
    renewed: peer.hadSession,
    acked: outgoing.next,
    progressAt: turn.at,
  };
  if (peer.reader.confirmed) return;
  transmitUnsequenced(turn, [
    string("t", "NS_hastream_base"),
    string("dest", peer.name),
    hex("rhg", peer.generation),
    hex("session", peer.reader.session),
    hex("n", peer.reader.base),
    ...(peer.lost ? [string("lost", "1")] : []),
  ]);
}

/** To a node that gets few of our packets: the offer, or the oldest packet that it has not acknowledged. */
export function offerAgain(turn: Turn, peer: Peer): void {
  const { reader } = peer;
  if (reader === undefined) return;
  if (!reader.confirmed) offer(turn, peer);
  else if (reader.acked < turn.state.outgoing.next) resend(turn, reader.acked);
}

/** A node no longer reads: packets that were kept only for it are dropped. */
export function dropReader(turn: Turn, peer: Peer): void {
  if (peer.reader === undefined) return;
  peer.reader = undefined;
  release(turn);
  flush(turn);
}

/** The timer `resend`: the oldest packet that a reader has not acknowledged goes again. */
export function resendOldest(turn: Turn): void {
  const { state, at } = turn;
  const { outgoing } = state;
  let dueMs = resendMsMax;
  for (const peer of state.peers.values()) {
    const { reader } = peer;
    if (reader === undefined || !reader.confirmed || reader.acked >= outgoing.next) continue;
    if (at - reader.progressAt > Math.max(peer.dtMs, state.config.deadtimeMs)) {
      // It has not heard us for so long that it must consider us dead; the others must not wait.
      log(turn, "warning", `${peer.name} does not hear this node: stopped waiting for it`);
      const unheard = outgoing.kept[reader.acked - outgoing.low];
      if (unheard !== undefined) noteUnheard(turn, peer, unheard.frame.length);
      dropReader(turn, peer);
      continue;
    }
    const packet = outgoing.kept[reader.acked - outgoing.low];
    if (packet === undefined) continue;
    const [firstMs, mostMs] = isByLineAlone(state, peer)
      ? [lineResendMs, lineResendMsMax]
      : [resendMs, resendMsMax];
    const waitMs = Math.min(mostMs, firstMs << Math.min(packet.tries, 4));
    const leftMs = packet.sentAt + waitMs - at;
    const due = leftMs < 1;
    if (due) resend(turn, reader.acked);
    dueMs = Math.min(dueMs, due ? firstMs : leftMs);
  }
  if (outgoing.next > outgoing.low) armOnce(turn, "resend", dueMs);
}

/** The bytes of a message that is to wait; undefined if it cannot be sent, which is logged. */
function queued(
  turn: Turn,
  to: { readonly node: string; readonly service: string },
  from: string,
  message: Message,
): QueuedMessage | undefined {
  const { state } = turn;
  const json = jsonOf(message);
  const refuse = (why: string): undefined => {
    state.counters.dropped["no room"]++;
    const what = `Cannot carry a message of ${from} to ${to.service} of ${to.node}`;
    tellAtTimes(turn, `uncarried ${why}`, `${what}: ${why}`);
  };
  if (json.length > messageBytesMax) return refuse(`more than ${messageBytesMax} bytes`);
  if ([to.node, to.service, from].some((name) => name.length * 3 > nameBytesMax)) {
    return refuse("a name is too long");
  }
  const { body, packing } = pack(turn, json);
  if (body.length > fragmentsBytesMax) return refuse(`more than ${fragmentsBytesMax} bytes packed`);
  if (state.outgoing.queueBytes + body.length > queueBytesMax) {
    return refuse(`more than ${queueBytesMax} bytes are waiting`);
  }
  return { node: to.node, to: to.service, from, body, packing, offset: 0 };
}

/** Writes what fits into one payload; gives its length. */
function fill(turn: Turn): number {
  const { outgoing } = turn.state;
  const room = packetPayload(turn);
  let at = 0;
  while (outgoing.queueAt < outgoing.queue.length) {
    const message = outgoing.queue[outgoing.queueAt]!;
    const { node, to, from, packing, body, offset } = message;
    const head = { node, to, from, packing, first: offset === 0 };
    const bytes = Math.min(body.length - offset, room - at - itemOverhead(head));
    // A message is only torn if a whole packet cannot hold it.
    if (at > 0 && bytes < Math.min(body.length - offset, room / 4)) break;
    const last = offset + bytes === body.length;
    const item = { ...head, last, bytes: body.subarray(offset, offset + bytes) };
    at = writeItem(payload, at, item, outgoing.written);
    message.offset += bytes;
    if (!last) break;
    outgoing.queueAt++;
    outgoing.queueBytes -= body.length;
  }
  return at;
}

function sendPacket(turn: Turn, length: number): void {
  const { state, at } = turn;
  const { outgoing } = state;
  for (const { reader } of state.peers.values()) {
    // From now on it has something to say.
    if (reader !== undefined && reader.acked === outgoing.next) reader.progressAt = at;
  }
  const frame = state.codecs.encoding.encode([
    string("t", "NS_hastream"),
    hex("n", outgoing.next++),
    binary("p", payload.subarray(0, length)),
    ...riding(turn, packetPayload(turn) - length),
    string("src", state.node),
    hex("hg", state.generation),
    hex("ts", wallSeconds(turn)),
  ]);
  outgoing.kept.push({ frame, before: outgoing.bytes, sentAt: at, tries: 0 });
  outgoing.bytes += frame.length;
  armOnce(turn, "resend", resendMs);
  transmitPacket(turn, sealFrame(state.codecs, frame));
}

function resend(turn: Turn, number: number): void {
  const { state, at } = turn;
  const packet = state.outgoing.kept[number - state.outgoing.low];
  if (packet === undefined || at - packet.sentAt < resendGuardMs) return;
  packet.sentAt = at;
  packet.tries++;
  state.counters.resent++;
  // Signed again: the key may have changed meanwhile.
  transmitPacket(turn, sealFrame(state.codecs, packet.frame));
}

/** Lets go of packets that every reader has. */
function release(turn: Turn): void {
  const { outgoing, peers } = turn.state;
  let low = outgoing.next;
  for (const peer of peers.values()) {
    const { reader } = peer;
    if (reader === undefined) continue;
    if (!reader.confirmed && outgoing.next - reader.base > offeredPackets) peer.reader = undefined;
    else low = Math.min(low, reader.acked);
  }
  if (low === outgoing.low) return;
  outgoing.kept.splice(0, low - outgoing.low);
  outgoing.low = low;
  if (turn.state.lines.size > 0) forgetAcknowledged(turn);
}

/** Whether one more packet may be under way to the slowest reader that has confirmed. */
function windowIsOpen({ state }: Turn): boolean {
  const { next, low, kept, bytes } = state.outgoing;
  let slowest = next;
  for (const { reader } of state.peers.values()) {
    if (reader?.confirmed) slowest = Math.min(slowest, reader.acked);
  }
  const before = kept[slowest - low]?.before ?? bytes;
  return next - slowest < windowPackets && bytes - before < windowBytes;
}
