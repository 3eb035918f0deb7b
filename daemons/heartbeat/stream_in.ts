/**
 * The stream, receiving: packets in order, messages put together, acknowledgements.
 *
 * @module
 */
import { withCode } from "../../metadata/code.ts";
import { tellAtTimes } from "./at_times.ts";
import { messageOf } from "../../metadata/message_of.ts";
import type { WireMessage } from "../../plugins/handler/encoding/contract.ts";
import {
  ackBytes,
  ackDelayMs,
  ackPackets,
  fragmentsBytesMax,
  heldPackets,
  messageBytesMax,
  unpackedAtOnceBytesMax,
} from "./config.ts";
import { bytesOf, hexOf, stringOf } from "./fields.ts";
import type { Peer, Turn } from "./state.ts";
import { armOnce, refuse } from "./state.ts";
import { acknowledge } from "./stream_acks.ts";
import { type Item, readItems } from "./stream_item.ts";
import { unpack } from "./stream_packing.ts";
import type { Incoming } from "./stream_state.ts";
import { packingRefused, readerAcknowledged } from "./stream_out.ts";

/**
 * `NS_hastream_base`: a node tells where we begin to read. A later session means that it had given
 * us up, and that messages were lost: the caller must show that to the services.
 *
 * @returns whether a session that we were in the middle of is over.
 */
export function beginReading(turn: Turn, peer: Peer, message: WireMessage): boolean {
  if (stringOf(message, "dest") !== turn.state.node) return false;
  if (peer.incompatible !== undefined) return false;
  // Meant for an earlier life of ours: whatever it offers, that reader is dead.
  if (hexOf(message, "rhg") !== turn.state.generation) return false;
  const session = hexOf(message, "session");
  const next = hexOf(message, "n");
  if (session === undefined || next === undefined) return false;
  const before = peer.incoming;
  if (before !== undefined && before.session >= session) {
    if (before.session === session) acknowledge(turn, [peer]);
    return false;
  }
  const lost = stringOf(message, "lost") !== undefined;
  if (before !== undefined && before.next >= next) {
    // The offer was late: what came since in the old session must not be read a second time, whether
    // or not messages were lost before it.
    peer.incoming = { ...before, session, refused: undefined };
    acknowledge(turn, [peer]);
    return lost;
  }
  peer.incoming = {
    session,
    next,
    held: new Map(),
    unacked: 0,
    unackedBytes: 0,
    partial: undefined,
    unpackedBytes: 0,
    refused: undefined,
  };
  acknowledge(turn, [peer]);
  return before !== undefined;
}

/** `NS_hastream`: a packet of messages. */
export function readPacket(turn: Turn, peer: Peer, message: WireMessage): void {
  const { incoming } = peer;
  const number = hexOf(message, "n");
  const payload = bytesOf(message, "p");
  const { dropped } = turn.state.counters;
  if (number === undefined || payload === undefined) {
    dropped.incomplete++;
    return;
  }
  readAcknowledgement(turn, peer, message);
  if (incoming === undefined) {
    dropped["no reader"]++;
    return;
  }
  if (number < incoming.next || incoming.held.has(number)) {
    // Perhaps our acknowledgement was lost.
    dropped.duplicate++;
    armOnce(turn, "ack", ackDelayMs);
    incoming.unacked++;
    return;
  }
  if (number >= incoming.next + heldPackets) {
    dropped["no room"]++;
    return;
  }
  incoming.unacked++;
  incoming.unackedBytes += payload.length;
  if (number > incoming.next) {
    incoming.held.set(number, payload);
    // Say at once what is missing: it is asked for by name.
    acknowledge(turn, [peer]);
    return;
  }
  incoming.next++;
  incoming.unpackedBytes = 0;
  take(turn, peer, incoming, payload);
  for (let held = incoming.held.get(incoming.next); held !== undefined;) {
    incoming.held.delete(incoming.next++);
    take(turn, peer, incoming, held);
    held = incoming.held.get(incoming.next);
  }
  const due = incoming.unacked >= ackPackets || incoming.unackedBytes >= ackBytes;
  if (due) acknowledge(turn, [peer]);
  else armOnce(turn, "ack", ackDelayMs);
}

/**
 * What a node has of several senders' packets, ours perhaps among them: an `NS_hastream_ack`, or
 * what rides on a packet of the stream.
 */
export function readAcknowledgement(turn: Turn, peer: Peer, message: WireMessage): void {
  for (const field of message) {
    if (field.type !== "string") continue;
    if (field.name === "u") {
      const [node, generation, session, packing = ""] = field.value.split(" ");
      if (node !== turn.state.node || Number(generation) !== turn.state.generation) continue;
      packingRefused(turn, peer, Number(session), packing);
    }
    if (field.name !== "a") continue;
    const [node, generation, session, next, missing] = field.value.split(" ");
    if (node !== turn.state.node || Number(generation) !== turn.state.generation) continue;
    const numbers = missing === undefined || missing === "" ? [] : missing.split(",").map(Number);
    readerAcknowledged(turn, peer, Number(session), Number(next), numbers);
  }
}

function take(turn: Turn, peer: Peer, incoming: Incoming, payload: Uint8Array): void {
  const whole = readItems(payload, (item) => {
    if (item.node === "*" || item.node === turn.state.node) takeItem(turn, peer, incoming, item);
  });
  if (whole) return;
  tellAtTimes(
    turn,
    `broken ${peer.name}`,
    withCode("HA5011", `A packet of ${peer.name} is broken inside: messages are lost`),
  );
}

function takeItem(turn: Turn, peer: Peer, incoming: Incoming, item: Item): void {
  if (item.first) {
    if (item.last) {
      deliver(turn, peer, item, item.bytes);
      return;
    }
    const { to, from, packing } = item;
    incoming.partial = { to, from, packing, chunks: [], bytes: 0 };
  }
  const { partial } = incoming;
  // Fragments whose first one was never ours, or that grew too large, lead nowhere.
  if (partial === undefined) return;
  partial.bytes += item.bytes.length;
  if (partial.bytes > fragmentsBytesMax) {
    const text = withCode(
      "HA5011",
      `A message of ${peer.name} exceeds ${fragmentsBytesMax} bytes: dropped`,
    );
    tellAtTimes(turn, `too large ${peer.name}`, text);
    turn.state.counters.dropped["no room"]++;
    incoming.partial = undefined;
    return;
  }
  partial.chunks.push(item.bytes);
  if (!item.last) return;
  incoming.partial = undefined;
  const body = new Uint8Array(partial.bytes);
  let at = 0;
  for (const chunk of partial.chunks) {
    body.set(chunk, at);
    at += chunk.length;
  }
  deliver(turn, peer, partial, body);
}

/** Unpacks a message, as far as those that came at once are not too much together. */
function unpackWithin(turn: Turn, peer: Peer, packing: string, bytes: Uint8Array): Uint8Array {
  const { incoming } = peer;
  const left = unpackedAtOnceBytesMax - (incoming?.unpackedBytes ?? 0);
  if (left <= 0) throw new Error(`more than ${unpackedAtOnceBytesMax} bytes came at once`);
  const json = unpack(turn, packing, bytes, Math.min(left, messageBytesMax));
  if (incoming !== undefined) incoming.unpackedBytes += json.length;
  return json;
}

/** Hands a message on to the service it is for; only there it is read. */
function deliver(
  turn: Turn,
  peer: Peer,
  { to, from, packing }: { readonly to: string; readonly from: string; readonly packing: string },
  bytes: Uint8Array,
): void {
  let json;
  try {
    json = packing === "" ? bytes : unpackWithin(turn, peer, packing, bytes);
  } catch (error) {
    const why = messageOf(error);
    turn.state.counters.refused.unpackable++;
    refuse(turn, {
      why: "unpackable",
      from: peer.name,
      link: "",
      detail: `a message for ${to}: ${why}`,
    });
    // The sender hears of it with the acknowledgement of this packet, and of each after it.
    if (peer.incoming !== undefined) peer.incoming.refused = packing;
    return;
  }
  turn.state.counters.messagesIn++;
  turn.out.push({
    type: "send",
    to: { service: to },
    message: {
      type: "heartbeat/deliver",
      from: { node: peer.name, service: from },
      body: { type: "unread", json },
    },
  });
}
